#pragma once
#include "anatomy.hpp"
#include "triangle_surface.hpp"

namespace tawara::geometry {

/// One sheet in one piece with at least one hole, neither tiny nor huge.
/// @throws GeometryError naming the file and the place
void check_sheet(const TriangleSurface& surface);

/// Volume a surface encloses when each of its holes is covered by a cone to the hole's middle, ml; negative when its
/// normals point inwards.
[[nodiscard]] double enclosed_volume(const std::vector<Point>& vertices, const std::vector<Triangle>& triangles);

}  // namespace tawara::geometry
