#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "ellipsoid_biventricle.hpp"
#include "ellipsoid_mesh.hpp"
#include "heart_checks.hpp"
#include "tawara/error.hpp"

using namespace tawara::geometry;

namespace {

const Heart& coarse_heart() {
  static const Heart heart = complete_heart(mesh_ellipsoid_biventricle(4, 0.8, [](double, std::string_view) {}), {});
  return heart;
}
const Point apex_direction = Point(0.62, -0.52, -0.59).normalized();

}  // namespace

TEST_CASE("the ellipsoid heart is a complete heart") {
  const Heart& heart = coarse_heart();
  check_heart(heart);
  CHECK(heart.quality.min_dihedral > 5);
}

TEST_CASE("edge is the true mean edge, from coarse to fine") {
  CHECK(coarse_heart().quality.mean_edge == doctest::Approx(4).epsilon(0.03));
  const HeartMesh coarser = mesh_ellipsoid_biventricle(8, 0.8, [](double, std::string_view) {});
  CHECK(measure_quality(coarser).mean_edge == doctest::Approx(8).epsilon(0.03));
  CHECK(measure_quality(coarser).volume == doctest::Approx(98).epsilon(0.02));
}

TEST_CASE("the muscle has the volume of its ellipsoids, which grows with the cube of the scale") {
  // 191 ml at scale 1 (Gmsh's own integral of the solid).
  CHECK(coarse_heart().quality.volume == doctest::Approx(191 * 0.512).epsilon(0.01));
  const HeartMesh half = mesh_ellipsoid_biventricle(4, 0.4, [](double, std::string_view) {});
  CHECK(measure_quality(half).volume == doctest::Approx(191 * 0.064).epsilon(0.02));
}

TEST_CASE("the left endocardium is the ellipsoid's and the base is flat") {
  const Heart& heart = coarse_heart();
  for (const std::int32_t node : nodes_of(heart.mesh.lv_endo)) {
    const Point& x = heart.mesh.nodes[node];
    const double along = x.dot(apex_direction), across = (x - along * apex_direction).norm();
    CHECK(std::hypot(along / (0.8 * 68), across / (0.8 * 24)) == doctest::Approx(1).epsilon(1e-6));
  }
  for (const std::int32_t node : nodes_of(heart.mesh.base))
    CHECK(heart.mesh.nodes[node].dot(apex_direction) == doctest::Approx(-16));
}

TEST_CASE("the heart is posed in patient axes") {
  const Heart& heart = coarse_heart();
  const Anatomy anatomy = find_anatomy(heart.mesh, heart.quality.mean_edge);
  CHECK((anatomy.up + apex_direction).norm() < 0.1);
  const Point to_rv = anatomy.rv_centre - anatomy.lv_centre;
  CHECK(to_rv.x() < 0);  // right
  CHECK(to_rv.y() < 0);  // front
  CHECK(anatomy.anterior.y() < 0);
  const Coordinates& c = heart.coordinates;
  for (const std::int32_t node : nodes_of(heart.mesh.rv_endo)) CHECK(c.rvlv[node] > 0.4);
}

TEST_CASE("ab grows evenly with arc length from the apex to the base") {
  const Heart& heart = coarse_heart();
  const double steps = 2000, top = std::asin(20.0 / 68);
  // Arc length of the endocardium's meridian from the apex, at height z of the untruncated ellipsoid.
  const auto arc_to = [&](double parameter) {
    double length = 0;
    const double first = -std::numbers::pi / 2, step = (parameter - first) / steps;
    for (int k = 0; k < steps; ++k) {
      const double p = first + (k + 0.5) * step;
      length += step * std::hypot(0.8 * 24 * std::sin(p), 0.8 * 68 * std::cos(p));
    }
    return length;
  };
  const double whole = arc_to(top);
  double worst = 0, sum = 0;
  const std::vector<std::int32_t> nodes = nodes_of(heart.mesh.lv_endo);
  for (const std::int32_t node : nodes) {
    const double height = -heart.mesh.nodes[node].dot(apex_direction) / (0.8 * 68);
    const double error =
        std::abs(heart.coordinates.ab[node] - arc_to(std::asin(std::clamp(height, -1.0, 1.0))) / whole);
    worst = std::max(worst, error);
    sum += error;
  }
  CHECK(sum / static_cast<double>(nodes.size()) < 0.03);
  CHECK(worst < 0.1);
}

TEST_CASE("rt has its landmarks: free wall 0.35, septum 0.85, junctions 0 and 0.6") {
  const Heart& heart = coarse_heart();
  const Anatomy anatomy = find_anatomy(heart.mesh, heart.quality.mean_edge);
  const auto near = [&](const std::vector<Triangle>& surface, const Point& direction) {
    const Point target = anatomy.lv_apex + 0.6 * (anatomy.lv_base - anatomy.lv_apex) + direction;
    double best = std::numeric_limits<double>::infinity(), value = 0;
    for (const std::int32_t node : nodes_of(surface))
      if (const double d = (heart.mesh.nodes[node] - target).norm(); d < best) {
        best = d;
        value = heart.coordinates.rt[node];
      }
    return value;
  };
  CHECK(near(heart.mesh.lv_endo, -20 * anatomy.to_rv) == doctest::Approx(0.35).epsilon(0.1));
  CHECK(near(heart.mesh.lv_endo, 20 * anatomy.to_rv) == doctest::Approx(0.85).epsilon(0.05));
  CHECK(near(heart.mesh.rv_endo, 60 * anatomy.to_rv) == doctest::Approx(0.35).epsilon(0.1));
  const double anterior = near(heart.mesh.lv_endo, 20 * anatomy.anterior);
  CHECK(anterior > 0.5);
  CHECK(anterior < 0.7);
  const double posterior = near(heart.mesh.lv_endo, -20 * anatomy.anterior);
  CHECK(std::min(posterior, 1 - posterior) < 0.1);
}

TEST_CASE("fibres climb at +60 degrees under the left endocardium and fall at -60 under its epicardium") {
  const Heart& heart = coarse_heart();
  const Anatomy anatomy = find_anatomy(heart.mesh, heart.quality.mean_edge);
  const auto mean_helix = [&](const std::vector<Triangle>& surface) {
    double sum = 0;
    int count = 0;
    for (const auto& triangle : surface)
      for (const std::int32_t node : triangle) {
        const Point& x = heart.mesh.nodes[node];
        const Point radial = (x - anatomy.lv_apex) - (x - anatomy.lv_apex).dot(anatomy.up) * anatomy.up;
        const double ab = heart.coordinates.ab[node];
        if (ab < 0.4 || ab > 0.9 || radial.normalized().dot(anatomy.to_rv) > -0.5) continue;  // lateral wall only
        const Point circumference = anatomy.up.cross(radial).normalized();
        const Point& f = heart.fibres.fibre[node];
        sum += std::atan2(f.dot(anatomy.up), f.dot(circumference)) * 180 / std::numbers::pi;
        ++count;
      }
    REQUIRE(count > 50);
    return sum / count;
  };
  CHECK(mean_helix(heart.mesh.lv_endo) == doctest::Approx(60).epsilon(0.1));
  CHECK(mean_helix(heart.mesh.epi) == doctest::Approx(-60).epsilon(0.1));
}

TEST_CASE("the same heart comes out byte for byte, whatever lies on the heap") {
  std::vector<std::vector<char>> litter;
  for (std::size_t k = 0; k < 20000; ++k) litter.emplace_back(16 + k * 7919 % 300);
  for (std::size_t k = 0; k < litter.size(); k += 3) litter[k] = {};
  const HeartMesh again = mesh_ellipsoid_biventricle(4, 0.8, [](double, std::string_view) {});
  CHECK(again.nodes == coarse_heart().mesh.nodes);
  CHECK(again.tetrahedra == coarse_heart().mesh.tetrahedra);
  CHECK(again.epi == coarse_heart().mesh.epi);
}

TEST_CASE("meshing stops when the checkpoint throws, and the next one still works") {
  CHECK_THROWS_AS((void)mesh_ellipsoid_biventricle(8, 0.8,
                                                   [](double fraction, std::string_view) {
                                                     if (fraction > 0) throw tawara::Cancelled();
                                                   }),
                  tawara::Cancelled);
  CHECK_FALSE(mesh_ellipsoid_biventricle(8, 0.8, [](double, std::string_view) {}).tetrahedra.empty());
}

TEST_CASE("the component declares the outputs of the geometry contract") {
  const tawara::Descriptor d = EllipsoidBiventricle::describe();
  CHECK(d.name == "geometry.ellipsoid_biventricle");
  CHECK(d.cacheable);
  for (const char* name :
       {"nodes", "tetrahedra", "fibre", "sheet", "normal", "epi", "lv_endo", "rv_endo", "base", "ab", "rt", "tm",
        "aprt", "rvlv", "n_nodes", "n_tetrahedra", "mean_edge", "muscle_volume", "min_dihedral"}) {
    INFO(name);
    REQUIRE(d.output_index(name) >= 0);
    CHECK(d.outputs[d.output_index(name)].constant);
  }
}
