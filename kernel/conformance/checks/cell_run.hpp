#pragma once
#include <functional>
#include <span>
#include <vector>

#include "tawara/ionic.hpp"

namespace tawara::conformance {

/// One cell of a model, moved in time by what rates() says of it: an implicit method of second order with steps of its
/// own, which needs no derivatives from the model. For stiff cells of up to some hundred states.
/// Source: Shampine and Reichelt, SIAM J Sci Comput 1997 (modified Rosenbrock pair of orders 2 and 3).
class CellRun {
 public:
  /// Starts at the model's initial state. @param tolerance  relative, of a step; also of the states' typical sizes
  CellRun(const IonicModel& model, std::vector<double> parameters, double tolerance);

  /// Moves on to t = `end` (ms) under a constant stimulus. @param visit  called after every step
  /// @returns false when it cannot go on: no step is small enough, or a rate is not finite
  [[nodiscard]] bool run_to(double end, double I_stim, const std::function<void()>& visit = {});

  [[nodiscard]] double t() const { return t_; }
  [[nodiscard]] const std::vector<double>& state() const { return y_; }
  void set_state(std::vector<double> y) { y_ = std::move(y); }
  [[nodiscard]] double V_m() const { return model_.membrane().V_m(y_[0]); }

 private:
  void rates(std::span<const double> states, std::size_t cells, double I_stim, std::vector<double>& dydt);
  void jacobian(double I_stim);
  [[nodiscard]] bool factorise(double scale);
  void solve(std::vector<double>& x) const;

  const IonicModel& model_;
  std::vector<double> parameters_;
  double tolerance_;
  std::size_t n_;
  double t_ = 0, h_ = 1e-3, I_stim_before_ = 0;
  std::vector<double> y_, scale_;
  std::vector<double> J_, LU_;  // n x n, row-major
  std::vector<std::size_t> pivot_;
  std::vector<double> block_, block_rates_, I_stim_, f0_, f1_, f2_, k1_, k2_, k3_, next_;
};

}  // namespace tawara::conformance
