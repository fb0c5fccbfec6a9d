#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "metric.hpp"

namespace tawara::propagation {

/// Which fast subendocardial sets a node belongs to. Dense: well covered by Purkinje-myocardial junctions.
enum FastSet : std::uint8_t { lv_dense = 1, lv_sparse = 2, rv_dense = 4, rv_sparse = 8 };

/// Sets of every node, from its ventricular coordinates.
///
/// Dense: LV ab <= 0.4; RV ab <= 0.2 or the free-wall band rt 0.2..0.5 up to ab 0.9. Sparse: the rest of the
/// endocardium up to ab 0.9.
///
/// @param ab, rt            n, apex-base and rotational coordinate
/// @param lv_endo, rv_endo  triangles, node numbers
/// Source: Camps, Holmes et al., CinC 2025, and their public code.
[[nodiscard]] std::vector<std::uint8_t> fast_endocardial_sets(std::span<const double> ab, std::span<const double> rt,
                                                              std::span<const std::int32_t> lv_endo,
                                                              std::span<const std::int32_t> rv_endo);

/// Medium of something whose nodes' sets have `common` bits: fast only if all nodes share a set of one ventricle.
[[nodiscard]] constexpr Medium medium_of(std::uint8_t common) {
  if (common & (lv_dense | rv_dense)) return Medium::endo_dense;
  if (common & (lv_sparse | rv_sparse)) return Medium::endo_sparse;
  return Medium::muscle;
}

}  // namespace tawara::propagation
