#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "component_bench.hpp"
#include "conduction/sites.hpp"
#include "eikonal/eikonal.hpp"
#include "meshes.hpp"
#include "reaction_eikonal/reaction_eikonal.hpp"

using namespace tawara::propagation;
using tawara::Array;
using test::Bench;
using test::Mesh;

namespace {

/// A slab posing as a heart: its face z = 0 is the LV endocardium, the opposite one the RV's.
test::Source heart(const Mesh& mesh, double thickness) {
  std::vector<std::int32_t> lv, rv;
  std::vector<double> ab, rt, tm;
  for (std::size_t t = 0; t < mesh.tetrahedra.size(); t += 4) {
    std::vector<std::int32_t> low, high;
    for (int c = 0; c < 4; ++c) {
      const auto i = mesh.tetrahedra[t + c];
      if (mesh.nodes[3 * i + 2] == 0) low.push_back(i);
      if (mesh.nodes[3 * i + 2] == thickness) high.push_back(i);
    }
    if (low.size() == 3) lv.insert(lv.end(), low.begin(), low.end());
    if (high.size() == 3) rv.insert(rv.end(), high.begin(), high.end());
  }
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    ab.push_back(mesh.nodes[3 * i] / 45);
    rt.push_back(0.8);
    tm.push_back(1 - mesh.nodes[3 * i + 2] / thickness);
  }
  const std::size_t n = mesh.n();
  return {"ventricles",
          {{"nodes", Array::of(mesh.nodes, {n, 3})},
           {"tetrahedra", Array::of(mesh.tetrahedra, {mesh.tetrahedra.size() / 4, 4})},
           {"fibre", Array::of(mesh.fibre, {n, 3})},
           {"sheet", Array::of(mesh.sheet, {n, 3})},
           {"normal", Array::of(mesh.normal, {n, 3})},
           {"lv_endo", Array::of(lv, {lv.size() / 3, 3})},
           {"rv_endo", Array::of(rv, {rv.size() / 3, 3})},
           {"ab", Array::of(ab)},
           {"rt", Array::of(rt)},
           {"tm", Array::of(tm)},
           {"aprt", Array::of(std::vector<double>(n, 0.5))},
           {"rvlv", Array::of(std::vector<double>(n, 0.5))}}};
}

Mesh slab() { return test::kuhn_box({30, 16, 6}, 1.5, 0.15, test::oblique(30, 0)); }

test::Source roots(std::vector<std::int32_t> nodes, std::vector<double> onset) {
  return {"roots", {{"candidates", Array::of(nodes)}, {"onset", Array::of(onset)}}};
}

Bench<Eikonal> eikonal(const Mesh& mesh) {
  Bench<Eikonal> bench;
  bench.slots["geometry"] = heart(mesh, 9);
  bench.slots["conduction"] = roots({0, 200, 1000}, {0, 2, 4});
  bench.arguments["root_nodes"] = {0, 2};
  return bench;
}

test::Source dictionary(std::vector<double> APD90 = {200, 220, 240, 260}) {
  std::vector<float> AP(APD90.size() * 400, -85);
  return {"ap",
          {{"AP", Array::of(AP, {APD90.size(), 400})}, {"APD90", Array::of(APD90)}, {"AP_upstroke", Array::scalar(5)}}};
}

Bench<ReactionEikonal> twin(const Mesh& mesh) {
  Bench<ReactionEikonal> bench;
  bench.slots["geometry"] = heart(mesh, 9);
  bench.slots["activation"] = {"activation", {{"LAT", Array::of(std::vector<float>(mesh.n(), 12.5f))}}};
  bench.slots["dictionary"] = dictionary();
  bench.arguments["APD_min"] = {205};
  bench.arguments["APD_max"] = {251};
  return bench;
}

}  // namespace

TEST_CASE("conduction.sites lists LV before RV with node, place and coordinates") {
  const Mesh mesh = slab();
  Bench<ConductionSites> bench;
  bench.slots["geometry"] = heart(mesh, 9);
  bench.prepare();
  const auto candidates = bench.constants["candidates"].span<std::int32_t>();
  const auto& sites = bench.tables["sites"];
  CHECK(sites.rows() == candidates.size());
  CHECK(sites.at("ventricle").texts.front() == "LV");
  CHECK(sites.at("ventricle").texts.back() == "RV");
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    CHECK(sites.at("z").numbers[k] == (sites.at("ventricle").texts[k] == "LV" ? 0 : 9));
    CHECK(sites.at("x").numbers[k] == mesh.nodes[3 * candidates[k]]);
    CHECK(sites.at("ab").numbers[k] <= 0.8);
    CHECK(bench.constants["onset"].at(k) == 0);
  }
}

TEST_CASE("conduction.sites without a candidate says which parameter to change") {
  const Mesh mesh = slab();
  Bench<ConductionSites> bench;
  bench.slots["geometry"] = heart(mesh, 9);
  for (double& ab : bench.slots["geometry"].arrays["ab"].mutable_span<double>()) ab = 0.9;
  try {
    bench.prepare();
    FAIL("no error");
  } catch (const tawara::ScenarioError& error) {
    CHECK(error.parameter() == "ab_max");
    CHECK(std::string(error.what()) ==
          "no endocardial node of 'ventricles' has ab <= 0.8; raise ab_max or use a geometry with lv_endo or rv_endo");
  }
}

TEST_CASE("propagation.eikonal starts at the chosen candidates at their onset, by every method") {
  const Mesh mesh = slab();
  for (const char* method : {"edge", "two_ring", "tetra", "two_ring_tetra"}) {
    auto bench = eikonal(mesh);
    bench.set["method"] = method;
    bench.prepare();
    const auto LAT = bench.evaluate("LAT").span<float>();
    CHECK(bench.failure.empty());
    CHECK(LAT[0] == 0);
    CHECK(LAT[1000] <= 4);
    CHECK(LAT[200] > 2);  // not chosen
    CHECK(bench.evaluate("LAT_max").number() == *std::max_element(LAT.begin(), LAT.end()));
  }
}

TEST_CASE("propagation.eikonal works on a slab without endocardium") {
  const Mesh mesh = slab();
  auto bench = eikonal(mesh);
  for (const char* absent : {"lv_endo", "rv_endo", "ab", "rt"}) bench.slots["geometry"].arrays.erase(absent);
  bench.arguments["CV_endo_dense"] = {0.5};  // below sparse, but there is no such layer
  bench.prepare();
  const auto LAT = bench.evaluate("LAT").span<float>();
  CHECK(bench.failure.empty());
  CHECK(*std::max_element(LAT.begin(), LAT.end()) > 40);
}

TEST_CASE("propagation.eikonal names what is wrong with a row") {
  const Mesh mesh = slab();
  auto bench = eikonal(mesh);
  bench.prepare();
  SUBCASE("dense slower than sparse") {
    bench.arguments["CV_endo_dense"] = {0.9};
    bench.arguments["CV_endo_sparse"] = {1.1};
    bench.evaluate("LAT");
    CHECK(bench.failure ==
          "CV_order: CV_endo_dense is 0.9 m/s, below CV_endo_sparse 1.1 m/s; the densely covered endocardium is the "
          "faster one");
  }
  SUBCASE("no root node") {
    bench.arguments["root_nodes"] = {};
    bench.evaluate("LAT");
    CHECK(bench.failure == "no_root_node: root_nodes is empty; at least one is needed");
  }
}

TEST_CASE("propagation.eikonal says where a mesh in two pieces is not reached") {
  Mesh mesh = test::kuhn_box({4, 4, 6}, 1.5);
  const Mesh island = test::kuhn_box({1, 1, 1}, 1.5);
  const auto n = static_cast<std::int32_t>(mesh.n());
  for (const double x : island.nodes) mesh.nodes.push_back(x + 50);
  for (const std::int32_t i : island.tetrahedra) mesh.tetrahedra.push_back(n + i);
  test::set_frame(mesh, test::oblique(0, 0));
  Bench<Eikonal> bench;
  bench.slots["geometry"] = heart(mesh, 9);
  bench.slots["conduction"] = roots({0}, {0});
  bench.arguments["root_nodes"] = {0};
  bench.prepare();
  bench.evaluate("LAT");
  CHECK(
      bench.failure ==
      "unreachable: 8 of 183 nodes are not connected to any root node, the first is node 175 at (50.00, 50.00, 50.00) "
      "mm; the mesh is in several pieces: keep the one with the root nodes");
}

TEST_CASE("propagation.reaction_eikonal gives each node the action potential of nearest APD90, and RT = LAT + APD") {
  const Mesh mesh = slab();
  auto bench = twin(mesh);
  bench.prepare();
  const auto entry = bench.evaluate("AP_entry").span<std::int32_t>();
  const auto APD = bench.evaluate("APD").span<float>(), RT = bench.evaluate("RT").span<float>();
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    const double wanted = 251 - 46 * mesh.nodes[3 * i + 2] / 9;  // g_tm = 1: longest at the endocardium
    const double given = 200 + 20.0 * entry[i];
    CHECK(std::abs(given - wanted) <= 10.001);
    CHECK(APD[i] == given);
    CHECK(RT[i] == 12.5f + APD[i]);
  }
  CHECK(bench.evaluate("APD_clamped").number() == 0);
}

TEST_CASE("an APD the dictionary lacks becomes its nearest, and is counted") {
  const Mesh mesh = slab();
  auto bench = twin(mesh);
  bench.arguments["APD_max"] = {400};
  bench.arguments["APD_min"] = {230};
  bench.prepare();
  const auto APD = bench.evaluate("APD").span<float>();
  CHECK(*std::max_element(APD.begin(), APD.end()) == 260);
  CHECK(bench.evaluate("APD_clamped").number() > 0.5);
}

TEST_CASE("propagation.reaction_eikonal hands on t, the dictionary and the smoothing") {
  const Mesh mesh = slab();
  auto bench = twin(mesh);
  bench.prepare();
  CHECK(bench.constants["t"].size() == 450);
  CHECK(bench.constants["t"].at(449) == 449);
  CHECK(bench.constants["AP"].shape() == std::vector<std::size_t>{4, 400});
  CHECK(bench.constants["AP_upstroke"].number() == 5);
  CHECK(bench.constants["smoothing_rows"].size() == mesh.n() + 1);
  CHECK(bench.constants["smoothing_passes"].at(449) == 18);
  bench.set["smoothing"] = false;
  bench.prepare();
  CHECK(bench.constants["smoothing_passes"].at(449) == 0);
}

TEST_CASE("propagation.reaction_eikonal computes V_m when asked") {
  const Mesh mesh = test::kuhn_box({3, 3, 6}, 1.5);
  auto bench = twin(mesh);
  bench.prepare();
  const Array& V_m = bench.evaluate("V_m");
  CHECK(V_m.shape() == std::vector<std::size_t>{mesh.n(), 450});
  for (std::size_t k = 0; k < V_m.size(); k += 997) CHECK(V_m.at(k) == doctest::Approx(-85));
}

TEST_CASE("propagation.reaction_eikonal names what is wrong") {
  const Mesh mesh = slab();
  auto bench = twin(mesh);
  SUBCASE("APD_min above APD_max") {
    bench.arguments["APD_min"] = {260};
    bench.prepare();
    for (const char* output : {"AP_entry", "V_m"}) {
      bench.evaluate(output);
      CHECK(bench.failure == "APD_order: APD_min is 260 ms, above APD_max 251 ms");
    }
  }
  SUBCASE("an activation of another mesh") {
    bench.slots["activation"] = {"activation", {{"LAT", Array::of(std::vector<float>(10, 0.0f))}}};
    bench.prepare();
    bench.evaluate("AP_entry");
    CHECK(bench.failure == "other_mesh: activation has 10 nodes, the geometry 3689; give both the same geometry");
  }
  SUBCASE("a dictionary out of order") {
    bench.slots["dictionary"] = dictionary({220, 200});
    try {
      bench.prepare();
      FAIL("no error");
    } catch (const tawara::ScenarioError& error) {
      CHECK(error.parameter() == "dictionary");
      CHECK(std::string(error.what()) ==
            "'ap' gives 2 APD90 values for an AP table of 800 numbers; expected AP of K x T with its K values of APD90 "
            "in ascending order");
    }
  }
}
