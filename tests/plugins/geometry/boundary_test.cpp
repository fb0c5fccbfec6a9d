#include "boundary.hpp"

#include <doctest/doctest.h>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

using namespace tawara::geometry;

namespace {

/// Two tetrahedra on either side of a shared face; every outer face tagged, turned inwards.
HeartMesh two_tetrahedra() {
  HeartMesh mesh;
  mesh.nodes = {{0, 0, 0}, {10, 0, 0}, {0, 10, 0}, {0, 0, 10}, {0, 0, -10}};
  mesh.tetrahedra = {{0, 1, 2, 3}, {0, 1, 2, 4}};  // the second one is inside out
  mesh.epi = {{0, 1, 3}, {1, 2, 3}};
  mesh.lv_endo = {{0, 2, 3}};
  mesh.rv_endo = {{0, 1, 4}, {1, 2, 4}};
  mesh.base = {{0, 2, 4}};
  return mesh;
}

}  // namespace

TEST_CASE("tetrahedra become positive and surface normals point out of the muscle") {
  HeartMesh mesh = two_tetrahedra();
  orient_and_check_boundary(mesh);
  for (const Tetrahedron& t : mesh.tetrahedra) CHECK(six_volumes(mesh, t) > 0);
  const Point inside(2, 2, 0);
  for (const auto* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base})
    for (const auto& [a, b, c] : *surface) {
      const Point normal = (mesh.nodes[b] - mesh.nodes[a]).cross(mesh.nodes[c] - mesh.nodes[a]);
      CHECK(normal.dot(mesh.nodes[a] - inside) > 0);
    }
}

TEST_CASE("a boundary face without a surface is refused with its place") {
  HeartMesh mesh = two_tetrahedra();
  mesh.base.clear();
  CHECK_THROWS_WITH_AS(orient_and_check_boundary(mesh),
                       "the boundary of the muscle at (0.0, 3.3, -3.3) mm belongs to no surface",
                       tawara::GeometryError);
}

TEST_CASE("a boundary face with two surfaces is refused with its place") {
  HeartMesh mesh = two_tetrahedra();
  mesh.base.push_back({0, 1, 3});
  CHECK_THROWS_WITH_AS(orient_and_check_boundary(mesh),
                       "a surface triangle at (3.3, 0.0, 3.3) mm belongs to two surfaces", tawara::GeometryError);
}

TEST_CASE("a surface triangle inside the muscle is refused with its place") {
  HeartMesh mesh = two_tetrahedra();
  mesh.base.push_back({0, 1, 2});
  CHECK_THROWS_WITH_AS(orient_and_check_boundary(mesh),
                       "a surface triangle at (3.3, 3.3, 0.0) mm is not on the boundary of the muscle",
                       tawara::GeometryError);
}
