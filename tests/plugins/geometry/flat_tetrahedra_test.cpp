#include "flat_tetrahedra.hpp"

#include <doctest/doctest.h>

#include "bar.hpp"
#include "boundary.hpp"
#include "mesh_quality.hpp"

using namespace tawara::geometry;

namespace {

/// A bar whose whole boundary is epicardium.
HeartMesh skinned_bar(int nx, int ny, int nz) {
  HeartMesh bar = make_bar(nx, ny, nz, 1.0);
  std::vector<Triangle> faces;
  for (const auto& [a, b, c, d] : bar.tetrahedra)
    for (const Triangle& t : {Triangle{a, c, b}, Triangle{a, b, d}, Triangle{b, c, d}, Triangle{a, d, c}})
      faces.push_back(t);
  const auto on_one_side = [&](const Triangle& t) {
    const Point end(nx, ny, nz);
    for (int axis = 0; axis < 3; ++axis)
      for (const double side : {0.0, end[axis]})
        if (bar.nodes[t[0]][axis] == side && bar.nodes[t[1]][axis] == side && bar.nodes[t[2]][axis] == side)
          return true;
    return false;
  };
  for (const Triangle& t : faces)
    if (on_one_side(t)) bar.epi.push_back(t);
  orient_and_check_boundary(bar);
  return bar;
}

}  // namespace

TEST_CASE("a sliver in a shallow fold of the surface is peeled off, and the surface stays closed") {
  HeartMesh bar = skinned_bar(2, 2, 2);
  const std::size_t tetrahedra = bar.tetrahedra.size();
  // Cover two triangles of the top that share a diagonal with a nearly flat tetrahedron.
  const auto node_at = [&](double x, double y, double z) {
    for (std::size_t i = 0; i < bar.nodes.size(); ++i)
      if (bar.nodes[i] == Point(x, y, z)) return static_cast<std::int32_t>(i);
    return -1;
  };
  const std::int32_t a = node_at(0, 0, 2), b = node_at(1, 0, 2), c = node_at(1, 1, 2), d = node_at(0, 1, 2);
  bar.nodes[b].z() += 0.01;
  bar.nodes[d].z() += 0.01;
  bar.tetrahedra.push_back({a, b, c, d});
  const auto on_patch = [&](const Triangle& t) {
    int count = 0;
    for (const std::int32_t node : t) count += node == a || node == b || node == c || node == d;
    return count == 3;
  };
  std::erase_if(bar.epi, on_patch);
  bar.epi.push_back({a, b, d});
  bar.epi.push_back({b, c, d});
  orient_and_check_boundary(bar);
  REQUIRE(measure_quality(bar).min_dihedral < 3);

  mend_flat_tetrahedra(bar, flattest_wanted);
  CHECK(bar.tetrahedra.size() == tetrahedra);
  CHECK(measure_quality(bar).min_dihedral > 40);
  CHECK_NOTHROW(orient_and_check_boundary(bar));
}

TEST_CASE("an inner node that flattens its neighbours is moved back, the boundary is not touched") {
  HeartMesh bar = skinned_bar(2, 2, 2);
  const HeartMesh before = bar;
  std::size_t middle = 0;
  while (bar.nodes[middle] != Point(1, 1, 1)) ++middle;
  bar.nodes[middle] = Point(1.95, 1, 1);
  REQUIRE(measure_quality(bar).min_dihedral < 5);
  mend_flat_tetrahedra(bar, flattest_wanted);
  CHECK(measure_quality(bar).min_dihedral > flattest_wanted);
  for (std::size_t i = 0; i < bar.nodes.size(); ++i)
    if (i != middle) CHECK(bar.nodes[i] == before.nodes[i]);
}
