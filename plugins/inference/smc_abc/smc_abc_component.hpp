#pragma once
#include "space.hpp"
#include "tawara/plugin.hpp"

namespace tawara::smc_abc {

/// `sampler.smc_abc`: a population of parameters whose simulations are close to the observed.
class SmcAbc : public Component {
 public:
  static Descriptor describe();
  /// @throws ScenarioError  an order names what has no prior
  explicit SmcAbc(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::smc_abc
