#pragma once
#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Two ventricles as truncated ellipsoids, meshed.
///
/// Semi-axes in mm at scale 1: left ventricle 34, 34, 78 outside and 24, 24, 68 inside; right ventricle 42, 38, 68
/// outside and 38, 34, 63.5 inside, 26 to the side; cut 20 above the centre. Posed in patient axes with the centre of
/// the left ellipsoids at the origin: base to apex along (0.62, -0.52, -0.59), right ventricle to the right and front.
/// @param edge   mean edge, mm
/// @param scale  of all lengths; 0.8 gives 98 ml of muscle
/// @throws GeometryError when Gmsh cannot mesh it at this edge
[[nodiscard]] HeartMesh mesh_ellipsoid_biventricle(double edge, double scale, const Checkpoint& checkpoint);

}  // namespace tawara::geometry
