#include "gmsh_session.hpp"

#include <gmsh.h>

#include <algorithm>
#include <string>

#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

constexpr int tetrahedron_type = 4, triangle_type = 2;  // Gmsh's element types

}  // namespace

GmshSession::GmshSession() {
  run("start", [] {
    gmsh::initialize(0, nullptr, /*readConfigFiles=*/false);
    gmsh::option::setNumber("General.Terminal", 0);
    gmsh::option::setNumber("General.NumThreads", 1);
    gmsh::option::setNumber("Mesh.MaxNumThreads1D", 1);
    gmsh::option::setNumber("Mesh.MaxNumThreads2D", 1);
    gmsh::option::setNumber("Mesh.MaxNumThreads3D", 1);
    gmsh::model::add("heart");
  });
}

GmshSession::~GmshSession() {
  try {
    gmsh::finalize();
  } catch (...) {  // nothing is left to lose: the mesh has been copied
  }
}

void GmshSession::run(std::string_view what, const std::function<void()>& calls) {
  try {
    calls();
  } catch (const std::string& words) {
    throw GeometryError("Gmsh could not " + std::string(what) + ": " + words);
  }
}

void set_element_size(double size) {
  gmsh::option::setNumber("Mesh.MeshSizeMin", 0);
  gmsh::option::setNumber("Mesh.MeshSizeMax", size);
}

void fill_volume(GmshSession& gmsh) {
  gmsh.run("fill the muscle with tetrahedra", [] {
    // Delaunay: HXT is twice as fast, but its mesh depends on where the heap put the vertices, so no two runs agree.
    gmsh::option::setNumber("Mesh.Algorithm3D", 1);
    gmsh::option::setNumber("Mesh.OptimizeThreshold", 0.45);  // the default, 0.3, leaves flatter tetrahedra
    gmsh::option::setNumber("Mesh.Optimize", 1);
    gmsh::model::mesh::generate(3);
  });
}

std::vector<Triangle> GmshMesh::triangles(int entity) const {
  std::vector<std::size_t> tags, corners;
  gmsh::model::mesh::getElementsByType(triangle_type, tags, corners, entity);
  std::vector<Triangle> result;
  result.reserve(tags.size());
  for (std::size_t k = 0; k < corners.size(); k += 3)
    result.push_back({number_of_tag[corners[k]], number_of_tag[corners[k + 1]], number_of_tag[corners[k + 2]]});
  return result;
}

GmshMesh read_mesh() {
  std::vector<std::size_t> element_tags, corners, tags;
  gmsh::model::mesh::getElementsByType(tetrahedron_type, element_tags, corners);
  std::vector<double> coordinates, parameters;
  gmsh::model::mesh::getNodes(tags, coordinates, parameters);

  // Only nodes that tetrahedra use: Gmsh also keeps the points its curves were built from.
  GmshMesh mesh;
  const std::size_t last_tag = tags.empty() ? 0 : *std::max_element(tags.begin(), tags.end());
  mesh.number_of_tag.assign(last_tag + 1, -1);
  for (const std::size_t tag : corners) mesh.number_of_tag[tag] = 0;
  std::int32_t next = 0;
  for (std::int32_t& number : mesh.number_of_tag)
    if (number == 0) number = next++;
  mesh.nodes.resize(next);
  for (std::size_t k = 0; k < tags.size(); ++k)
    if (const std::int32_t number = mesh.number_of_tag[tags[k]]; number >= 0)
      mesh.nodes[number] = {coordinates[3 * k], coordinates[3 * k + 1], coordinates[3 * k + 2]};
  mesh.tetrahedra.reserve(element_tags.size());
  for (std::size_t k = 0; k < corners.size(); k += 4) {
    Tetrahedron t;
    for (int i = 0; i < 4; ++i) t[i] = mesh.number_of_tag[corners[k + i]];
    mesh.tetrahedra.push_back(t);
  }
  return mesh;
}

}  // namespace tawara::geometry
