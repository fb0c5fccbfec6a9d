#include "surface_checks.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

void check_edges(const TriangleSurface& surface) {
  std::map<std::array<std::int32_t, 2>, int> uses;
  for (const Triangle& t : surface.triangles)
    for (int k = 0; k < 3; ++k) ++uses[{std::min(t[k], t[(k + 1) % 3]), std::max(t[k], t[(k + 1) % 3])}];
  for (const auto& [edge, count] : uses)
    if (count > 2)
      throw GeometryError(surface.name + ": " + std::to_string(count) + " triangles meet at one edge at " +
                          place((surface.vertices[edge[0]] + surface.vertices[edge[1]]) / 2) +
                          ", where a surface has two; remove the extra ones");
}

void check_one_piece(const TriangleSurface& surface) {
  std::vector<std::int32_t> piece(surface.vertices.size());
  std::iota(piece.begin(), piece.end(), 0);
  const auto root = [&](std::int32_t i) {
    while (piece[i] != i) i = piece[i] = piece[piece[i]];
    return i;
  };
  for (const auto& [a, b, c] : surface.triangles) {
    piece[root(b)] = root(a);
    piece[root(c)] = root(a);
  }
  std::map<std::int32_t, std::vector<std::size_t>> triangles_of;
  for (std::size_t k = 0; k < surface.triangles.size(); ++k) triangles_of[root(surface.triangles[k][0])].push_back(k);
  if (triangles_of.size() == 1) return;
  const auto smallest = std::min_element(triangles_of.begin(), triangles_of.end(), [](const auto& a, const auto& b) {
    return a.second.size() < b.second.size();
  });
  const Triangle& t = surface.triangles[smallest->second.front()];
  throw GeometryError(surface.name + ": in " + std::to_string(triangles_of.size()) + " pieces; the smallest, of " +
                      std::to_string(smallest->second.size()) + " triangles, is at " + place(surface.vertices[t[0]]));
}

void check_size(const TriangleSurface& surface) {
  Point low = surface.vertices.front(), high = low;
  for (const Point& x : surface.vertices) {
    low = low.cwiseMin(x);
    high = high.cwiseMax(x);
  }
  if (const double size = (high - low).norm(); size < 5 || size > 1000)
    throw GeometryError(surface.name + ": measures " + std::to_string(size) +
                        " mm across; coordinates must be in millimetres");
}

}  // namespace

void check_sheet(const TriangleSurface& surface) {
  check_size(surface);
  check_edges(surface);
  check_one_piece(surface);
  if (rim_edges(surface.triangles).empty())
    throw GeometryError(surface.name + ": closed; it must be open at its valves, where the surfaces join");
}

double enclosed_volume(const std::vector<Point>& vertices, const std::vector<Triangle>& triangles) {
  // With the cones' common tip as the origin the cones themselves add nothing to the sum.
  const std::vector<std::array<std::int32_t, 2>> rim = rim_edges(triangles);
  Point middle = Point::Zero();
  for (const auto& [a, b] : rim) middle += (vertices[a] + vertices[b]) / (2.0 * static_cast<double>(rim.size()));
  double six_ml = 0;
  for (const auto& [a, b, c] : triangles)
    six_ml += (vertices[a] - middle).cross(vertices[b] - middle).dot(vertices[c] - middle) / 1000;
  return six_ml / 6;
}

}  // namespace tawara::geometry
