#include "fill.hpp"

#include <gmsh.h>

#include "boundary.hpp"
#include "gmsh_process.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

constexpr int muscle = 1, triangle_type = 2;

void add_to_model(const ClosedSurface& surface) {
  std::vector<std::size_t> tags(surface.vertices.size());
  std::vector<double> coordinates;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    tags[i] = i + 1;
    coordinates.insert(coordinates.end(), surface.vertices[i].begin(), surface.vertices[i].end());
  }
  std::vector<int> patches;
  for (int patch = 1; patch <= 3; ++patch) {
    gmsh::model::addDiscreteEntity(2, patch);
    patches.push_back(patch);
  }
  gmsh::model::mesh::addNodes(2, 1, tags, coordinates);
  for (const int patch : patches) {
    std::vector<std::size_t> corners;
    for (std::size_t k = 0; k < surface.triangles.size(); ++k)
      if (surface.patches[k] + 1 == patch)
        for (const std::int32_t vertex : surface.triangles[k]) corners.push_back(tags[vertex]);
    gmsh::model::mesh::addElementsByType(patch, triangle_type, {}, corners);
  }
  gmsh::model::geo::addSurfaceLoop(patches, muscle);
  gmsh::model::geo::addVolume({muscle}, muscle);
  gmsh::model::geo::synchronize();
}

/// Move the triangles with a vertex that two surfaces share to the base.
void cut_base(HeartMesh& mesh) {
  std::vector<char> seen(mesh.nodes.size(), 0);  // bit per surface
  const std::array surfaces{&mesh.epi, &mesh.lv_endo, &mesh.rv_endo};
  for (int s = 0; s < 3; ++s)
    for (const Triangle& t : *surfaces[s])
      for (const std::int32_t node : t) seen[node] |= static_cast<char>(1 << s);
  const auto on_rim = [&](std::int32_t node) { return (seen[node] & (seen[node] - 1)) != 0; };
  for (std::vector<Triangle>* surface : surfaces)
    std::erase_if(*surface, [&](const Triangle& t) {
      const bool touches = on_rim(t[0]) || on_rim(t[1]) || on_rim(t[2]);
      if (touches) mesh.base.push_back(t);
      return touches;
    });
}

}  // namespace

HeartMesh fill_with_tetrahedra(const ClosedSurface& surface, double size, const std::function<void()>& interruption) {
  HeartMesh result = mesh_in_process(
      [&](GmshSession& gmsh) {
        gmsh.run("take over the surface", [&] {
          add_to_model(surface);
          set_element_size(size);
        });
        fill_volume(gmsh);
        HeartMesh filled;
        gmsh.run("return the mesh", [&] {
          const GmshMesh mesh = read_mesh();
          if (mesh.tetrahedra.empty())
            throw GeometryError("Gmsh found no tetrahedra inside the surfaces; ask for a smaller edge");
          filled.nodes = mesh.nodes;
          filled.tetrahedra = mesh.tetrahedra;
          filled.epi = mesh.triangles(1 + ClosedSurface::epi);
          filled.lv_endo = mesh.triangles(1 + ClosedSurface::lv_endo);
          filled.rv_endo = mesh.triangles(1 + ClosedSurface::rv_endo);
        });
        return filled;
      },
      interruption);
  cut_base(result);
  orient_and_check_boundary(result);
  return result;
}

}  // namespace tawara::geometry
