#pragma once
#include "triangle_surface.hpp"

namespace tawara::geometry {

/// Turn triangles so that all run the same way round. Sheets assembled from parts with normals of their own (a septum
/// and a free wall) are common and harmless: the smaller parts are turned. A handful of triangles against their
/// surroundings is not: it is a fold or a damaged file.
/// @throws GeometryError with the place of such triangles, or of a strip with one side only
void turn_parts_alike(TriangleSurface& surface);

}  // namespace tawara::geometry
