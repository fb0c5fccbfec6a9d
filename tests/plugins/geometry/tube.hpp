#pragma once
#include <cmath>
#include <numbers>

#include "heart_mesh.hpp"

/// A tube around the z axis, open at both ends, as if it were the wall of a ventricle: inner surface in lv_endo, outer
/// in epi, top ring in base. Radii and height in mm.
inline tawara::geometry::HeartMesh make_tube(double inner, double outer, double height, int around, int across,
                                             int along) {
  using namespace tawara::geometry;
  HeartMesh mesh;
  const auto number = [&](int a, int r, int h) { return (h * (across + 1) + r) * around + a % around; };
  for (int h = 0; h <= along; ++h)
    for (int r = 0; r <= across; ++r)
      for (int a = 0; a < around; ++a) {
        const double angle = 2 * std::numbers::pi * a / around, radius = inner + (outer - inner) * r / across;
        mesh.nodes.emplace_back(radius * std::cos(angle), radius * std::sin(angle), height * h / along);
      }
  static constexpr int walks[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int h = 0; h < along; ++h)
    for (int r = 0; r < across; ++r)
      for (int a = 0; a < around; ++a)
        for (const auto& walk : walks) {
          int at[3] = {a, r, h};
          Tetrahedron t{number(a, r, h)};
          for (int k = 0; k < 3; ++k) {
            ++at[walk[k]];
            t[k + 1] = number(at[0], at[1], at[2]);
          }
          const Point o = mesh.nodes[t[0]];
          if ((mesh.nodes[t[1]] - o).cross(mesh.nodes[t[2]] - o).dot(mesh.nodes[t[3]] - o) < 0) std::swap(t[2], t[3]);
          mesh.tetrahedra.push_back(t);
        }
  const auto ring = [&](std::vector<Triangle>& surface, auto corner) {
    for (int a = 0; a < around; ++a) {
      const auto [p, q, r, s] = corner(a);
      surface.push_back({p, q, s});
      surface.push_back({p, s, r});
    }
  };
  for (int h = 0; h < along; ++h) {
    const auto at_radius = [&](int r) {
      return [&, r](int a) {
        return std::array{number(a, r, h), number(a + 1, r, h), number(a, r, h + 1), number(a + 1, r, h + 1)};
      };
    };
    ring(mesh.lv_endo, at_radius(0));
    ring(mesh.epi, at_radius(across));
  }
  for (int r = 0; r < across; ++r)
    ring(mesh.base, [&](int a) {
      return std::array{number(a, r, along), number(a + 1, r, along), number(a, r + 1, along),
                        number(a + 1, r + 1, along)};
    });
  return mesh;
}
