#include "distance.hpp"

namespace tawara::geometry {

Field distance_from(const Elements& elements, std::span<const std::int32_t> nodes, double reach) {
  const Field zero = Field::Zero(elements.lumped_mass.size());

  Fixed hot(elements.mesh.nodes.size());
  for (const std::int32_t node : nodes) hot.set(node, 1);
  SparseMatrix diffusion = reach * reach * elements.stiffness;
  diffusion.diagonal() += elements.lumped_mass;
  // Values fall to about exp(-12) far away and only their ratios matter, hence the tight tolerance.
  const Field heat = solve(diffusion, zero, hot, 1e-12);

  Field divergence = zero;
  const std::vector<Point> slope = elements.gradient_in_tetrahedra(heat);
  for (std::size_t e = 0; e < slope.size(); ++e) {
    const double length = slope[e].norm();
    if (length == 0) continue;
    const Point direction = -slope[e] / length;
    for (int k = 0; k < 4; ++k)
      divergence[elements.mesh.tetrahedra[e][k]] += elements.volumes[e] * elements.gradients[e][k].dot(direction);
  }

  Fixed start(elements.mesh.nodes.size());
  for (const std::int32_t node : nodes) start.set(node, 0);
  return solve(elements.stiffness, divergence, start).cwiseMax(0.0);
}

}  // namespace tawara::geometry
