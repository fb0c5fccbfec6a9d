#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "box_mesh.hpp"
#include "electrodes/electrode_set.hpp"
#include "pseudo/lead_field.hpp"

using namespace tawara;
using namespace tawara::ecg;

namespace {

std::vector<double> flat(const ElectrodeSet& electrodes) {
  std::vector<double> result;
  for (const Point& x : electrodes) result.insert(result.end(), x.begin(), x.end());
  return result;
}

std::vector<double> rule() { return flat(electrodes_by_rule({0, 0, 0}, TorsoRule{})); }

/// The eight leads of one V_m over the nodes.
std::array<double, 8> leads_of(const std::vector<double>& L, const std::vector<double>& V_m) {
  std::array<double, 8> leads{};
  for (std::size_t x = 0; x < V_m.size(); ++x)
    for (std::size_t l = 0; l < 8; ++l) leads[l] += L[8 * x + l] * V_m[x];
  return leads;
}

template <class F>
std::vector<double> over_nodes(const BoxMesh& mesh, F f) {
  std::vector<double> values(mesh.n_nodes());
  for (std::size_t x = 0; x < values.size(); ++x)
    values[x] = f(Point{mesh.nodes[3 * x], mesh.nodes[3 * x + 1], mesh.nodes[3 * x + 2]});
  return values;
}

}  // namespace

TEST_CASE("muscle at one voltage has no ECG") {
  const auto box = box_mesh({5, 4, 6}, 3.0, {10, -5, 3});
  const auto L = lead_field(box.nodes, box.tetrahedra, rule());
  const auto scale = *std::max_element(L.begin(), L.end());
  for (const double lead : leads_of(L, std::vector<double>(box.n_nodes(), -85.0)))
    CHECK(std::abs(lead) < 1e-10 * scale);
}

TEST_CASE("moving heart and electrodes together changes nothing") {
  const Point shift = {123, -77, 1000};
  const auto here = box_mesh({4, 4, 4}, 2.0), there = box_mesh({4, 4, 4}, 2.0, shift);
  const auto electrodes = electrodes_by_rule({0, 0, 0}, TorsoRule{});
  auto moved = electrodes;
  for (Point& x : moved) x = x + shift;
  const auto a = lead_field(here.nodes, here.tetrahedra, flat(electrodes));
  const auto b = lead_field(there.nodes, there.tetrahedra, flat(moved));
  const double scale = *std::max_element(a.begin(), a.end());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) < 1e-11 * scale);
}

TEST_CASE("a heart of any size counts by volume fractions") {
  // Refining the mesh of the same muscle must not change the ECG of a linear V_m beyond the midpoint rule's error.
  const auto coarse = box_mesh({4, 4, 4}, 4.0), fine = box_mesh({8, 8, 8}, 2.0);
  const auto V = [](const Point& x) { return 3 * x[0] - 2 * x[1] + x[2]; };
  const auto a = leads_of(lead_field(coarse.nodes, coarse.tetrahedra, rule()), over_nodes(coarse, V));
  const auto b = leads_of(lead_field(fine.nodes, fine.tetrahedra, rule()), over_nodes(fine, V));
  for (std::size_t l = 0; l < 8; ++l) CHECK(a[l] == doctest::Approx(b[l]).epsilon(0.01));
}

TEST_CASE("a small block with a gradient is a dipole seen from each lead") {
  // phi_e = grad V . (x - x_e) / r^3 for a block much smaller than its distance.
  const Point at = {5, -10, 2}, gradient = {1, -2, 0.5};
  const auto block = box_mesh({2, 2, 2}, 0.5, at);
  const auto electrodes = electrodes_by_rule({0, 0, 0}, TorsoRule{});
  const auto leads = leads_of(lead_field(block.nodes, block.tetrahedra, flat(electrodes)),
                              over_nodes(block, [&](const Point& x) { return dot(gradient, x); }));
  std::array<double, n_electrodes> phi;
  for (std::size_t e = 0; e < n_electrodes; ++e) {
    const Point r = at - electrodes[e];
    phi[e] = dot(gradient, r) / std::pow(norm(r), 3);
  }
  const double wilson = (phi[LA] + phi[RA] + phi[LL]) / 3;
  CHECK(leads[0] == doctest::Approx(phi[LA] - phi[RA]).epsilon(1e-3));
  CHECK(leads[1] == doctest::Approx(phi[LL] - phi[RA]).epsilon(1e-3));
  for (std::size_t k = 0; k < 6; ++k) CHECK(leads[2 + k] == doctest::Approx(phi[V1 + k] - wilson).epsilon(1e-3));
}

TEST_CASE("a planar front writes the solid angle of its disc-like sheet of dipoles") {
  // A step of height dV across the plane x = 0 of a box: phi = dV times the integral of (x - x_e).n / r^3 over the
  // face, minus nothing else, as V is constant elsewhere. For a square of half-side a on the axis at distance h the
  // solid angle is 4 asin(a^2 / (a^2 + h^2)); an electrode in front of the wave sees it positive.
  const double edge = 1.0, a = 10, dV = 100;
  const auto box = box_mesh({20, 20, 20}, edge, {0.5, 0, 0});  // nodes at half-integers +-: front between x = 0 and 1
  const auto V = over_nodes(box, [&](const Point& x) { return x[0] < 0.25 ? dV : 0.0; });
  auto electrodes = electrodes_by_rule({0, 0, 0}, TorsoRule{});
  const double h = 60;
  electrodes[V1] = {0 + h, 0, 0};
  electrodes[LA] = electrodes[RA] = electrodes[LL] = {0, 0, 1e7};  // a Wilson terminal at infinity
  const auto leads = leads_of(lead_field(box.nodes, box.tetrahedra, flat(electrodes)), V);
  const double middle = 0.25 + 0.25;  // of the layer of tetrahedra in which V falls
  const double solid_angle = 4 * std::asin(a * a / (a * a + (h - middle) * (h - middle)));
  CHECK(leads[2] > 0);
  CHECK(leads[2] == doctest::Approx(dV * solid_angle / (20.0 * 20 * 20)).epsilon(2e-3));
}

TEST_CASE("depolarisation spreading left and down is upright in I, II, aVF and V6 and inverted in aVR") {
  const auto box = box_mesh({10, 10, 10}, 6.0);
  const auto L = lead_field(box.nodes, box.tetrahedra, rule());
  // Half-way through activation: what lies behind the front, to the right and above, is already depolarised.
  const Point direction = {0.62, -0.52, -0.59};
  const auto eight = leads_of(L, over_nodes(box, [&](const Point& x) { return dot(direction, x) < 0 ? 30.0 : -85.0; }));
  const auto twelve = twelve_leads(eight);
  CHECK(twelve[0] > 0);
  CHECK(twelve[1] > 0);
  CHECK(twelve[3] < 0);
  CHECK(twelve[5] > 0);
  CHECK(twelve[11] > 0);
}

TEST_CASE("the derived leads keep Einthoven's and Goldberger's sums") {
  const std::array<double, 8> eight = {0.7, 1.1, -0.3, 0.2, 0.9, 1.4, 1.2, 0.8};
  const auto x = twelve_leads(eight);
  CHECK(x[0] + x[2] == doctest::Approx(x[1]));
  CHECK(x[3] + x[4] + x[5] == doctest::Approx(0).epsilon(1e-12));
  for (std::size_t l = 0; l < 8; ++l) CHECK(x[independent_rows[l]] == eight[l]);
}

TEST_CASE("samples are cut where the number of smoothing passes changes") {
  const std::vector<std::int32_t> passes = {0, 0, 0, 1, 1, 2};
  const auto all = segments(passes, 0, 6);
  REQUIRE(all.size() == 3);
  CHECK(all[1].first == 3);
  CHECK(all[1].last == 5);
  CHECK(all[1].passes == 1);
  const auto part = segments(passes, 1, 4);
  REQUIRE(part.size() == 2);
  CHECK(part[0].first == 1);
  CHECK(part[1].last == 4);
  CHECK(segments(passes, 2, 2).empty());
}
