#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "eikonal/activation.hpp"
#include "eikonal/fast_endocardium.hpp"
#include "meshes.hpp"

using namespace tawara::propagation;
using test::Mesh;

namespace {

constexpr Speeds speeds{.fibre = 0.65, .sheet = 0.4, .normal = 0.48, .endo_dense = 1.5, .endo_sparse = 1.0};
constexpr Method all_methods[] = {Method::edge, Method::two_ring, Method::tetra, Method::two_ring_tetra};

/// A sheet of muscle whose lower face is fast endocardium: one half dense, the other sparse.
Mesh layered() {
  Mesh mesh = test::kuhn_box({18, 12, 4}, 1.5, 0.15, test::oblique(35, 15));
  std::vector<double> ab(mesh.n()), rt(mesh.n(), 0.8);
  for (std::size_t i = 0; i < mesh.n(); ++i) ab[i] = mesh.nodes[3 * i] < 13 ? 0.3 : 0.6;
  for (std::size_t t = 0; t < mesh.tetrahedra.size(); t += 4) {
    std::vector<std::int32_t> low;
    for (int c = 0; c < 4; ++c) {
      if (mesh.nodes[3 * mesh.tetrahedra[t + c] + 2] == 0) low.push_back(mesh.tetrahedra[t + c]);
    }
    if (low.size() == 3) mesh.lv_endo.insert(mesh.lv_endo.end(), low.begin(), low.end());
  }
  mesh.sets = fast_endocardial_sets(ab, rt, mesh.lv_endo, {});
  return mesh;
}

std::vector<float> solve(Method method, const Mesh& mesh, const Speeds& v, const std::vector<Source>& sources) {
  const auto solver = make_activation_solver(method, mesh.muscle());
  const auto scratch = solver->scratch();
  std::vector<float> LAT(mesh.n());
  solver->solve(v, sources, LAT, scratch.get());
  return LAT;
}

float worst_difference(const std::vector<float>& a, const std::vector<float>& b) {
  float worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

}  // namespace

TEST_CASE("LAT is 0 at the root node, nowhere negative, never ahead of the fastest speed") {
  const Mesh mesh = layered();
  for (const Method method : all_methods) {
    const auto LAT = solve(method, mesh, speeds, {{40, 0}});
    CHECK(LAT[40] == 0);
    for (std::size_t i = 0; i < mesh.n(); ++i) {
      const auto a = mesh.node(40), b = mesh.node(i);
      CHECK(LAT[i] >= std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 1.5 * (1 - 1e-5));
    }
  }
}

TEST_CASE("twice the speeds, half the times") {
  const Mesh mesh = layered();
  const Speeds twice{1.3, 0.8, 0.96, 3.0, 2.0};
  for (const Method method : all_methods) {
    const auto once = solve(method, mesh, speeds, {{40, 0}, {700, 0}});
    auto halved = solve(method, mesh, twice, {{40, 0}, {700, 0}});
    for (float& t : halved) t *= 2;
    CHECK(worst_difference(once, halved) < 1e-4);
  }
}

TEST_CASE("a later onset delays everything by as much") {
  const Mesh mesh = layered();
  for (const Method method : all_methods) {
    const auto early = solve(method, mesh, speeds, {{40, 0}, {700, 3}});
    auto late = solve(method, mesh, speeds, {{40, 8}, {700, 11}});
    for (float& t : late) t -= 8;
    CHECK(worst_difference(early, late) < 1e-4);
  }
}

TEST_CASE("two root nodes: the earlier of the two fronts") {
  const Mesh mesh = layered();
  for (const Method method : all_methods) {
    const auto first = solve(method, mesh, speeds, {{40, 0}}), second = solve(method, mesh, speeds, {{700, 3}});
    const auto both = solve(method, mesh, speeds, {{40, 0}, {700, 3}});
    std::vector<float> earlier(first);
    for (std::size_t i = 0; i < earlier.size(); ++i) earlier[i] = std::min(first[i], second[i]);
    // Links are shortest paths, so the minimum is exact; elements see both fronts where they meet.
    const bool links = method == Method::edge || method == Method::two_ring;
    CHECK(worst_difference(both, earlier) < (links ? 1e-5f : 0.5f));
  }
}

TEST_CASE("there and back take about the same time") {
  const Mesh mesh = layered();
  for (const Method method : all_methods) {
    const float there = solve(method, mesh, speeds, {{40, 0}})[700], back = solve(method, mesh, speeds, {{700, 0}})[40];
    CHECK(there == doctest::Approx(back).epsilon(0.03));
  }
}

TEST_CASE("numbering of nodes and order of elements do not matter, to the last bit") {
  const Mesh mesh = layered();
  std::vector<std::int32_t> now(mesh.n());
  std::iota(now.begin(), now.end(), 0);
  std::shuffle(now.begin(), now.end(), std::mt19937(5));
  Mesh other;
  other.nodes.resize(mesh.nodes.size());
  other.fibre.resize(mesh.nodes.size());
  other.sheet.resize(mesh.nodes.size());
  other.normal.resize(mesh.nodes.size());
  other.sets.resize(mesh.n());
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    other.sets[now[i]] = mesh.sets[i];
    for (int c = 0; c < 3; ++c) {
      other.nodes[3 * now[i] + c] = mesh.nodes[3 * i + c];
      other.fibre[3 * now[i] + c] = mesh.fibre[3 * i + c];
      other.sheet[3 * now[i] + c] = mesh.sheet[3 * i + c];
      other.normal[3 * now[i] + c] = mesh.normal[3 * i + c];
    }
  }
  for (std::size_t t = mesh.tetrahedra.size(); t > 0; t -= 4) {
    for (int c : {1, 2, 0, 3}) other.tetrahedra.push_back(now[mesh.tetrahedra[t - 4 + c]]);
  }
  for (const std::int32_t i : mesh.lv_endo) other.lv_endo.push_back(now[i]);

  for (const Method method : all_methods) {
    const auto LAT = solve(method, mesh, speeds, {{40, 0}, {700, 3}});
    const auto renumbered = solve(method, other, speeds, {{now[40], 0}, {now[700], 3}});
    bool same = true;
    for (std::size_t i = 0; i < mesh.n(); ++i) same = same && LAT[i] == renumbered[now[i]];
    CHECK(same);
  }
}

TEST_CASE("a piece without a root node is never reached") {
  Mesh mesh = test::kuhn_box({4, 4, 4}, 1.5);
  const auto connected = static_cast<std::int32_t>(mesh.n());
  const Mesh island = test::kuhn_box({2, 2, 2}, 1.5);
  for (std::size_t k = 0; k < island.nodes.size(); ++k) mesh.nodes.push_back(island.nodes[k] + 100);
  for (const std::int32_t i : island.tetrahedra) mesh.tetrahedra.push_back(connected + i);
  test::set_frame(mesh, test::oblique(0, 0));
  for (const Method method : all_methods) {
    const auto LAT = solve(method, mesh, speeds, {{0, 0}});
    CHECK(std::all_of(LAT.begin(), LAT.begin() + connected, [](float t) { return std::isfinite(t); }));
    CHECK(std::all_of(LAT.begin() + connected, LAT.end(), [](float t) { return std::isinf(t); }));
  }
}
