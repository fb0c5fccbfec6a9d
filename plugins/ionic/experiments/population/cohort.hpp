#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/drugs.hpp"
#include "tawara/array.hpp"
#include "tawara/component.hpp"
#include "tawara/prior.hpp"

namespace tawara::experiments {

/// What makes the cells of a population differ: the evaluate parameters of the cell and of its drugs that are drawn
/// from priors or stand in the columns of a design. Everything about a cell is a function of its index.
///
/// Reads of a PrepareContext: slots `cell`, `drugs` (may be empty), `design` (optional, a table `population`), and the
/// settings `parameters` (priors) and `method` ("random", "sobol"). A design's columns are used where they are named
/// after a parameter of cell or drugs ("myocyte.scale_I_Kr") or a parameter asks for them (`{ column = "name" }`); its
/// rows whose status is not "ok" are left out.
class Cohort {
 public:
  /// @throws ScenarioError  a column without a design, a parameter that is varied twice or is not an evaluate parameter
  /// @throws DataError      a missing column (with those there are), another unit, a value that is no number or outside
  ///                        the parameter's limits (with cell and column)
  explicit Cohort(const PrepareContext& context);

  /// Rows of the design; nothing without one.
  [[nodiscard]] std::optional<std::size_t> design_rows() const;
  /// Rows of the design that were left out.
  [[nodiscard]] std::size_t rows_not_ok() const { return rows_not_ok_; }

  struct Path {
    std::string name;  ///< "myocyte.scale_I_Kr"
    std::string unit;
    double scenario;  ///< what the scenario sets it to; NaN where it is taken from a column
  };
  [[nodiscard]] std::span<const Path> paths() const { return paths_; }

  /// What differs in one cell. Thread-safe.
  /// @param values     one per path
  /// @param candidate  the cell drawn once more, by this number; rows of a design and Sobol points are the same in all
  void values(std::uint64_t index, std::span<double> values, std::uint64_t candidate = 0) const;
  /// The arguments of the cell model with these values, drugs applied. Thread-safe.
  /// @return what is wrong with them ("myocyte.scale_I_Kr = -0.1 is below ..."), empty when all is well
  [[nodiscard]] std::string arguments(std::span<const double> values, std::vector<double>& cell) const;
  /// The same of the cell as it is before drugs are applied.
  [[nodiscard]] std::string arguments_without_drugs(std::span<const double> values, std::vector<double>& cell) const;
  /// Effects of drugs on currents the cell lacks: to be warned about once.
  [[nodiscard]] const DrugFactors& factors() const { return factors_; }

 private:
  struct Owner {  // cell or drug
    const Input* input;
    std::vector<const Parameter*> evaluate;
    std::vector<double> arguments;
    bool varies = false;
  };
  struct Varied {
    std::size_t owner, argument;
    int prior = -1;                         // index into priors_, or
    const Table::Column* column = nullptr;  // of the design
  };

  Owner owner_of(const Input& input) const;
  void add_priors(const PrepareContext& context);
  void add_design(const PrepareContext& context);
  void add_columns(const Table* design, const std::string& design_name);
  void add(std::size_t owner, std::size_t argument, int prior, const Table::Column* column);
  void check_column(const Varied& varied, const Path& path, const std::string& design_name) const;
  [[nodiscard]] DrugFactors drugs_at(std::span<const Owner> owners) const;

  Host& host_;
  std::vector<Owner> owners_;  // the cell first
  std::vector<Varied> varied_;
  std::vector<Path> paths_;
  std::vector<Prior> priors_;
  bool sobol_ = false;
  std::vector<double> sobol_shift_;
  const Table* design_ = nullptr;
  std::vector<std::size_t> rows_;  // of the design, those that are ok
  std::size_t rows_not_ok_ = 0;
  bool drugs_vary_ = false;
  DrugFactors factors_;  // where drugs do not vary
};

/// "is below 0", "is not a number", ...; empty when the parameter may have this value.
[[nodiscard]] std::string problem_with(const Parameter& parameter, double value);

}  // namespace tawara::experiments
