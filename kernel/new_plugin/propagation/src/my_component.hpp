#pragma once
#include <array>
#include <memory>

#include "tawara/component.hpp"

namespace my_component {

using Vector = std::array<double, 3>;

/// Time along a straight line whose fibres are as given. @param way  mm @param fibre  unit vector
/// @param along, across  speeds, mm/ms @returns ms
[[nodiscard]] double travel_time(const Vector& way, const Vector& fibre, double along, double across);

/// `propagation.my_component`: activation along straight lines.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings&) {}
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;
};

}  // namespace my_component
