#include "laplace.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "bar.hpp"
#include "distance.hpp"
#include "tawara/error.hpp"
#include "tube.hpp"

using namespace tawara::geometry;

TEST_CASE("the Laplace solution on a bar is linear between its ends") {
  const HeartMesh bar = make_bar(20, 3, 3, 1.5);
  const Elements elements(bar);
  Fixed ends(bar.nodes.size());
  for (std::size_t i = 0; i < bar.nodes.size(); ++i) {
    if (bar.nodes[i].x() == 0) ends.set(static_cast<std::int32_t>(i), 2);
    if (bar.nodes[i].x() == 30) ends.set(static_cast<std::int32_t>(i), -1);
  }
  const Field u = solve_laplace(elements, ends);
  double worst = 0;
  for (std::size_t i = 0; i < bar.nodes.size(); ++i)
    worst = std::max(worst, std::abs(u[i] - (2 - bar.nodes[i].x() / 10)));
  CHECK(worst < 1e-6);
  for (const Point& gradient : elements.gradient_at_nodes(u)) CHECK((gradient - Point(-0.1, 0, 0)).norm() < 1e-6);
}

TEST_CASE("the Laplace solution between two cylinders follows the logarithm of the radius") {
  const HeartMesh tube = make_tube(10, 20, 5, 96, 16, 2);
  const Elements elements(tube);
  Fixed surfaces(tube.nodes.size());
  surfaces.set(tube.lv_endo, 1);
  surfaces.set(tube.epi, 0);
  const Field u = solve_laplace(elements, surfaces);
  double worst = 0;
  for (std::size_t i = 0; i < tube.nodes.size(); ++i) {
    const double radius = std::hypot(tube.nodes[i].x(), tube.nodes[i].y());
    worst = std::max(worst, std::abs(u[i] - std::log(20 / radius) / std::log(2.0)));
  }
  CHECK(worst < 1e-3);
}

TEST_CASE("distance along a bar grows by a millimetre per millimetre") {
  const HeartMesh bar = make_bar(60, 4, 4, 1.0);
  const Elements elements(bar);
  std::vector<std::int32_t> end;
  for (std::size_t i = 0; i < bar.nodes.size(); ++i)
    if (bar.nodes[i].x() == 0) end.push_back(static_cast<std::int32_t>(i));
  const Field distance = distance_from(elements, end, 6);
  double worst = 0;
  for (std::size_t i = 0; i < bar.nodes.size(); ++i) worst = std::max(worst, std::abs(distance[i] - bar.nodes[i].x()));
  CHECK(worst < 0.6);  // 1 % of the bar
}

TEST_CASE("distance from a point goes round a hole, not through it") {
  const HeartMesh tube = make_tube(19, 21, 4, 120, 2, 4);
  const Elements elements(tube);
  const std::vector<std::int32_t> start{0};
  const Field distance = distance_from(elements, start, 5);
  const double opposite = distance[60];  // straight across it would be 38 mm
  CHECK(opposite > std::numbers::pi * 19);
  CHECK(opposite < std::numbers::pi * 21);
}

TEST_CASE("a problem that cannot be solved is reported, not guessed") {
  const HeartMesh bar = make_bar(2, 2, 2, 1.0);
  const Elements elements(bar);
  Field load = Field::Zero(static_cast<Eigen::Index>(bar.nodes.size()));
  load[5] = std::numeric_limits<double>::quiet_NaN();
  Fixed fixed(bar.nodes.size());
  fixed.set(0, 0);
  CHECK_THROWS_WITH_AS(
      (void)solve(elements.stiffness, load, fixed),
      "a Laplace problem on the mesh did not converge (relative residual nan): its tetrahedra are too flat or "
      "not connected; ask for a smaller edge",
      tawara::SolverError);
}
