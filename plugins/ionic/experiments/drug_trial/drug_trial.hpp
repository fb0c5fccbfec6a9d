#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// Component `experiment.drug_trial`.
class DrugTrial final : public Component {
 public:
  static Descriptor describe();
  explicit DrugTrial(const Settings& settings);
  /// Everything is a constant output.
  /// @throws ScenarioError  no drug, no parent or no parent that beats, doses or parameters that do not fit
  /// @throws DataError      a wrong column of the parents, a disk that is full
  /// @throws Cancelled      shards finished before are kept
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::experiments
