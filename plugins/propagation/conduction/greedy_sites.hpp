#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace tawara::propagation {

/// Nodes of a surface no closer than `spacing` to one another, found greedily from the apex upwards.
///
/// Visited by (ab, x, y, z), so that numbering of nodes and order of triangles do not matter. Straight-line distances.
///
/// @param nodes     n x 3, mm
/// @param ab        n, apex 0 to base 1
/// @param surface   triangles of one ventricle's endocardium
/// @param spacing   mm
/// @param ab_max    nodes above are no candidates
/// @return          node numbers in visiting order
[[nodiscard]] std::vector<std::int32_t> greedy_sites(std::span<const double> nodes, std::span<const double> ab,
                                                     std::span<const std::int32_t> surface, double spacing,
                                                     double ab_max);

}  // namespace tawara::propagation
