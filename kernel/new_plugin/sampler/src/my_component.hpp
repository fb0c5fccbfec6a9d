#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/prior.hpp"

namespace my_component {

/// All priors at their median, then each in turn at its lower and upper quantile: 1 + 2 n rows.
/// @throws tawara::ScenarioError  a prior that is not over a number
[[nodiscard]] std::vector<tawara::Values> one_at_a_time(std::span<const tawara::Prior> priors, double quantile);

/// `sampler.my_component`: effect of each parameter alone.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  double quantile_;
};

}  // namespace my_component
