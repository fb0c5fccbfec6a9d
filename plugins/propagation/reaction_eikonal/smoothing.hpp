#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "eikonal/front_mesh.hpp"

namespace tawara::propagation {

/// Averaging over the mesh graph that stands in for diffusion. One pass is a sparse matrix whose rows sum to 1.
struct SmoothingMatrix {
  std::vector<std::int32_t> rows;     ///< n + 1
  std::vector<std::int32_t> columns;  ///< ascending within a row
  std::vector<double> weights;
};

/// Weight of edge neighbour j at node i proportional to 1 / d_ij, d_ij = v_max sqrt(e . D^-1 e) (mm), e the edge: its
/// length, stretched across the fibres. The node itself is `self_distance` away.
///
/// @param self_distance  mm
/// Source: Camps, Holmes et al., CinC 2025, and their public code.
[[nodiscard]] SmoothingMatrix smoothing_matrix(const Muscle& muscle, double CV_fibre, double CV_sheet, double CV_normal,
                                               double self_distance);

/// When passes are made: at start, start + interval, ... before end, each acting on all later samples. ms.
struct SmoothingSchedule {
  double start, interval, end;
  [[nodiscard]] std::int32_t passes_at(double t) const;
};

/// y = S x for `width` values per node, row-major n x width.
void smooth(const SmoothingMatrix& S, std::size_t width, std::span<const float> x, std::span<float> y);

}  // namespace tawara::propagation
