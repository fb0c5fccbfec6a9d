#pragma once
#include <span>

#include "laplace.hpp"

namespace tawara::geometry {

/// Distance through the muscle from a set of nodes, mm; exactly 0 at the set.
///
/// Heat method: the direction of shortest paths is that of a short diffusion from the set, and the distance is the
/// potential whose gradient comes closest to those directions. Smooth where shortest paths meet, unlike a graph
/// distance.
/// @param reach  mm, decay length of the diffusion: a tenth of the heart keeps all values well above rounding
/// Source: Crane, Weischedel and Wardetzky, ACM Trans Graph 2013, algorithm 1 (with u = 1 held at the set).
[[nodiscard]] Field distance_from(const Elements& elements, std::span<const std::int32_t> nodes, double reach);

}  // namespace tawara::geometry
