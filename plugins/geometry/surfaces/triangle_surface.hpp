#pragma once
#include <string>

#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Triangles as a file gave them.
struct TriangleSurface {
  std::string name;  ///< for messages: the file's name
  std::vector<Point> vertices;
  std::vector<Triangle> triangles;
};

}  // namespace tawara::geometry
