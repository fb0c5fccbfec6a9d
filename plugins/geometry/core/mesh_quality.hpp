#pragma once
#include "heart_mesh.hpp"

namespace tawara::geometry {

struct MeshQuality {
  double mean_edge = 0;        ///< mm, over unique edges
  double min_dihedral = 0;     ///< degrees
  Point worst_place{0, 0, 0};  ///< centroid of the tetrahedron with that angle, mm
  double volume = 0;           ///< ml
};

/// @throws GeometryError when a tetrahedron has no positive volume (its place is given)
[[nodiscard]] MeshQuality measure_quality(const HeartMesh& mesh);

/// Six times the signed volume of a tetrahedron, mm3.
[[nodiscard]] double six_volumes(const HeartMesh& mesh, const Tetrahedron& tetrahedron);

/// Smallest of the six angles between the faces of a tetrahedron, degrees.
[[nodiscard]] double smallest_dihedral(const std::array<Point, 4>& corners);

/// Edges of a set of tetrahedra, each once, smaller node first, in lexicographic order.
[[nodiscard]] std::vector<std::array<std::int32_t, 2>> unique_edges(const std::vector<Tetrahedron>& tetrahedra);

/// "(12.3, -4.5, 60.0) mm"
[[nodiscard]] std::string place(const Point& point);

}  // namespace tawara::geometry
