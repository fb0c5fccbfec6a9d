#pragma once
#include "tawara/plugin.hpp"

namespace tawara::rejection_abc {

/// `sampler.rejection_abc`: the draws from the prior whose simulations are closest to the observed.
class RejectionAbc : public Component {
 public:
  static Descriptor describe();
  /// @throws ScenarioError  an order names what has no prior, or more particles than simulations
  explicit RejectionAbc(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::rejection_abc
