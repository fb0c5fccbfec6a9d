#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "eikonal/front_mesh.hpp"

namespace test {

/// A muscle that owns its arrays.
struct Mesh {
  std::vector<double> nodes, fibre, sheet, normal;
  std::vector<std::int32_t> tetrahedra, lv_endo, rv_endo;
  std::vector<std::uint8_t> sets;
  [[nodiscard]] std::size_t n() const { return nodes.size() / 3; }
  [[nodiscard]] tawara::propagation::Muscle muscle() const {
    return {nodes, tetrahedra, fibre, sheet, normal, lv_endo, rv_endo, sets};
  }
  [[nodiscard]] std::array<double, 3> node(std::size_t i) const {
    return {nodes[3 * i], nodes[3 * i + 1], nodes[3 * i + 2]};
  }
};

using Frame = std::array<std::array<double, 3>, 3>;

/// Fibre (cos a cos b, sin a cos b, sin b), sheet (-sin a, cos a, 0), normal their cross product; degrees.
inline Frame oblique(double a_degrees, double b_degrees) {
  const double a = a_degrees * std::numbers::pi / 180, b = b_degrees * std::numbers::pi / 180;
  const std::array<double, 3> f{std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)};
  const std::array<double, 3> s{-std::sin(a), std::cos(a), 0};
  return {{f, s, {f[1] * s[2] - f[2] * s[1], f[2] * s[0] - f[0] * s[2], f[0] * s[1] - f[1] * s[0]}}};
}

inline void set_frame(Mesh& mesh, const Frame& frame) {
  mesh.fibre.clear(), mesh.sheet.clear(), mesh.normal.clear();
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    mesh.fibre.insert(mesh.fibre.end(), frame[0].begin(), frame[0].end());
    mesh.sheet.insert(mesh.sheet.end(), frame[1].begin(), frame[1].end());
    mesh.normal.insert(mesh.normal.end(), frame[2].begin(), frame[2].end());
  }
}

/// Box of cells[0] x cells[1] x cells[2] cubes of side h, each cut in six tetrahedra round the diagonal from its lowest
/// to its highest corner (Kuhn). `jitter` moves every node by up to that part of h, inside the box and on its faces.
inline Mesh kuhn_box(std::array<int, 3> cells, double h, double jitter = 0, const Frame& frame = oblique(0, 0)) {
  Mesh mesh;
  std::mt19937 engine(7);
  const auto draw = [&] { return static_cast<double>(engine()) / 4294967295.0 * 2 - 1; };
  const auto number = [&](int i, int j, int k) { return (k * (cells[1] + 1) + j) * (cells[0] + 1) + i; };
  for (int k = 0; k <= cells[2]; ++k) {
    for (int j = 0; j <= cells[1]; ++j) {
      for (int i = 0; i <= cells[0]; ++i) {
        const std::array<int, 3> at{i, j, k};
        for (int c = 0; c < 3; ++c) {
          const bool on_face = at[c] == 0 || at[c] == cells[c];
          const double moved = draw() * jitter;
          mesh.nodes.push_back(h * (at[c] + (on_face ? 0.0 : moved)));
        }
      }
    }
  }
  constexpr int walks[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int k = 0; k < cells[2]; ++k) {
    for (int j = 0; j < cells[1]; ++j) {
      for (int i = 0; i < cells[0]; ++i) {
        for (const auto& walk : walks) {
          std::array<int, 3> at{i, j, k};
          std::array<std::int32_t, 4> tet{number(i, j, k), 0, 0, 0};
          for (int s = 0; s < 3; ++s) {
            ++at[walk[s]];
            tet[s + 1] = number(at[0], at[1], at[2]);
          }
          const bool even = (walk[1] - walk[0] + 3) % 3 == 1;
          if (!even) std::swap(tet[2], tet[3]);
          mesh.tetrahedra.insert(mesh.tetrahedra.end(), tet.begin(), tet.end());
        }
      }
    }
  }
  set_frame(mesh, frame);
  return mesh;
}

/// The same box on a body-centred cubic lattice: nodes at the cubes' corners and centres (and centres of outer
/// squares), tetrahedra round every edge of the squares between centres. Nearly regular and without a preferred
/// direction, much like what a mesher makes. Inner nodes are moved by `jitter`.
inline Mesh lattice_box(std::array<int, 3> cells, double h, double jitter, const Frame& frame) {
  Mesh mesh;
  std::mt19937 engine(11);
  const auto draw = [&] { return static_cast<double>(engine()) / 4294967295.0 * 2 - 1; };
  const auto add = [&](const std::array<double, 3>& at) {
    for (int c = 0; c < 3; ++c) {
      const double moved = draw() * jitter;
      mesh.nodes.push_back(h * (at[c] == 0 || at[c] == cells[c] ? at[c] : at[c] + moved));
    }
    return static_cast<std::int32_t>(mesh.n() - 1);
  };
  const auto corner = [&](const std::array<int, 3>& at) {
    return (at[2] * (cells[1] + 1) + at[1]) * (cells[0] + 1) + at[0];
  };
  const auto centre = [&, first = (cells[0] + 1) * (cells[1] + 1) * (cells[2] + 1)](const std::array<int, 3>& at) {
    return first + (at[2] * cells[1] + at[1]) * cells[0] + at[0];
  };
  for (int k = 0; k <= cells[2]; ++k)
    for (int j = 0; j <= cells[1]; ++j)
      for (int i = 0; i <= cells[0]; ++i) add({1.0 * i, 1.0 * j, 1.0 * k});
  for (int k = 0; k < cells[2]; ++k)
    for (int j = 0; j < cells[1]; ++j)
      for (int i = 0; i < cells[0]; ++i) add({i + 0.5, j + 0.5, k + 0.5});
  for (int axis = 0; axis < 3; ++axis) {
    const int u = (axis + 1) % 3, v = (axis + 2) % 3;
    std::array<int, 3> at{};
    for (at[axis] = 0; at[axis] <= cells[axis]; ++at[axis]) {
      for (at[u] = 0; at[u] < cells[u]; ++at[u]) {
        for (at[v] = 0; at[v] < cells[v]; ++at[v]) {
          std::array<int, 3> below = at;
          below[axis] -= 1;
          const bool first = at[axis] == 0, last = at[axis] == cells[axis];
          std::int32_t middle = -1;
          if (first || last) {
            std::array<double, 3> x{1.0 * at[0], 1.0 * at[1], 1.0 * at[2]};
            x[u] += 0.5, x[v] += 0.5;
            middle = add(x);
          }
          const std::int32_t a = first ? middle : centre(below), b = last ? middle : centre(at);
          constexpr int ring[5][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}};
          for (int side = 0; side < 4; ++side) {
            std::array<int, 3> c = at, d = at;
            c[u] += ring[side][0], c[v] += ring[side][1];
            d[u] += ring[side + 1][0], d[v] += ring[side + 1][1];
            mesh.tetrahedra.insert(mesh.tetrahedra.end(), {a, corner(c), corner(d), b});
          }
        }
      }
    }
  }
  set_frame(mesh, frame);
  return mesh;
}

/// Node nearest a point.
inline std::int32_t nearest(const Mesh& mesh, const std::array<double, 3>& x) {
  std::int32_t best = 0;
  double least = 1e300;
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    const auto p = mesh.node(i);
    const double d = (p[0] - x[0]) * (p[0] - x[0]) + (p[1] - x[1]) * (p[1] - x[1]) + (p[2] - x[2]) * (p[2] - x[2]);
    if (d < least) least = d, best = static_cast<std::int32_t>(i);
  }
  return best;
}

/// Exact time between two points of a homogeneous convex body.
inline double straight_time(const std::array<double, 3>& from, const std::array<double, 3>& to, const Frame& frame,
                            const tawara::propagation::Speeds& v) {
  const double speed[3] = {v.fibre, v.sheet, v.normal};
  double sum = 0;
  for (int k = 0; k < 3; ++k) {
    double along = 0;
    for (int c = 0; c < 3; ++c) along += (to[c] - from[c]) * frame[k][c];
    sum += along * along / (speed[k] * speed[k]);
  }
  return std::sqrt(sum);
}

}  // namespace test
