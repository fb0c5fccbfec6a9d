#pragma once
#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Landmarks and directions of a heart, from its surfaces alone.
struct Anatomy {
  Point lv_base;               ///< centroid of the left endocardium's rim (mitral and aortic, or the flat base), mm
  Point lv_apex;               ///< node of the left endocardium farthest from lv_base, mm
  Point lv_centre, rv_centre;  ///< area centroids of the endocardia: the cavities' centres, mm
  Point up;                    ///< long axis, unit: apex to base
  Point to_rv;                 ///< short axis, unit: from the left cavity to the right
  Point anterior;  ///< short axis, unit: to_rv x down, which is the anterior side of every heart that is not a mirror
                   ///< image
  std::vector<std::int32_t> apex;  ///< nodes through the wall at the apex, endocardium to epicardium
  std::vector<std::int32_t> base;  ///< nodes of the base

  /// Angle about the long axis of the left ventricle, radians: 0 towards the right ventricle, positive to anterior.
  [[nodiscard]] double angle(const Point& x) const;
  /// Height along the long axis: 0 at the endocardial apex, 1 at the base of the left ventricle.
  [[nodiscard]] double height(const Point& x) const;
};

/// @param mean_edge  mm
/// @throws GeometryError when a surface is missing or the cavities lie on the long axis of one another
[[nodiscard]] Anatomy find_anatomy(const HeartMesh& mesh, double mean_edge);

/// Edges of a surface that only one of its triangles has, in the direction that triangle runs through them.
[[nodiscard]] std::vector<std::array<std::int32_t, 2>> rim_edges(const std::vector<Triangle>& surface);

/// Nodes of a surface, each once, ascending.
[[nodiscard]] std::vector<std::int32_t> nodes_of(const std::vector<Triangle>& surface);

}  // namespace tawara::geometry
