// The only unit that sees CGAL: it takes half a minute to compile.
#include "remesh.hpp"

#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Polygon_mesh_processing/remesh.h>
#include <CGAL/Polygon_mesh_processing/self_intersections.h>
#include <CGAL/Surface_mesh.h>

#include <algorithm>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

namespace PMP = CGAL::Polygon_mesh_processing;
using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Mesh = CGAL::Surface_mesh<Kernel::Point_3>;

Mesh to_cgal(const ClosedSurface& surface, Mesh::Property_map<Mesh::Face_index, int>& patch) {
  Mesh mesh;
  for (const Point& x : surface.vertices) mesh.add_vertex({x.x(), x.y(), x.z()});
  patch = mesh.add_property_map<Mesh::Face_index, int>("f:patch", 0).first;
  for (std::size_t k = 0; k < surface.triangles.size(); ++k) {
    const auto& [a, b, c] = surface.triangles[k];
    const Mesh::Face_index face = mesh.add_face(Mesh::Vertex_index(a), Mesh::Vertex_index(b), Mesh::Vertex_index(c));
    if (face == Mesh::null_face())
      throw GeometryError(surface.names[surface.patches[k]] + ": several sheets meet in one vertex at " +
                          place(surface.vertices[a]) + "; pull them apart");
    patch[face] = surface.patches[k];
  }
  return mesh;
}

}  // namespace

void check_no_self_intersection(const ClosedSurface& surface) {
  Mesh::Property_map<Mesh::Face_index, int> patch;
  const Mesh mesh = to_cgal(surface, patch);
  std::vector<std::pair<Mesh::Face_index, Mesh::Face_index>> pairs;
  PMP::self_intersections(mesh, std::back_inserter(pairs));
  if (pairs.empty()) return;
  const auto [one, other] = *std::min_element(pairs.begin(), pairs.end());
  const auto centroid = [&](Mesh::Face_index face) {
    const auto& [a, b, c] = surface.triangles[face];
    return Point((surface.vertices[a] + surface.vertices[b] + surface.vertices[c]) / 3);
  };
  throw GeometryError("self-intersection at " + place((centroid(one) + centroid(other)) / 2) + " between " +
                      surface.names[patch[one]] + " and " + surface.names[patch[other]] + " (" +
                      std::to_string(pairs.size()) + " pairs of triangles in all)");
}

ClosedSurface remesh_isotropically(const ClosedSurface& surface, double edge) {
  Mesh::Property_map<Mesh::Face_index, int> patch;
  Mesh mesh = to_cgal(surface, patch);
  auto on_rim = mesh.add_property_map<Mesh::Edge_index, bool>("e:rim", false).first;
  for (const Mesh::Edge_index e : mesh.edges())
    on_rim[e] = patch[mesh.face(mesh.halfedge(e, 0))] != patch[mesh.face(mesh.halfedge(e, 1))];

  PMP::isotropic_remeshing(mesh.faces(), edge, mesh,
                           CGAL::parameters::number_of_iterations(5)
                               .edge_is_constrained_map(on_rim)
                               .face_patch_map(patch)
                               .protect_constraints(false));
  mesh.collect_garbage();

  ClosedSurface result;
  result.names = surface.names;
  for (const Mesh::Vertex_index v : mesh.vertices()) {
    const Kernel::Point_3& x = mesh.point(v);
    result.vertices.emplace_back(x.x(), x.y(), x.z());
  }
  for (const Mesh::Face_index face : mesh.faces()) {
    Triangle t;
    int k = 0;
    for (const Mesh::Vertex_index v : mesh.vertices_around_face(mesh.halfedge(face)))
      t[k++] = static_cast<std::int32_t>(v);
    result.triangles.push_back(t);
    result.patches.push_back(static_cast<ClosedSurface::Patch>(patch[face]));
  }
  return result;
}

}  // namespace tawara::geometry
