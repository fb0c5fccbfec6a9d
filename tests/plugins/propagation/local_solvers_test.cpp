#include "eikonal/local_solvers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

using namespace tawara::propagation;

namespace {

using Point = std::array<double, 3>;

Point between(const Point& a, const Point& b, double x) {
  return {a[0] + x * (b[0] - a[0]), a[1] + x * (b[1] - a[1]), a[2] + x * (b[2] - a[2])};
}
double time(const Point& a, const Point& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }
double squared(const Point& a, const Point& b) { return time(a, b) * time(a, b); }

Point draw(std::mt19937& engine) {
  std::uniform_real_distribution<double> in(-1, 1);
  const double x = in(engine), y = in(engine);
  return {x, y, in(engine)};
}

}  // namespace

TEST_CASE("a triangle's arrival is the least over the opposite side") {
  std::mt19937 engine(3);
  int inside = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const Point x1 = draw(engine), x2 = draw(engine), x3 = draw(engine);
    const double t1 = 0.3 * draw(engine)[0], t2 = 0.3 * draw(engine)[0];
    const double found = arrival_across_triangle(t1, t2, squared(x1, x2), squared(x1, x3), squared(x2, x3));
    double least = 1e9;
    for (int k = 0; k <= 2000; ++k) {
      const double s = k / 2000.0;
      least = std::min(least, t1 + s * (t2 - t1) + time(between(x1, x2, s), x3));
    }
    if (std::isinf(found)) {
      CHECK(least == doctest::Approx(std::min(t1 + time(x1, x3), t2 + time(x2, x3))).epsilon(1e-5));
    } else {
      ++inside;
      CHECK(found == doctest::Approx(least).epsilon(1e-5));
    }
  }
  CHECK(inside > 40);
}

TEST_CASE("a tetrahedron's arrival is the least over the opposite face") {
  std::mt19937 engine(4);
  int inside = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const Point x1 = draw(engine), x2 = draw(engine), x3 = draw(engine), x4 = draw(engine);
    const Point t = draw(engine);
    const double t1 = 0.2 * t[0], t2 = 0.2 * t[1], t3 = 0.2 * t[2];
    const double found = arrival_across_tetrahedron(t1, t2, t3,
                                                    Sides<double>{squared(x1, x2), squared(x1, x3), squared(x2, x3),
                                                                  squared(x1, x4), squared(x2, x4), squared(x3, x4)});
    if (std::isinf(found)) continue;
    ++inside;
    double least = 1e9;
    constexpr int n = 300;
    for (int i = 0; i <= n; ++i) {
      for (int j = 0; i + j <= n; ++j) {
        const double a = i / double(n), b = j / double(n);
        Point foot;
        for (int c = 0; c < 3; ++c) foot[c] = x1[c] + a * (x2[c] - x1[c]) + b * (x3[c] - x1[c]);
        least = std::min(least, t1 + a * (t2 - t1) + b * (t3 - t1) + time(foot, x4));
      }
    }
    CHECK(found <= least + 1e-9);
    CHECK(found == doctest::Approx(least).epsilon(1e-3));
  }
  CHECK(inside > 10);
}

TEST_CASE("a front too steep for its face does not cross it") {
  CHECK(std::isinf(arrival_across_triangle(0.0, 2.0, 1.0, 1.0, 1.0)));
  CHECK(std::isinf(arrival_across_tetrahedron(0.0, 2.0, 0.0, Sides<double>{1, 1, 1, 1, 1, 1})));
}
