#pragma once
#include <functional>
#include <string_view>

#include "heart_mesh.hpp"

namespace tawara::geometry {

/// Gmsh, started for one mesh: quiet, on one thread (its parallel meshes differ from run to run), without the user's
/// configuration files. One in a process, which is its own: gmsh_process.hpp.
class GmshSession {
 public:
  GmshSession();
  ~GmshSession();
  GmshSession(const GmshSession&) = delete;
  GmshSession& operator=(const GmshSession&) = delete;

  /// Run calls of the Gmsh API, whose errors are bare strings. @throws GeometryError "Gmsh could not <what>: <its
  /// words>"
  void run(std::string_view what, const std::function<void()>& calls);
};

/// Ask for this element size everywhere (mm). Gmsh's size is not the mean edge: see edge_iteration.hpp.
void set_element_size(double size);

/// Fill the model's volume with optimised tetrahedra; the same bytes every time.
void fill_volume(GmshSession& gmsh);

/// Nodes and tetrahedra of the model's volumes, numbered from 0 in the order of Gmsh's tags.
struct GmshMesh {
  std::vector<Point> nodes;
  std::vector<Tetrahedron> tetrahedra;
  std::vector<std::int32_t> number_of_tag;  ///< -1 for tags without a node

  /// Triangles of a surface entity, in these numbers.
  [[nodiscard]] std::vector<Triangle> triangles(int entity) const;
};
[[nodiscard]] GmshMesh read_mesh();

}  // namespace tawara::geometry
