#include "edge_iteration.hpp"

#include <cmath>
#include <limits>

#include "mesh_quality.hpp"

namespace tawara::geometry {

HeartMesh mesh_at_mean_edge(double edge, double first_ratio, const std::function<HeartMesh(double size)>& make) {
  constexpr int most_meshes = 4;
  constexpr double tolerance = 0.02;
  double size = edge / first_ratio;
  double smallest_error = std::numeric_limits<double>::infinity();
  HeartMesh best;
  for (int k = 0; k < most_meshes && smallest_error > tolerance; ++k) {
    HeartMesh mesh = make(size);
    const double ratio = measure_quality(mesh).mean_edge / edge;
    if (const double error = std::abs(ratio - 1); error < smallest_error) {
      smallest_error = error;
      best = std::move(mesh);
    }
    size /= ratio;
  }
  return best;
}

}  // namespace tawara::geometry
