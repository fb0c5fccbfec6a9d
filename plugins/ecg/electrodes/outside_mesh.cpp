#include <fmt/format.h>

#include "electrode_set.hpp"
#include "tawara/error.hpp"

namespace tawara::ecg {

std::optional<std::size_t> tetrahedron_at(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                                          const Point& point) {
  for (std::size_t c = 0; c < tetrahedra.size() / 4; ++c) {
    const auto p = corners(nodes, tetrahedra, c);
    const auto gradients = shape_gradients(p);
    bool inside = true;
    // Barycentric coordinates; the small slack keeps a point on a shared face from slipping between both its
    // tetrahedra.
    for (std::size_t k = 0; k < 4 && inside; ++k) inside = dot(gradients[k], point - p[(k + 1) % 4]) >= -1e-12;
    if (inside) return c;
  }
  return std::nullopt;
}

void require_outside(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                     const ElectrodeSet& electrodes) {
  for (std::size_t e = 0; e < n_electrodes; ++e) {
    const Point& x = electrodes[e];
    if (const auto c = tetrahedron_at(nodes, tetrahedra, x))
      throw GeometryError(
          fmt::format("electrode {} at ({:.1f}, {:.1f}, {:.1f}) mm lies inside the muscle (tetrahedron {}); electrodes "
                      "belong on the skin, in mm and in the mesh's own axes (+x left, +y back, +z head)",
                      electrode_names[e], x[0], x[1], x[2], *c));
  }
}

}  // namespace tawara::ecg
