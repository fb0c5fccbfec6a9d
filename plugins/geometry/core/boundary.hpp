#pragma once
#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Turn every tetrahedron to positive volume and every tagged triangle outwards, and make sure that the four surfaces
/// cover the boundary of the muscle exactly once.
/// @throws GeometryError with the place of a face that has no tag, two tags, or is not on the boundary
void orient_and_check_boundary(HeartMesh& mesh);

}  // namespace tawara::geometry
