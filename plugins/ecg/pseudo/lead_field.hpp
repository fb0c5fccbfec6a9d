#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "../leads.hpp"

namespace tawara::ecg {

/// Lead fields of the eight independent leads: the ECG of any V_m is L V_m.
///
/// phi_e = sum over tetrahedra c of V_c grad(V_m)_c . (x_c - x_e) / |x_c - x_e|^3, V_c a fraction of the whole volume:
/// an infinite homogeneous medium, relative amplitude only. grad V_m points from resting to depolarised muscle, so a
/// wave moving towards an electrode writes a positive deflection. Leads are differences to each other or to Wilson's
/// terminal (LA + RA + LL)/3. RL is not used. Rows of L sum to zero: V_m counts up to a constant.
///
/// @param nodes       n x 3, mm
/// @param tetrahedra  m x 4
/// @param electrodes  10 x 3, mm, LA RA LL RL V1..V6, outside the mesh
/// @return            n x 8 (node-major), mm^-3
/// Source: Gima and Rudy, Circ Res 2002, eq. 1; Camps et al., Med Image Anal 2021.
[[nodiscard]] std::vector<double> lead_field(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                                             std::span<const double> electrodes);

/// A sparse matrix by rows (n + 1 row starts, columns, weights): one pass of smoothing, V <- S V.
struct SmoothingView {
  std::span<const std::int32_t> rows;
  std::span<const std::int32_t> columns;
  std::span<const double> weights;
};

/// L S: what one more pass of smoothing before the leads does to the lead fields.
/// @param L  n x 8  @return n x 8
[[nodiscard]] std::vector<double> folded(std::span<const double> L, const SmoothingView& S);

/// Consecutive samples [first, last) that underwent the same number of smoothing passes.
struct Segment {
  std::size_t first, last;
  int passes;
};

/// Cut samples [first, last) where the number of passes changes.
[[nodiscard]] std::vector<Segment> segments(std::span<const std::int32_t> passes, std::size_t first, std::size_t last);

/// L S^m for every m = 0..most passes in use; entries nobody uses stay empty.
[[nodiscard]] std::vector<std::vector<double>> folded_lead_fields(std::vector<double> L, const SmoothingView& S,
                                                                  std::span<const std::int32_t> passes);

}  // namespace tawara::ecg
