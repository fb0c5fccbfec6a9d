#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "tawara/component.hpp"

namespace tawara {

/// The constant outputs every tetrahedral geometry gives, as views. Names, shapes and units are the contract:
///
///   nodes        n x 3   f64  mm, patient axes: +x left, +y back, +z head
///   tetrahedra   m x 4   i32  node numbers from 0, positive volume
///   fibre sheet normal  n x 3  f64  orthonormal triad
///   epi lv_endo rv_endo base  k x 3  i32  triangles, normals out of the muscle
///   ab rt tm aprt rvlv  n  f64  ventricular coordinates (see plugins/geometry/README.md)
///   nodes, tetrahedra (scalars for the summary): n_nodes, n_tetrahedra, mean_edge, muscle_volume, min_dihedral
struct TAWARA_EXPORT GeometryView {
  std::span<const double> nodes;
  std::span<const std::int32_t> tetrahedra;
  std::span<const double> fibre, sheet, normal;
  std::span<const std::int32_t> epi, lv_endo, rv_endo, base;
  std::span<const double> ab, rt, tm, aprt, rvlv;
  [[nodiscard]] std::size_t n_nodes() const { return nodes.size() / 3; }
  [[nodiscard]] std::size_t n_tetrahedra() const { return tetrahedra.size() / 4; }
  [[nodiscard]] std::array<double, 3> node(std::size_t i) const {
    return {nodes[3 * i], nodes[3 * i + 1], nodes[3 * i + 2]};
  }
  /// Views into the input's arrays; members whose output the geometry lacks stay empty.
  static GeometryView of(const Input& geometry);
};

}  // namespace tawara
