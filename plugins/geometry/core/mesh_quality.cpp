#include "mesh_quality.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "tawara/error.hpp"

namespace tawara::geometry {
double smallest_dihedral(const std::array<Point, 4>& corners) {
  // The angle at edge (a, b) lies between the planes through it and c, d.
  static constexpr int edges[6][4] = {{0, 1, 2, 3}, {0, 2, 1, 3}, {0, 3, 1, 2},
                                      {1, 2, 0, 3}, {1, 3, 0, 2}, {2, 3, 0, 1}};
  double smallest = 180;
  for (const auto& [a, b, c, d] : edges) {
    const Point edge = corners[b] - corners[a];
    const Point first = edge.cross(corners[c] - corners[a]);
    const Point second = edge.cross(corners[d] - corners[a]);
    const double angle = std::atan2(first.cross(second).norm(), first.dot(second));
    smallest = std::min(smallest, angle * 180 / std::numbers::pi);
  }
  return smallest;
}

std::string place(const Point& point) {
  char text[96];
  std::snprintf(text, sizeof text, "(%.1f, %.1f, %.1f) mm", point.x(), point.y(), point.z());
  return text;
}

double six_volumes(const HeartMesh& mesh, const Tetrahedron& t) {
  const Point origin = mesh.nodes[t[0]];
  return (mesh.nodes[t[1]] - origin).cross(mesh.nodes[t[2]] - origin).dot(mesh.nodes[t[3]] - origin);
}

std::vector<std::array<std::int32_t, 2>> unique_edges(const std::vector<Tetrahedron>& tetrahedra) {
  std::vector<std::array<std::int32_t, 2>> edges;
  edges.reserve(6 * tetrahedra.size());
  for (const Tetrahedron& t : tetrahedra)
    for (int i = 0; i < 4; ++i)
      for (int j = i + 1; j < 4; ++j) edges.push_back({std::min(t[i], t[j]), std::max(t[i], t[j])});
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

MeshQuality measure_quality(const HeartMesh& mesh) {
  MeshQuality quality;
  quality.min_dihedral = 180;
  for (const Tetrahedron& t : mesh.tetrahedra) {
    std::array<Point, 4> corners;
    for (int k = 0; k < 4; ++k) corners[k] = mesh.nodes[t[k]];
    const Point centroid = (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
    const double volume = six_volumes(mesh, t) / 6;
    if (!(volume > 0)) throw GeometryError("the mesh has a tetrahedron without volume at " + place(centroid));
    quality.volume += volume / 1000;
    const double angle = smallest_dihedral(corners);
    if (angle < quality.min_dihedral) {
      quality.min_dihedral = angle;
      quality.worst_place = centroid;
    }
  }
  const auto edges = unique_edges(mesh.tetrahedra);
  for (const auto& [a, b] : edges) quality.mean_edge += (mesh.nodes[a] - mesh.nodes[b]).norm();
  if (!edges.empty()) quality.mean_edge /= static_cast<double>(edges.size());
  return quality;
}

}  // namespace tawara::geometry
