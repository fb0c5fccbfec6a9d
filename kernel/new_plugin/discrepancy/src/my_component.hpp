#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace my_component {

/// Distance from the interval [low, high], in units of its half width; 0 inside.
[[nodiscard]] double outside(double value, double low, double high);

/// `discrepancy.my_component`: how far a cell's APD90 is outside an observed range.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  double low_, high_;  // ms
};

}  // namespace my_component
