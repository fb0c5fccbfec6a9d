#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "tawara/component.hpp"

namespace my_component {

struct Mesh {
  std::vector<double> nodes;             ///< n x 3, mm
  std::vector<std::int32_t> tetrahedra;  ///< m x 4, positive volume
};

/// A box from the origin, of cubes cut into six tetrahedra each. @param cells  along x, y, z @param edge  of a cube, mm
[[nodiscard]] Mesh box(std::array<int, 3> cells, double edge);

/// mm^3; negative where nodes are listed the wrong way round.
[[nodiscard]] double volume(const Mesh& mesh, std::size_t tetrahedron);

/// `geometry.my_component`: a slab of muscle.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  std::array<double, 3> size_;  // mm
  double edge_, angle_;         // mm, deg
};

}  // namespace my_component
