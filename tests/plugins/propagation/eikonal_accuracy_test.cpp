#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>

#include "../../shared_data.hpp"
#include "eikonal/activation.hpp"
#include "meshes.hpp"

using namespace tawara::propagation;
using test::Frame;
using test::Mesh;
using Point = std::array<double, 3>;

namespace {

constexpr Speeds box_speeds{.fibre = 0.65, .sheet = 0.48, .normal = 0.51, .endo_dense = 1, .endo_sparse = 1};
constexpr Point box_source{28, 14, 16}, layer_source{4, 14, 16};

struct Errors {
  double worst = 0, mean = 0;
};

double distance(const Point& a, const Point& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

/// The source, or every node within `radius` of it at its exact time.
std::vector<Source> start_ball(const FrontMesh& mesh, const Point& source, double radius,
                               const std::function<double(const Point&)>& exact) {
  std::vector<Source> sources;
  for (std::size_t i = 0; i < mesh.n_nodes(); ++i) {
    if (distance(mesh.points[i], source) <= radius + 1e-9) {
      sources.push_back({static_cast<std::int32_t>(i), exact(mesh.points[i])});
    }
  }
  return sources;
}

Errors errors(const FrontMesh& mesh, const std::vector<double>& times,
              const std::function<double(const Point&)>& exact) {
  Errors e;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double error = std::abs(times[i] - exact(mesh.points[i]));
    e.worst = std::max(e.worst, error);
    e.mean += error / static_cast<double>(times.size());
  }
  return e;
}

double exact_box(const Point& x) { return test::straight_time(box_source, x, test::oblique(30, 20), box_speeds); }

Errors box_errors(double h, double radius) {
  const Mesh box = test::kuhn_box({int(60 / h), int(30 / h), int(30 / h)}, h, 0, test::oblique(30, 20));
  const FrontMesh mesh = make_front_mesh(box.muscle());
  const auto sources = start_ball(mesh, box_source, radius, exact_box);
  return errors(mesh, times_over_tetrahedra(mesh, box_speeds, sources), exact_box);
}

/// Slow above z = 10 (0.5 m/s), fast below (1.5 m/s): direct wave, head wave, and refraction into the fast layer.
double exact_two_layer(const Point& x) {
  constexpr double v1 = 0.5, v2 = 1.5, hs = 6;
  const double r = std::hypot(x[0] - layer_source[0], x[1] - layer_source[1]), hr = x[2] - 10;
  if (hr >= 0) {
    const double c = std::asin(v1 / v2), direct = std::hypot(r, hs - hr) / v1;
    if (r < (hs + hr) * std::tan(c)) return direct;
    return std::min(direct, r / v2 + (hs + hr) * std::cos(c) / v1);
  }
  const auto by = [&](double u) { return std::hypot(u, hs) / v1 + std::hypot(r - u, hr) / v2; };
  double low = 0, high = r;
  for (int k = 0; k < 100; ++k) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (by(a) < by(b) ? high : low) = by(a) < by(b) ? b : a;
  }
  return by(0.5 * (low + high));
}

struct TwoLayer {
  FrontMesh mesh;
  std::vector<double> times;
};

TwoLayer two_layer(double h, double radius) {
  const Mesh box = test::kuhn_box({int(60 / h), int(30 / h), int(30 / h)}, h);
  TwoLayer t{make_front_mesh(box.muscle()), {}};
  for (Tetrahedron& tetrahedron : t.mesh.tetrahedra) {
    double z = 0;
    for (const std::int32_t i : tetrahedron.node) z += t.mesh.points[i][2] / 4;
    if (z > 10) continue;
    for (auto& side : tetrahedron.side) side = {side.f / 9, side.s / 9, side.n / 9};  // three times as fast
  }
  const Speeds slow{.fibre = 0.5, .sheet = 0.5, .normal = 0.5, .endo_dense = 1, .endo_sparse = 1};
  t.times = times_over_tetrahedra(t.mesh, slow, start_ball(t.mesh, layer_source, radius, exact_two_layer));
  return t;
}

struct Relative {
  double mean = 0, worst = 0;
};

/// Relative error where the exact time exceeds a fifth of its largest.
Relative slab_error(Method method, const Mesh& slab, const Frame& frame, const Point& source_at) {
  constexpr Speeds v{.fibre = 0.65, .sheet = 0.40, .normal = 0.48, .endo_dense = 1, .endo_sparse = 1};
  const std::int32_t node = test::nearest(slab, source_at);
  std::vector<float> LAT(slab.n());
  const auto solver = make_activation_solver(method, slab.muscle());
  const auto scratch = solver->scratch();
  const Source source{node, 0};
  solver->solve(v, {&source, 1}, LAT, scratch.get());
  std::vector<double> exact(slab.n());
  for (std::size_t i = 0; i < slab.n(); ++i) exact[i] = test::straight_time(slab.node(node), slab.node(i), frame, v);
  const double last = *std::max_element(exact.begin(), exact.end());
  Relative e;
  int count = 0;
  for (std::size_t i = 0; i < slab.n(); ++i) {
    if (exact[i] <= 0.2 * last) continue;
    const double error = (LAT[i] - exact[i]) / exact[i];
    e.mean += error;
    e.worst = std::max(e.worst, error);
    ++count;
  }
  e.mean /= count;
  return e;
}

}  // namespace

TEST_CASE("a planar front along the fibre is exact, whatever the transverse speeds") {
  const Mesh box = test::kuhn_box({20, 8, 8}, 1.5, 0.2);
  const FrontMesh mesh = make_front_mesh(box.muscle());
  std::vector<Source> face;
  for (std::size_t i = 0; i < mesh.n_nodes(); ++i) {
    if (mesh.points[i][0] == 0) face.push_back({static_cast<std::int32_t>(i), 0});
  }
  for (const double transverse : {0.25, 0.6}) {
    const Speeds v{.fibre = 0.65, .sheet = transverse, .normal = 0.4, .endo_dense = 1, .endo_sparse = 1};
    const auto times = times_over_tetrahedra(mesh, v, face);
    CHECK(errors(mesh, times, [](const Point& x) { return x[0] / 0.65; }).worst < 1e-9);
  }
}

TEST_CASE("box: the tetrahedral solver meets the first-order error on Kuhn cubes") {
  const Errors e = box_errors(1, 0);
  CHECK(e.mean <= 1.10);
  CHECK(e.worst <= 2.1);
}

TEST_CASE("box: first order once the source's singularity is inside an exact start ball") {
  const double coarse = box_errors(2, 4).mean, fine = box_errors(1, 4).mean;
  CHECK(fine <= 0.70);
  CHECK(std::log2(coarse / fine) >= 0.95);
}

TEST_CASE("two layers: the head wave arrives before the direct one, with first-order error") {
  const TwoLayer coarse = two_layer(2, 4), fine = two_layer(1, 4);
  const double coarse_error = errors(coarse.mesh, coarse.times, exact_two_layer).mean;
  const double fine_error = errors(fine.mesh, fine.times, exact_two_layer).mean;
  CHECK(fine_error <= 0.50);
  CHECK(std::log2(coarse_error / fine_error) >= 0.95);

  const Point far{58, 14, 14};
  const std::size_t i =
      std::min_element(fine.mesh.points.begin(), fine.mesh.points.end(),
                       [&](const Point& a, const Point& b) { return distance(a, far) < distance(b, far); }) -
      fine.mesh.points.begin();
  CHECK(fine.times[i] < 0.6 * distance(layer_source, fine.mesh.points[i]) / 0.5);
}

TEST_CASE("the exact solutions above are those of the reference data") {
  const auto data = shared_data("reference/eikonal");
  if (!data) return;
  for (const auto& [name, exact] : {std::pair<const char*, double (*)(const Point&)>{"box_exact.csv", exact_box},
                                    {"two_layer_exact.csv", exact_two_layer}}) {
    std::ifstream file(data.path / name);
    std::string line;
    std::getline(file, line);
    int count = 0;
    while (std::getline(file, line)) {
      Point x{};
      double t = 0;
      char comma = 0;
      std::istringstream(line) >> x[0] >> comma >> x[1] >> comma >> x[2] >> comma >> t;
      CHECK(exact(x) == doctest::Approx(t).epsilon(1e-8));
      ++count;
    }
    CHECK(count == 396);
  }
}

TEST_CASE("slab of 60 x 40 x 10 mm and 1.5 mm edges: the default is within 2 %, mesh edges are 8 % late or more") {
  double mean = 0;
  for (const double angle : {0.0, 25.0, 60.0}) {
    const Frame frame = test::oblique(angle, angle / 2);
    const Mesh slab = test::lattice_box({36, 24, 6}, 60.0 / 36, 0.1, frame);
    for (const Point& source : {Point{0, 0, 0}, Point{30, 20, 5}}) {
      const Relative best = slab_error(Method::two_ring_tetra, slab, frame, source);
      mean += best.mean / 6;
      CHECK(best.mean < 0.0210);
      CHECK(best.worst < 0.10);
      const Relative links = slab_error(Method::two_ring, slab, frame, source);
      const Relative edges = slab_error(Method::edge, slab, frame, source);
      CHECK(best.mean < 0.7 * links.mean);
      CHECK(links.mean < 0.035);
      CHECK(edges.mean > 0.08);
      CHECK(best.mean < slab_error(Method::tetra, slab, frame, source).mean);
    }
  }
  CHECK(mean < 0.017);
}
