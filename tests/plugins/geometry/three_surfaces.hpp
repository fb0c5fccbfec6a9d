#pragma once
#include <cmath>
#include <numbers>

#include "triangle_surface.hpp"

/// A heart of three surfaces that close together, made from scratch: two egg-shaped cups with their own outer walls
/// would not join, so it is one flattened outer cup around two inner ones, all open at the same flat level, with a lid
/// between the rims that belongs to the epicardium (as the valve planes of fitted hearts do).
struct ThreeSurfaces {
  tawara::geometry::TriangleSurface epi, lv_endo, rv_endo;
};

namespace three_surfaces_detail {
using namespace tawara::geometry;

/// A cup z <= 0 with elliptic rings: semi-axes a, b at the rim and depth c, centred at x = shift. Rim vertices first,
/// then ring by ring, the pole last. Normals outwards.
inline void add_cup(TriangleSurface& surface, double shift, double a, double b, double c, int around, int down) {
  const auto first = static_cast<std::int32_t>(surface.vertices.size());
  for (int ring = 0; ring < down; ++ring) {
    const double polar = std::numbers::pi / 2 * ring / down;
    for (int k = 0; k < around; ++k) {
      const double angle = 2 * std::numbers::pi * k / around;
      surface.vertices.emplace_back(shift + a * std::cos(polar) * std::cos(angle),
                                    b * std::cos(polar) * std::sin(angle), -c * std::sin(polar));
    }
  }
  const auto pole = static_cast<std::int32_t>(surface.vertices.size());
  surface.vertices.emplace_back(shift, 0, -c);
  const auto at = [&](int ring, int k) { return first + ring * around + k % around; };
  for (int ring = 0; ring + 1 < down; ++ring)
    for (int k = 0; k < around; ++k) {
      surface.triangles.push_back({at(ring, k), at(ring + 1, k), at(ring + 1, k + 1)});
      surface.triangles.push_back({at(ring, k), at(ring + 1, k + 1), at(ring, k + 1)});
    }
  for (int k = 0; k < around; ++k) surface.triangles.push_back({at(down - 1, k), pole, at(down - 1, k + 1)});
}
}  // namespace three_surfaces_detail

/// Sizes of a small heart (mm): the left cavity round and thick-walled, the right one beside it.
inline ThreeSurfaces make_three_surfaces() {
  using namespace three_surfaces_detail;
  constexpr int around = 32, down = 14;
  ThreeSurfaces heart;
  heart.epi.name = "epi";
  heart.lv_endo.name = "lv_endo";
  heart.rv_endo.name = "rv_endo";
  // In patient axes the right ventricle is at negative x.
  constexpr double lv_at = 20, rv_at = -18;
  add_cup(heart.lv_endo, lv_at, 15, 16, 45, around, down);
  add_cup(heart.rv_endo, rv_at, 16, 18, 38, around, down);
  add_cup(heart.epi, 0, 42, 27, 58, 2 * around, down);

  // The lid: between the outer rim and the two inner rims, triangulated as two annuli that share a straight seam at x =
  // 0.
  TriangleSurface& epi = heart.epi;
  const auto outer = [&](int k) { return (k + 4 * around) % (2 * around); };
  // Seam vertices between the two rims, from the outer rim at +y to that at -y.
  constexpr int seam_points = 13;
  std::vector<std::int32_t> seam;
  seam.push_back(outer(around / 2));
  for (int k = 1; k + 1 < seam_points; ++k) {
    seam.push_back(static_cast<std::int32_t>(epi.vertices.size()));
    epi.vertices.emplace_back(0, 27 - 54.0 * k / (seam_points - 1), 0);
  }
  seam.push_back(outer(3 * around / 2));

  const auto half_lid = [&](const TriangleSurface& endo, double centre, bool left) {
    const auto first = static_cast<std::int32_t>(epi.vertices.size());
    for (int k = 0; k < around; ++k) epi.vertices.push_back(endo.vertices[k]);
    // The half's outline, anticlockwise seen from above.
    std::vector<std::int32_t> outline;
    if (left) {
      for (int k = -around / 2; k <= around / 2; ++k) outline.push_back(outer(k));
      outline.insert(outline.end(), seam.begin() + 1, seam.end() - 1);
    } else {
      for (int k = around / 2; k <= 3 * around / 2; ++k) outline.push_back(outer(k));
      outline.insert(outline.end(), seam.rbegin() + 1, seam.rend() - 1);
    }
    // Zip the two loops together by angle about the cavity's centre.
    const auto angle = [&](std::int32_t vertex) {
      return std::atan2(epi.vertices[vertex].y(), epi.vertices[vertex].x() - centre);
    };
    const auto n_outline = static_cast<int>(outline.size());
    const auto at = [&](int k) { return outline[k % n_outline]; };
    const auto inner = [&](int k) { return first + k % around; };
    int start = 0;  // of the outline: the vertex nearest angle 0, where the inner loop starts
    for (int k = 0; k < n_outline; ++k)
      if (std::abs(angle(outline[k])) < std::abs(angle(outline[start]))) start = k;
    const auto turned = [&](std::int32_t vertex, bool end) {
      const double a = angle(vertex);
      if (end) return 2 * std::numbers::pi + (std::abs(a) < 1 ? a : 0);
      return a < -0.5 ? a + 2 * std::numbers::pi : a;
    };
    for (int i = 0, o = 0; i < around || o < n_outline;) {
      const double next_inner = i < around ? 2 * std::numbers::pi * (i + 1) / around : 1e9;
      const double next_outer = o < n_outline ? turned(at(start + o + 1), o + 1 == n_outline) : 1e9;
      if (next_inner < next_outer) {
        epi.triangles.push_back({inner(i), at(start + o), inner(i + 1)});
        ++i;
      } else {
        epi.triangles.push_back({inner(i), at(start + o), at(start + o + 1)});
        ++o;
      }
    }
  };
  half_lid(heart.lv_endo, lv_at, true);
  half_lid(heart.rv_endo, rv_at, false);
  return heart;
}

/// The same as Wavefront text.
inline std::string as_obj(const tawara::geometry::TriangleSurface& surface) {
  std::string text = "# made for a test\n";
  for (const auto& x : surface.vertices)
    text += "v " + std::to_string(x.x()) + " " + std::to_string(x.y()) + " " + std::to_string(x.z()) + "\n";
  for (const auto& [a, b, c] : surface.triangles)
    text += "f " + std::to_string(a + 1) + " " + std::to_string(b + 1) + " " + std::to_string(c + 1) + "\n";
  return text;
}
