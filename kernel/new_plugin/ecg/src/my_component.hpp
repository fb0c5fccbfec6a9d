#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tawara/component.hpp"

namespace my_component {

using Point = std::array<double, 3>;  // mm

/// Weight of each node's V_m in the potential at an electrode: that is the sum of weight times V_m. In an infinite
/// homogeneous medium, up to a factor.
/// @param nodes  n x 3, mm @param tetrahedra  m x 4, positive volume @param electrode  outside of the muscle
[[nodiscard]] std::vector<double> weights(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                                          const Point& electrode);

/// `ecg.my_component`: one bipolar lead of a depolarising muscle.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  Point positive_, negative_;
  double duration_, rise_;  // ms
};

}  // namespace my_component
