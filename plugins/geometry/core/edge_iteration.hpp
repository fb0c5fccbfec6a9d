#pragma once
#include <functional>

#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Mesh again and again until the mean edge is the one asked for, correcting the mesher's size by the ratio found: a
/// mesher's size is the edge of ideal elements, and real tetrahedra come out a third larger.
///
/// @param edge         mean edge wanted, mm
/// @param first_ratio  mean edge over size to begin with
/// @param make         a mesh at a size (mm)
/// @return the mesh whose mean edge comes closest; within 2 % unless the walls are too thin for the edge
[[nodiscard]] HeartMesh mesh_at_mean_edge(double edge, double first_ratio,
                                          const std::function<HeartMesh(double size)>& make);

}  // namespace tawara::geometry
