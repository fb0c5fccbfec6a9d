#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "../../one_component.hpp"
#include "conduction/sites.hpp"
#include "eikonal/eikonal.hpp"
#include "meshes.hpp"
#include "reaction_eikonal/reaction_eikonal.hpp"

using namespace tawara::propagation;
using tawara::Array;
using tawara::List;
using test::Mesh;

namespace {

/// A slab posing as a heart: its face z = 0 is the LV endocardium, the opposite one the RV's.
TestInput heart(const Mesh& mesh, double thickness) {
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
  TestInput input("ventricles");
  input.with("nodes", Array::of(mesh.nodes, {n, 3}));
  input.with("tetrahedra", Array::of(mesh.tetrahedra, {mesh.tetrahedra.size() / 4, 4}));
  input.with("fibre", Array::of(mesh.fibre, {n, 3})).with("sheet", Array::of(mesh.sheet, {n, 3}));
  input.with("normal", Array::of(mesh.normal, {n, 3}));
  input.with("lv_endo", Array::of(lv, {lv.size() / 3, 3})).with("rv_endo", Array::of(rv, {rv.size() / 3, 3}));
  input.with("ab", Array::of(ab)).with("rt", Array::of(rt)).with("tm", Array::of(tm));
  input.with("aprt", Array::of(std::vector<double>(n, 0.5))).with("rvlv", Array::of(std::vector<double>(n, 0.5)));
  return input;
}

Mesh slab() { return test::kuhn_box({30, 16, 6}, 1.5, 0.15, test::oblique(30, 0)); }

TestInput roots(std::vector<std::int32_t> nodes, std::vector<double> onset) {
  return TestInput("roots").with("candidates", Array::of(nodes)).with("onset", Array::of(onset));
}

OneComponent<Eikonal> eikonal(const Mesh& mesh) {
  OneComponent<Eikonal> it;
  it.fill("geometry", heart(mesh, 9)).fill("conduction", roots({0, 200, 1000}, {0, 2, 4}));
  it.set("root_nodes", List{0, 2});
  return it;
}

TestInput dictionary(std::vector<double> APD90 = {200, 220, 240, 260}) {
  std::vector<float> AP(APD90.size() * 400, -85);
  TestInput input("ap");
  input.with("AP", Array::of(AP, {APD90.size(), 400})).with("APD90", Array::of(APD90));
  return input.with("AP_upstroke", Array::scalar(5));
}

OneComponent<ReactionEikonal> twin(const Mesh& mesh) {
  OneComponent<ReactionEikonal> it;
  it.fill("geometry", heart(mesh, 9)).fill("dictionary", dictionary());
  it.fill("activation", TestInput("activation").with("LAT", Array::of(std::vector<float>(mesh.n(), 12.5f))));
  it.set("APD_min", 205).set("APD_max", 251);
  return it;
}

}  // namespace

TEST_CASE("conduction.sites lists LV before RV with node, place and coordinates") {
  const Mesh mesh = slab();
  OneComponent<ConductionSites> it;
  it.fill("geometry", heart(mesh, 9)).prepare();
  const auto candidates = it.constants["candidates"].span<std::int32_t>();
  const auto& sites = it.tables["sites"];
  CHECK(sites.rows() == candidates.size());
  CHECK(sites.at("ventricle").texts.front() == "LV");
  CHECK(sites.at("ventricle").texts.back() == "RV");
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    CHECK(sites.at("z").numbers[k] == (sites.at("ventricle").texts[k] == "LV" ? 0 : 9));
    CHECK(sites.at("x").numbers[k] == mesh.nodes[3 * candidates[k]]);
    CHECK(sites.at("ab").numbers[k] <= 0.8);
    CHECK(it.constants["onset"].at(k) == 0);
  }
}

TEST_CASE("conduction.sites without a candidate says which parameter to change") {
  const Mesh mesh = slab();
  OneComponent<ConductionSites> it;
  it.fill("geometry", heart(mesh, 9));
  for (double& ab : it.inputs.at("geometry").arrays["ab"].mutable_span<double>()) ab = 0.9;
  try {
    it.prepare();
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
    auto it = eikonal(mesh);
    it.set("method", method).prepare();
    const auto LAT = it.evaluate("LAT").span<float>();
    CHECK(it.failure.empty());
    CHECK(LAT[0] == 0);
    CHECK(LAT[1000] <= 4);
    CHECK(LAT[200] > 2);  // not chosen
    CHECK(it.evaluate("LAT_max").number() == *std::max_element(LAT.begin(), LAT.end()));
  }
}

TEST_CASE("propagation.eikonal works on a slab without endocardium") {
  const Mesh mesh = slab();
  auto it = eikonal(mesh);
  for (const char* absent : {"lv_endo", "rv_endo", "ab", "rt"}) it.inputs.at("geometry").arrays.erase(absent);
  it.set("CV_endo_dense", 0.5);  // below sparse, but there is no such layer
  it.prepare();
  const auto LAT = it.evaluate("LAT").span<float>();
  CHECK(it.failure.empty());
  CHECK(*std::max_element(LAT.begin(), LAT.end()) > 40);
}

TEST_CASE("propagation.eikonal names what is wrong with a row") {
  const Mesh mesh = slab();
  auto it = eikonal(mesh);
  it.prepare();
  SUBCASE("dense slower than sparse") {
    it.set("CV_endo_dense", 0.9).set("CV_endo_sparse", 1.1);
    (void)it.evaluate("LAT");
    CHECK(it.failure ==
          "CV_order: CV_endo_dense is 0.9 m/s, below CV_endo_sparse 1.1 m/s; the densely covered endocardium is the "
          "faster one");
  }
  SUBCASE("a root node that is no candidate") {
    it.set("root_nodes", List{0, 3});
    (void)it.evaluate("LAT");
    CHECK(it.failure ==
          "root_node: root_nodes has 3, but the candidates are numbered 0 to 2; take one of them or offer more");
  }
  SUBCASE("no root node") {
    it.set("root_nodes", List{});
    (void)it.evaluate("LAT");
    CHECK(it.failure == "no_root_node: root_nodes is empty; at least one is needed");
  }
}

TEST_CASE("propagation.eikonal says where a mesh in two pieces is not reached") {
  Mesh mesh = test::kuhn_box({4, 4, 6}, 1.5);
  const Mesh island = test::kuhn_box({1, 1, 1}, 1.5);
  const auto n = static_cast<std::int32_t>(mesh.n());
  for (const double x : island.nodes) mesh.nodes.push_back(x + 50);
  for (const std::int32_t i : island.tetrahedra) mesh.tetrahedra.push_back(n + i);
  test::set_frame(mesh, test::oblique(0, 0));
  OneComponent<Eikonal> it;
  it.fill("geometry", heart(mesh, 9)).fill("conduction", roots({0}, {0}));
  it.set("root_nodes", List{0}).prepare();
  (void)it.evaluate("LAT");
  CHECK(
      it.failure ==
      "unreachable: 8 of 183 nodes are not connected to any root node, the first is node 175 at (50.00, 50.00, 50.00) "
      "mm; the mesh is in several pieces: keep the one with the root nodes");
}

TEST_CASE("propagation.reaction_eikonal gives each node the action potential of nearest APD90, and RT = LAT + APD") {
  const Mesh mesh = slab();
  auto it = twin(mesh);
  it.prepare();
  const auto entry = it.evaluate("AP_entry").span<std::int32_t>();
  const auto APD = it.evaluate("APD").span<float>(), RT = it.evaluate("RT").span<float>();
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    const double wanted = 251 - 46 * mesh.nodes[3 * i + 2] / 9;  // g_tm = 1: longest at the endocardium
    const double given = 200 + 20.0 * entry[i];
    CHECK(std::abs(given - wanted) <= 10.001);
    CHECK(APD[i] == given);
    CHECK(RT[i] == 12.5f + APD[i]);
  }
  CHECK(it.evaluate("APD_clamped").number() == 0);
}

TEST_CASE("an APD the dictionary lacks becomes its nearest, and is counted") {
  const Mesh mesh = slab();
  auto it = twin(mesh);
  it.set("APD_max", 400).set("APD_min", 230).prepare();
  const auto APD = it.evaluate("APD").span<float>();
  CHECK(*std::max_element(APD.begin(), APD.end()) == 260);
  CHECK(it.evaluate("APD_clamped").number() > 0.5);
}

TEST_CASE("propagation.reaction_eikonal hands on t, the dictionary and the smoothing") {
  const Mesh mesh = slab();
  auto it = twin(mesh);
  it.prepare();
  CHECK(it.constants["t"].size() == 450);
  CHECK(it.constants["t"].at(449) == 449);
  CHECK(it.constants["AP"].shape() == std::vector<std::size_t>{4, 400});
  CHECK(it.constants["AP_upstroke"].number() == 5);
  CHECK(it.constants["smoothing_rows"].size() == mesh.n() + 1);
  CHECK(it.constants["smoothing_passes"].at(449) == 18);
  it.set("smoothing", false).prepare();
  CHECK(it.constants["smoothing_passes"].at(449) == 0);
}

TEST_CASE("propagation.reaction_eikonal computes V_m when asked") {
  const Mesh mesh = test::kuhn_box({3, 3, 6}, 1.5);
  auto it = twin(mesh);
  it.prepare();
  const Array& V_m = it.evaluate("V_m");
  CHECK(V_m.shape() == std::vector<std::size_t>{mesh.n(), 450});
  for (std::size_t k = 0; k < V_m.size(); k += 997) CHECK(V_m.at(k) == doctest::Approx(-85));
}

TEST_CASE("propagation.reaction_eikonal names what is wrong") {
  const Mesh mesh = slab();
  auto it = twin(mesh);
  SUBCASE("APD_min above APD_max") {
    it.set("APD_min", 260).prepare();
    for (const char* output : {"AP_entry", "V_m"}) {
      (void)it.evaluate(output);
      CHECK(it.failure == "APD_order: APD_min is 260 ms, above APD_max 251 ms");
    }
  }
  SUBCASE("an activation of another mesh") {
    it.fill("activation", TestInput("activation").with("LAT", Array::of(std::vector<float>(10, 0.0f))));
    it.prepare();
    (void)it.evaluate("AP_entry");
    CHECK(it.failure == "other_mesh: activation has 10 nodes, the geometry 3689; give both the same geometry");
  }
  SUBCASE("a dictionary out of order") {
    it.fill("dictionary", dictionary({220, 200}));
    try {
      it.prepare();
      FAIL("no error");
    } catch (const tawara::ScenarioError& error) {
      CHECK(error.parameter() == "dictionary");
      CHECK(std::string(error.what()) ==
            "'ap' gives 2 APD90 values for an AP table of 800 numbers; expected AP of K x T with its K values of APD90 "
            "in ascending order");
    }
  }
}
