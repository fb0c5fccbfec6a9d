#pragma once
#include "triangle_surface.hpp"

namespace tawara::geometry {

/// The closed surface of the muscle, normals outwards.
struct ClosedSurface {
  enum Patch : std::int8_t { epi, lv_endo, rv_endo };
  std::vector<Point> vertices;
  std::vector<Triangle> triangles;
  std::vector<Patch> patches;        ///< one per triangle
  std::array<std::string, 3> names;  ///< of the files, by patch
};

/// Join the three surfaces of two ventricles where their rims lie together.
///
/// Normals of each file point away from the chamber it encloses; endocardia that both point into their chambers (out of
/// the muscle) are as welcome. The result is watertight and manifold; self-intersections are for remesh.hpp to find.
/// @param rim_tolerance  mm between rim vertices that are one
/// @throws GeometryError naming file and place: not a sheet (an edge with three triangles), a few triangles inverted,
/// in
///         pieces, closed, open where rims do not meet, inside out, or an endocardium larger than the epicardium
[[nodiscard]] ClosedSurface join_surfaces(TriangleSurface epi, TriangleSurface lv_endo, TriangleSurface rv_endo,
                                          double rim_tolerance);

}  // namespace tawara::geometry
