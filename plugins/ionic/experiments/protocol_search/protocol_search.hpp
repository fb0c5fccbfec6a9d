#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// Component `experiment.protocol_search`.
class ProtocolSearch final : public Component {
 public:
  static Descriptor describe();
  explicit ProtocolSearch(const Settings& settings);
  /// Everything is a constant output.
  /// @throws ScenarioError  settings that do not go together, a cell that cannot be held in blocks
  /// @throws SolverError    a cell that breaks on the way
  /// @throws DataError      a state to resume that is damaged
  /// @throws Cancelled      slots finished before are kept
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::experiments
