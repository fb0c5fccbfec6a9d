#pragma once
#include <functional>

#include "gmsh_session.hpp"
#include "heart_mesh.hpp"

namespace tawara::geometry {

/// A mesh made by Gmsh in a process of its own. Gmsh cannot be told to stop, keeps its model and options in the
/// process, changes the process's locale and search paths, and may crash on odd surfaces; all of that ends with the
/// process.
///
/// @param make          runs there; what else it changes is lost
/// @param interruption  asked here ten times a second; may throw, and then the other process is ended
/// @throws GeometryError  from `make`, or "Gmsh crashed ..."
[[nodiscard]] HeartMesh mesh_in_process(const std::function<HeartMesh(GmshSession& gmsh)>& make,
                                        const std::function<void()>& interruption);

}  // namespace tawara::geometry
