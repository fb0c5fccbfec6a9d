#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "eikonal/activation.hpp"
#include "eikonal/fast_endocardium.hpp"
#include "eikonal/front_kernel.hpp"
#include "meshes.hpp"

using namespace tawara::propagation;
using test::Mesh;

namespace {

Mesh layered() {
  Mesh mesh = test::lattice_box({20, 14, 5}, 1.6, 0.12, test::oblique(40, 20));
  std::vector<double> ab(mesh.n());
  for (std::size_t i = 0; i < mesh.n(); ++i) ab[i] = mesh.nodes[3 * i] / 34;
  for (std::size_t t = 0; t < mesh.tetrahedra.size(); t += 4) {
    std::vector<std::int32_t> low;
    for (int c = 0; c < 4; ++c) {
      if (mesh.nodes[3 * mesh.tetrahedra[t + c] + 2] == 0) low.push_back(mesh.tetrahedra[t + c]);
    }
    if (low.size() == 3) mesh.rv_endo.insert(mesh.rv_endo.end(), low.begin(), low.end());
  }
  mesh.sets = fast_endocardial_sets(ab, std::vector<double>(mesh.n(), 0.8), {}, mesh.rv_endo);
  return mesh;
}

struct Case {
  Speeds speeds;
  std::vector<Source> sources;
};

std::vector<Case> random_cases(const Mesh& mesh, int count) {
  std::mt19937 engine(17);
  const auto in = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(engine()) / 4294967295.0);
  };
  std::vector<Case> cases;
  for (int k = 0; k < count; ++k) {
    Case c{{in(0.5, 0.8), in(0.25, 0.6), in(0.3, 0.6), in(1.2, 1.9), in(0.7, 1.2)}, {}};
    for (int s = 0; s <= k % 5; ++s) c.sources.push_back({static_cast<std::int32_t>(engine() % mesh.n()), in(0, 10)});
    cases.push_back(c);
  }
  return cases;
}

std::vector<float> solve(const ActivationSolver& solver, const Case& c, std::size_t n,
                         ActivationSolver::Scratch* scratch) {
  std::vector<float> LAT(n);
  solver.solve(c.speeds, c.sources, LAT, scratch);
  return LAT;
}

}  // namespace

TEST_CASE("single precision agrees with the double reference") {
  const Mesh mesh = layered();
  for (const Method method : {Method::two_ring, Method::two_ring_tetra}) {
    const auto fast = make_activation_solver(method, mesh.muscle()),
               reference = make_reference_solver(method, mesh.muscle());
    const auto scratch = fast->scratch();
    double worst = 0, mean = 0;
    for (const Case& c : random_cases(mesh, 8)) {
      const auto a = solve(*fast, c, mesh.n(), scratch.get()), b = solve(*reference, c, mesh.n(), nullptr);
      for (std::size_t i = 0; i < mesh.n(); ++i) {
        worst = std::max(worst, double(std::abs(a[i] - b[i])));
        mean += std::abs(a[i] - b[i]) / (8.0 * static_cast<double>(mesh.n()));
      }
    }
    CHECK(mean < 1e-5);
    // A node may fall on the other side of a slice's or a face's border.
    CHECK(worst < (method == Method::two_ring ? 1e-4 : 0.05));
  }
}

TEST_CASE("every instruction set gives the same bytes") {
  const Mesh mesh = layered();
  const auto solver = make_activation_solver(Method::two_ring_tetra, mesh.muscle());
  const auto scratch = solver->scratch();
  for (const Case& c : random_cases(mesh, 3)) {
    const auto best = solve(*solver, c, mesh.n(), scratch.get());
    for (const std::int64_t target : front_instruction_sets()) {
      force_front_instruction_set(target);
      CAPTURE(front_instruction_set_name(target));
      CHECK(solve(*solver, c, mesh.n(), scratch.get()) == best);
    }
    force_front_instruction_set(0);
  }
}

TEST_CASE("a row's bytes do not depend on what was evaluated before it") {
  const Mesh mesh = layered();
  const auto solver = make_activation_solver(Method::two_ring_tetra, mesh.muscle());
  const auto cases = random_cases(mesh, 6);
  const auto used = solver->scratch();
  for (const Case& c : cases) {
    const auto fresh = solver->scratch();
    CHECK(solve(*solver, c, mesh.n(), used.get()) == solve(*solver, c, mesh.n(), fresh.get()));
  }
  CHECK(solve(*solver, cases[0], mesh.n(), used.get()) == solve(*solver, cases[0], mesh.n(), solver->scratch().get()));
}

TEST_CASE("a mesh smaller than a vector works") {
  const Mesh mesh = test::kuhn_box({1, 1, 1}, 1.0);
  const auto solver = make_activation_solver(Method::two_ring_tetra, mesh.muscle());
  const Case c{{1, 1, 1, 1, 1}, {{0, 0}}};
  const auto LAT = solve(*solver, c, mesh.n(), solver->scratch().get());
  CHECK(LAT[0] == 0);
  CHECK(LAT[7] == doctest::Approx(std::sqrt(3.0)));
}

TEST_CASE("roots far apart in onset and very slow muscle still fit the queue") {
  const Mesh mesh = layered();
  const Case c{{0.02, 0.01, 0.015, 1.5, 1.0}, {{0, 0}, {900, 400}, {1500, 5}}};
  const auto fast = make_activation_solver(Method::two_ring, mesh.muscle());
  const auto reference = make_reference_solver(Method::two_ring, mesh.muscle());
  const auto a = solve(*fast, c, mesh.n(), fast->scratch().get()), b = solve(*reference, c, mesh.n(), nullptr);
  for (std::size_t i = 0; i < mesh.n(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-5));
}
