#pragma once
#include <cmath>
#include <numbers>

#include "eikonal/fast_endocardium.hpp"
#include "meshes.hpp"

/// A left ventricle as half an ellipsoid, 10 mm thick, fibres turning from +60 to -60 degrees across the wall, with the
/// fast endocardium on its inside: a nearly regular lattice over a square, mapped to the disc and bent round.
struct Shell {
  test::Mesh mesh;
  std::vector<double> ab, rt;
};

inline Shell make_shell(int around, int across) {
  constexpr double a = 24, c = 56, thickness = 10, opening = 1.85;  // mm; angle of the base from the apex
  Shell shell;
  test::Mesh& m = shell.mesh;
  m = test::lattice_box({around, around, across}, 1.0, 0.1, test::oblique(0, 0));
  std::vector<char> inner(m.n());
  m.fibre.clear(), m.sheet.clear(), m.normal.clear();
  for (std::size_t i = 0; i < m.n(); ++i) {
    const double x = 2 * m.nodes[3 * i] / around - 1, y = 2 * m.nodes[3 * i + 1] / around - 1,
                 w = m.nodes[3 * i + 2] / across;
    inner[i] = w == 0;
    const double r = std::max(std::abs(x), std::abs(y));
    const double theta = r == 0 ? 0
                         : std::abs(x) >= std::abs(y)
                             ? std::numbers::pi / 4 * y / x + (x < 0 ? std::numbers::pi : 0)
                             : std::numbers::pi / 2 - std::numbers::pi / 4 * x / y + (y < 0 ? std::numbers::pi : 0);
    const double phi = r * opening, A = a + w * thickness, C = c + w * thickness;
    m.nodes[3 * i] = A * std::sin(phi) * std::cos(theta);
    m.nodes[3 * i + 1] = A * std::sin(phi) * std::sin(theta);
    m.nodes[3 * i + 2] = -C * std::cos(phi);
    shell.ab.push_back(r);
    shell.rt.push_back(0.5 + theta / (2 * std::numbers::pi) - std::floor(0.5 + theta / (2 * std::numbers::pi)));

    const double helix = (60 - 120 * w) * std::numbers::pi / 180;
    const std::array<double, 3> round{-std::sin(theta), std::cos(theta), 0};
    const double length = std::hypot(A * std::cos(phi), C * std::sin(phi));
    const std::array<double, 3> up{A * std::cos(phi) * std::cos(theta) / length,
                                   A * std::cos(phi) * std::sin(theta) / length, C * std::sin(phi) / length};
    std::array<double, 3> f{}, n{};
    for (int k = 0; k < 3; ++k) {
      f[k] = std::cos(helix) * round[k] + std::sin(helix) * up[k];
      n[k] = std::cos(helix) * up[k] - std::sin(helix) * round[k];
    }
    m.fibre.insert(m.fibre.end(), f.begin(), f.end());
    m.normal.insert(m.normal.end(), n.begin(), n.end());
    for (int k = 0; k < 3; ++k) m.sheet.push_back(n[(k + 1) % 3] * f[(k + 2) % 3] - n[(k + 2) % 3] * f[(k + 1) % 3]);
  }
  for (std::size_t t = 0; t < m.tetrahedra.size(); t += 4) {
    std::vector<std::int32_t> low;
    for (int k = 0; k < 4; ++k) {
      if (inner[m.tetrahedra[t + k]]) low.push_back(m.tetrahedra[t + k]);
    }
    if (low.size() == 3) m.lv_endo.insert(m.lv_endo.end(), low.begin(), low.end());
  }
  m.sets = tawara::propagation::fast_endocardial_sets(shell.ab, shell.rt, m.lv_endo, {});
  return shell;
}
