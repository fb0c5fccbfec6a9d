#pragma once
#include "join_surfaces.hpp"

namespace tawara::geometry {

/// The first place where a closed surface passes through itself.
/// @throws GeometryError naming the place and the files of the two triangles
void check_no_self_intersection(const ClosedSurface& surface);

/// The same surface with triangles as nearly equilateral as it allows, of a target edge (mm). The rims between the
/// patches stay where they are; only their vertices move along them. Source: Botsch and Kobbelt, SGP 2004, as CGAL's
/// isotropic_remeshing does it.
[[nodiscard]] ClosedSurface remesh_isotropically(const ClosedSurface& surface, double edge);

}  // namespace tawara::geometry
