#include "surfaces.hpp"

#include <doctest/doctest.h>

#include <numbers>

#include "../../shared_data.hpp"
#include "heart_checks.hpp"
#include "read_surface.hpp"
#include "surfaces_mesh.hpp"
#include "tawara/error.hpp"
#include "three_surfaces.hpp"

using namespace tawara::geometry;

namespace {

HeartMesh mesh(const ClosedSurface& surface, double edge) {
  return mesh_between_surfaces(surface, edge, [](double, std::string_view) {});
}

}  // namespace

TEST_CASE("a heart between three surfaces made here is complete, at the edge asked for") {
  const ThreeSurfaces s = make_three_surfaces();
  const Heart heart = complete_heart(mesh(join_surfaces(s.epi, s.lv_endo, s.rv_endo, 0.05), 3.5), {});
  check_heart(heart);
  CHECK(heart.quality.mean_edge == doctest::Approx(3.5).epsilon(0.03));
  CHECK(heart.quality.min_dihedral > 5);
  // Half ellipsoids: (2/3) pi a b c.
  const double expected = 2.0 / 3 * std::numbers::pi * (42 * 27 * 58 - 15 * 16 * 45 - 16 * 18 * 38) / 1000;
  CHECK(heart.quality.volume == doctest::Approx(expected).epsilon(0.03));
  // The base is at the valves: at the rims of the cavities, all in the plane z = 0 or a triangle away from it.
  for (const std::int32_t node : nodes_of(heart.mesh.base)) CHECK(heart.mesh.nodes[node].z() > -6);
  CHECK(heart.anatomy.lv_apex.z() < -40);
}

TEST_CASE("a person's heart from its reference surfaces is complete, at the edge asked for") {
  const SharedData data = shared_data("geometry/subject_a");
  if (!data) return;
  const ClosedSurface surface =
      join_surfaces(read_surface(data.path / "epi.obj"), read_surface(data.path / "lv_endo.obj"),
                    read_surface(data.path / "rv_endo.obj"), 0.05);
  CHECK(surface.vertices.size() == 5806);
  const Heart heart = complete_heart(mesh(surface, 4), {});
  check_heart(heart);
  CHECK(heart.quality.mean_edge == doctest::Approx(4).epsilon(0.03));
  CHECK(heart.quality.min_dihedral > 5);
  CHECK(heart.quality.volume == doctest::Approx(178).epsilon(0.02));
  CHECK(heart.anatomy.to_rv.x() < 0);     // right
  CHECK(heart.anatomy.anterior.y() < 0);  // front
  CHECK(heart.anatomy.up.z() > 0);        // head
}

TEST_CASE("an edge the thin wall cannot follow is refused with the place") {
  // A lateral wall of less than a millimetre.
  using three_surfaces_detail::add_cup;
  ThreeSurfaces s = make_three_surfaces();
  for (Point& x : s.lv_endo.vertices)
    if (x.z() < -1) x = Point(20 + (x.x() - 20) * 1.35, x.y(), x.z());
  const ClosedSurface surface = join_surfaces(s.epi, s.lv_endo, s.rv_endo, 0.05);
  CHECK_THROWS_WITH_AS((void)mesh(surface, 40), doctest::Contains("at this edge the surfaces run into one another"),
                       tawara::GeometryError);
}

TEST_CASE("the surfaces component declares three files and the outputs of the contract") {
  const tawara::Descriptor d = Surfaces::describe();
  CHECK(d.name == "geometry.surfaces");
  CHECK(d.cacheable);
  for (const char* name : {"epi", "lv_endo", "rv_endo"}) {
    REQUIRE(d.parameter_index(name) >= 0);
    CHECK(d.parameters[d.parameter_index(name)].type == tawara::Type::path);
  }
  CHECK(d.output_index("min_dihedral") >= 0);
}
