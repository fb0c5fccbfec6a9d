#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// Component `experiment.cell_twins`.
class CellTwins final : public Component {
 public:
  static Descriptor describe();
  explicit CellTwins(const Settings& settings);
  /// Everything is a constant output.
  /// @throws ScenarioError  learner, recordings, command and cell that do not go together
  /// @throws DataError      a recording that is too short, too coarse or no numbers, where there is no other
  /// @throws Cancelled      shards finished before are kept
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::experiments
