#pragma once
#include "coordinates.hpp"
#include "fibres.hpp"
#include "heart_mesh.hpp"
#include "mesh_quality.hpp"

namespace tawara::geometry {

/// A heart with everything the contract of a geometry asks for.
struct Heart {
  HeartMesh mesh;
  MeshQuality quality;
  Anatomy anatomy;
  Coordinates coordinates;
  Fibres fibres;
};

/// Coordinates and fibres on a mesh whose surfaces are tagged.
/// @throws GeometryError when the mesh is not the muscle of two ventricles (a surface missing, a tetrahedron without
/// volume)
[[nodiscard]] Heart complete_heart(HeartMesh mesh, const FibreAngles& angles);

}  // namespace tawara::geometry
