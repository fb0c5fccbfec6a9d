#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace tawara::cvode {

/// The linear systems of an implicit step, (I - gamma J) x = b, for the Jacobian of a cell model.
///
/// Most states of a cell are gates: their rate depends on themselves and on one or two other states, so they can be
/// eliminated one by one before what remains (voltage, concentrations, Markov chains) is factorised densely. Which
/// states are that simple is read off the exact zeros of each Jacobian, so no model has to say.
class NewtonSystem {
 public:
  explicit NewtonSystem(std::size_t n);

  /// J[i][j] = d f_i / d y_j at jacobian()[i * n + j]; call analyse() after writing.
  [[nodiscard]] std::span<double> jacobian() { return J_; }
  void analyse();

  /// Factorise I - gamma J. @return false when it is singular
  [[nodiscard]] bool factorise(double gamma);
  /// Solve in place.
  void solve(std::span<double> b);

  /// States eliminated ahead of the dense part.
  [[nodiscard]] std::size_t eliminated() const { return n_leaves_; }

 private:
  struct Entry {
    std::size_t state;
    double J;
  };
  struct Leaf {  // a state whose row has entries on the diagonal and in columns of the core only
    std::size_t state;
    std::vector<Entry> row;     // off-diagonal; `state` counts within the core
    std::vector<Entry> column;  // who in the core depends on it
    double inverse_pivot = 0;
  };
  [[nodiscard]] std::span<Leaf> leaves() { return {leaves_.data(), n_leaves_}; }
  std::size_t n_;
  std::vector<double> J_;
  std::vector<Leaf> leaves_;  // the first n_leaves_ count; the others keep their storage
  std::size_t n_leaves_ = 0;
  std::vector<std::size_t> core_;    // the other states
  std::vector<double> lu_;           // of the core, row-major
  std::vector<std::size_t> pivots_;  // row swapped with row k at step k
  double gamma_ = 0;
  std::vector<double> work_;
  std::vector<std::size_t> order_, entries_;  // scratch of analyse()
  std::vector<bool> is_leaf_;
};

}  // namespace tawara::cvode
