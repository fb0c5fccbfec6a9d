#pragma once
#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "experiments/population/cohort.hpp"
#include "experiments/protocol_search/growing_ridge.hpp"
#include "tawara/settings.hpp"

namespace tawara::experiments {

/// What a recording is to tell about a cell, as factors on what the scenario sets: each parameter that varies, and
/// behind them the combinations asked for, sums of terms `times * f(of / over)`, f the logarithm or nothing.
class Targets {
 public:
  /// Reads `combinations` and `hidden`.
  /// @throws ScenarioError("parameters", "combinations", "hidden")  what is 0 in the scenario or is not a number there,
  /// a path that does not vary
  Targets(const Settings& settings, const Cohort& cohort);

  [[nodiscard]] std::size_t parameters() const { return scenario_.size(); }
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::string& name(std::size_t target) const { return names_[target]; }
  /// Can a current tell it at all? Not those that the scenario names as hidden.
  [[nodiscard]] bool identifiable(std::size_t target) const { return !hidden_[target]; }

  /// @param values   of a cell, one per path of the cohort
  /// @param factors  out, one per target
  void factors(std::span<const double> values, Eigen::Ref<Eigen::RowVectorXd> factors) const;

 private:
  struct Term {
    double times;
    int of, over;  // path, or -1 for 1
    bool logarithm;
  };
  [[nodiscard]] int path(const std::string& name, const char* setting) const;
  [[nodiscard]] static double sum(std::span<const Term> terms, std::span<const double> values);

  std::vector<std::string> names_;
  std::vector<bool> hidden_;
  std::vector<double> scenario_;  // of the paths
  std::vector<std::vector<Term>> combinations_;
  std::vector<double> in_scenario_;  // of the combinations
};

/// How well targets are predicted in cells that were held back.
struct Accuracy {
  std::vector<double> R2, mae, mse;   ///< by target
  double mean_mse = 0, mean_mae = 0;  ///< over parameters
  double median_R2 = 0;               ///< over identifiable targets
};
/// @param truth, predicted  cells x targets
[[nodiscard]] Accuracy accuracy_of(const Targets& targets, const Eigen::MatrixXd& truth,
                                   const Eigen::MatrixXd& predicted);

}  // namespace tawara::experiments
