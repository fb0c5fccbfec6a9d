#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::recordings {

/// Component `dataset.recorded_cells`: what a population recorded into its shards, for those that learn from it.
class RecordedCells final : public Component {
 public:
  static Descriptor describe();
  explicit RecordedCells(const Settings&) {}
  /// @throws ScenarioError  a part that is not there, a signal that was not recorded
  /// @throws DataError      a file that does not read back, or shards that do not go together
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::recordings
