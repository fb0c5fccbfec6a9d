#pragma once
#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Smallest dihedral angle a mesh should have, degrees: what is promised is 5.
inline constexpr double flattest_wanted = 8;

/// Mend tetrahedra whose smallest dihedral angle is below `wanted` (degrees).
///
/// A mesher keeps the surface it is given, so the few slivers it leaves have all corners on the boundary. Those that
/// fill the shallow fold between two boundary triangles of one surface are peeled off; for the others the corners move,
/// on the boundary in its tangent plane only and by small steps, to where the flattest tetrahedron around them is least
/// flat.
void mend_flat_tetrahedra(HeartMesh& mesh, double wanted);

}  // namespace tawara::geometry
