#include "fibres.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "tube.hpp"

using namespace tawara::geometry;

namespace {

/// A left ventricle that is a plain tube along z, far from any right one.
struct Tube {
  HeartMesh mesh = make_tube(20, 30, 60, 48, 8, 20);
  Elements elements{mesh};
  Anatomy anatomy;
  Wall wall;
  Field ab{mesh.nodes.size()};

  Tube() {
    anatomy.lv_base = Point(0, 0, 60);
    anatomy.lv_apex = Point(0, 0, 0);
    anatomy.up = Point(0, 0, 1);
    anatomy.to_rv = Point(1, 0, 0);
    anatomy.anterior = Point(0, 1, 0);
    wall.phi_epi = wall.phi_lv = wall.phi_rv = Field::Zero(static_cast<Eigen::Index>(mesh.nodes.size()));
    for (std::size_t i = 0; i < mesh.nodes.size(); ++i) {
      wall.phi_epi[i] = depth(i);
      wall.phi_lv[i] = 1 - depth(i);
      ab[i] = mesh.nodes[i].z() / 60;
    }
  }
  [[nodiscard]] double depth(std::size_t i) const {
    return (std::hypot(mesh.nodes[i].x(), mesh.nodes[i].y()) - 20) / 10;
  }
  [[nodiscard]] Point outward(std::size_t i) const {
    return Point(mesh.nodes[i].x(), mesh.nodes[i].y(), 0).normalized();
  }
};

constexpr double degrees = 180 / std::numbers::pi;

}  // namespace

TEST_CASE("the helix angle runs linearly from the endocardium to the epicardium") {
  const Tube tube;
  const Fibres fibres = rule_based_fibres(tube.elements, tube.anatomy, tube.wall, tube.ab,
                                          {.helix_endo = 60, .helix_epi = -60, .sheet_endo = 0, .sheet_epi = 0});
  double worst = 0, worst_sheet = 0;
  for (std::size_t i = 0; i < tube.mesh.nodes.size(); ++i) {
    const Point circumference = Point(0, 0, 1).cross(tube.outward(i));
    const double helix = degrees * std::atan2(fibres.fibre[i].z(), fibres.fibre[i].dot(circumference));
    worst = std::max(worst, std::abs(helix - (60 - 120 * tube.depth(i))));
    worst_sheet = std::max(worst_sheet, (fibres.sheet[i] - tube.outward(i)).norm());
  }
  CHECK(worst < 0.6);  // gradients on flat-sided cells
  CHECK(worst_sheet < 0.04);
}

TEST_CASE("a positive sheet angle tilts the sheet to the base, about the fibre") {
  const Tube tube;
  const Fibres fibres = rule_based_fibres(tube.elements, tube.anatomy, tube.wall, tube.ab,
                                          {.helix_endo = 0, .helix_epi = 0, .sheet_endo = 30, .sheet_epi = 30});
  for (std::size_t i = 0; i < tube.mesh.nodes.size(); ++i) {
    CHECK(fibres.sheet[i].z() == doctest::Approx(0.5).epsilon(0.02));
    CHECK(std::abs(fibres.fibre[i].z()) < 0.02);
  }
}

TEST_CASE("triads are orthonormal and right-handed, even where no direction is defined") {
  Tube tube;
  // No field varies here: the gradients vanish.
  tube.wall.phi_epi.setZero();
  tube.wall.phi_lv.setZero();
  tube.ab.setZero();
  const Fibres flat = rule_based_fibres(tube.elements, tube.anatomy, tube.wall, tube.ab, {});
  const Tube good;
  const Fibres fine = rule_based_fibres(good.elements, good.anatomy, good.wall, good.ab, {});
  for (const Fibres* fibres : {&flat, &fine})
    for (std::size_t i = 0; i < tube.mesh.nodes.size(); ++i) {
      Eigen::Matrix3d triad;
      triad << fibres->fibre[i], fibres->sheet[i], fibres->normal[i];
      CHECK((triad.transpose() * triad - Eigen::Matrix3d::Identity()).norm() < 1e-12);
      CHECK(triad.determinant() == doctest::Approx(1));
    }
}
