#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "tawara/component.hpp"

namespace my_component {

using Point = std::array<double, 3>;  // mm

/// Number of the node closest to a point; the first of equals. @param nodes  n x 3, not empty
[[nodiscard]] std::int32_t nearest_node(std::span<const double> nodes, const Point& point);

/// `conduction.my_component`: sites where a front starts, by position.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  struct Site {
    Point position;
    double onset;  // ms
  };
  std::vector<Site> sites_;
};

}  // namespace my_component
