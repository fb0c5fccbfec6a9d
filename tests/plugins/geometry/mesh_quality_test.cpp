#include "mesh_quality.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "bar.hpp"
#include "edge_iteration.hpp"
#include "tawara/error.hpp"

using namespace tawara::geometry;

TEST_CASE("a regular tetrahedron has its textbook volume and dihedral angle") {
  HeartMesh mesh;
  mesh.nodes = {{1, 1, 1}, {-1, 1, -1}, {1, -1, -1}, {-1, -1, 1}};
  mesh.tetrahedra = {{0, 1, 2, 3}};
  if (six_volumes(mesh, mesh.tetrahedra[0]) < 0) std::swap(mesh.tetrahedra[0][2], mesh.tetrahedra[0][3]);
  const MeshQuality quality = measure_quality(mesh);
  CHECK(quality.min_dihedral == doctest::Approx(std::acos(1.0 / 3) * 180 / std::numbers::pi));
  CHECK(quality.volume == doctest::Approx(8.0 / 3 / 1000));
  CHECK(quality.mean_edge == doctest::Approx(std::sqrt(8.0)));
}

TEST_CASE("edges shared by tetrahedra count once in the mean") {
  const HeartMesh bar = make_bar(1, 1, 1, 2.0);
  // A cube of six tetrahedra: 12 sides, 6 face diagonals, 1 space diagonal.
  CHECK(unique_edges(bar.tetrahedra).size() == 19);
  CHECK(measure_quality(bar).mean_edge == doctest::Approx(2 * (12 + 6 * std::sqrt(2.0) + std::sqrt(3.0)) / 19));
  CHECK(measure_quality(bar).volume == doctest::Approx(8.0 / 1000));
}

TEST_CASE("an inverted tetrahedron is refused with its place") {
  HeartMesh mesh = make_bar(1, 1, 1, 10.0);
  std::swap(mesh.tetrahedra[0][0], mesh.tetrahedra[0][1]);
  CHECK_THROWS_WITH_AS((void)measure_quality(mesh), "the mesh has a tetrahedron without volume at (7.5, 5.0, 2.5) mm",
                       tawara::GeometryError);
}

TEST_CASE("the edge iteration corrects the mesher's size until the mean edge is met") {
  int meshes = 0;
  const HeartMesh mesh = mesh_at_mean_edge(3.0, 1.0, [&](double size) {
    ++meshes;
    return make_bar(2, 2, 2, size);  // whose mean edge is about 1.3 sizes
  });
  CHECK(measure_quality(mesh).mean_edge == doctest::Approx(3.0));
  CHECK(meshes == 2);
}

TEST_CASE("the edge iteration keeps the closest mesh when the edge cannot be met") {
  int meshes = 0;
  const HeartMesh mesh =
      mesh_at_mean_edge(3.0, 1.0, [&](double) { return make_bar(2, 2, 2, ++meshes == 2 ? 2.0 : 1.0); });
  CHECK(meshes == 4);
  CHECK(mesh.nodes.back().x() == doctest::Approx(4.0));
}
