#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// Component `experiment.population`.
class Population final : public Component {
 public:
  static Descriptor describe();
  explicit Population(const Settings& settings);
  /// Everything is a constant output; with `record` it offers "recordings" as well.
  /// @throws ScenarioError  an empty population, settings that do not fit the protocol or the design
  /// @throws DataError      a column that is missing or wrong, a disk that is full
  /// @throws SolverError    more cells failed than max_failed_fraction allows
  /// @throws Cancelled      shards finished before are kept
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::experiments
