#include "surfaces_mesh.hpp"

#include <algorithm>

#include "edge_iteration.hpp"
#include "fill.hpp"
#include "flat_tetrahedra.hpp"
#include "remesh.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

/// Remesh at an edge, or at a smaller one where coarse triangles on either side of a thin wall would run into one
/// another.
ClosedSurface remesh_without_contact(const ClosedSurface& surface, double edge) {
  constexpr int most_attempts = 4;
  for (int attempt = 1;; ++attempt, edge *= 0.8) {
    ClosedSurface remeshed = remesh_isotropically(surface, edge);
    try {
      check_no_self_intersection(remeshed);
      return remeshed;
    } catch (const GeometryError& error) {
      if (attempt == most_attempts)
        throw GeometryError("at this edge the surfaces run into one another, because the wall is too thin for it: " +
                            std::string(error.what()) + "; ask for a smaller edge");
    }
  }
}

}  // namespace

HeartMesh mesh_between_surfaces(const ClosedSurface& surface, double edge, const Checkpoint& checkpoint) {
  checkpoint(0, "check");
  check_no_self_intersection(surface);
  // Measured on hearts of adults; thin walls give many short edges across when the edge is large.
  const double usual_ratio = std::max(1.36 - 0.068 * edge, 1.0);
  int attempt = 0;
  HeartMesh mesh = mesh_at_mean_edge(edge, usual_ratio, [&](double size) {
    checkpoint(0.05 + 0.2 * attempt, "surface");
    const ClosedSurface remeshed = remesh_without_contact(surface, size);
    const double done = 0.1 + 0.2 * attempt++;
    return fill_with_tetrahedra(remeshed, size, [&] { checkpoint(done, "tetrahedra"); });
  });
  mend_flat_tetrahedra(mesh, flattest_wanted);
  return mesh;
}

}  // namespace tawara::geometry
