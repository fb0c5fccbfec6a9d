#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/drug_trial/parents.hpp"
#include "tawara/component.hpp"
#include "tawara/prior.hpp"

namespace tawara::experiments {

/// How the cells of a trial differ from their parent. Cell i has a factor per parameter, the same around every parent:
/// what is drawn from the prior over what the scenario sets. So `within = 0.2` is 20 % to either side of each parent,
/// and parents are compared in pairs of cells.
///
/// Reads the slot `cell` and the setting `parameters`.
class Spread {
 public:
  /// @throws ScenarioError("parameters")  a parameter that is no number, that the scenario sets to 0, or with a prior
  /// that has no factor (subset, choice)
  explicit Spread(const PrepareContext& context);

  struct Path {
    std::string name;  ///< "myocyte.g_Kr"
    std::string unit;
    std::size_t argument;  ///< of the cell
    double scenario;
    const Parameter* parameter;
  };
  [[nodiscard]] std::span<const Path> paths() const { return paths_; }

  /// @param factors  one per path. Thread-safe.
  void factors(std::uint64_t cell, std::span<double> factors) const;
  /// A cell of this parent. Thread-safe.
  /// @param arguments  of the cell model, no drug applied
  /// @return what is wrong with them ("myocyte.g_Kr = -0.1 is not at least 0"), empty when all is well
  [[nodiscard]] std::string arguments(const Parent& parent, std::span<const double> factors,
                                      std::vector<double>& arguments) const;

 private:
  const Host& host_;
  std::vector<Prior> priors_;
  std::vector<Path> paths_;
};

}  // namespace tawara::experiments
