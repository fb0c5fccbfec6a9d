#pragma once
#include <filesystem>

#include "triangle_surface.hpp"

namespace tawara::geometry {

/// Read a triangle surface by its extension: .obj (Wavefront; polygons become fans), .stl (text or binary) or .vtk
/// (legacy polydata in text). Vertices that coincide are merged and triangles that this collapses dropped.
/// @throws DataError naming file and line when it cannot be read as such
[[nodiscard]] TriangleSurface read_surface(const std::filesystem::path& file);

}  // namespace tawara::geometry
