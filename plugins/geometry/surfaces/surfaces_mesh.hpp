#pragma once
#include "join_surfaces.hpp"

namespace tawara::geometry {

/// Tetrahedra between three surfaces at a true mean edge: remeshed isotropically, filled, measured, and again until it
/// fits.
/// @param edge  mean edge over all edges, mm
/// @throws GeometryError when the surface intersects itself, or does after remeshing (walls thinner than the edge can
/// follow)
[[nodiscard]] HeartMesh mesh_between_surfaces(const ClosedSurface& surface, double edge, const Checkpoint& checkpoint);

}  // namespace tawara::geometry
