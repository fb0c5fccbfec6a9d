#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "torord_cells.hpp"

using namespace tawara;
using namespace tawara::torord;
using torord_land::TorordLand;

namespace {

/// A component as a scenario makes it.
template <class C>
Cell made_by(OneComponent<C>& it) {
  it.prepare();
  return {std::move(it.prepared), default_arguments(C::describe())};
}

/// How fast jca relaxes, read off its rate at a depolarised membrane, where its steady state is 0.
double tau_jca_of(const Cell& cell) {
  auto y = cell.initial_state();
  y[0] = 100;
  const std::size_t jca = state_index(cell, "jca");
  return -y[jca] / cell.rates(y)[jca];
}

/// A depolarised state in which every current flows.
std::vector<double> active_state(const Cell& cell) {
  auto y = cell.initial_state();
  y[0] = -20;
  for (const char* gate : {"m", "a", "ap", "d", "xs1", "xs2", "mL"}) y[state_index(cell, gate)] = 0.4;
  y[state_index(cell, "O")] = 0.3;
  return y;
}

const std::array layers = {Layer::endo, Layer::mid, Layer::epi};

}  // namespace

TEST_CASE("ionic.torord is made in both variants, with the variant's own tau_jca unless told") {
  OneComponent<Torord> it;
  const Cell fkatp = made_by(it);
  CHECK(fkatp.model().states().size() == 43);
  CHECK(tau_jca_of(fkatp) == doctest::Approx(75));
  it.set("variant", std::string("dyncl"));
  const Cell dyncl = made_by(it);
  REQUIRE(dyncl.model().states().size() == 45);
  CHECK(dyncl.model().states()[43].name == "Cl_i");
  CHECK(dyncl.model().states()[44].name == "Cl_ss");
  CHECK(tau_jca_of(dyncl) == doctest::Approx(72.5));
  it.set("tau_jca", 60.0);
  CHECK(tau_jca_of(made_by(it)) == doctest::Approx(60));
  OneComponent<TorordLand> land;
  CHECK(tau_jca_of(made_by(land)) == doctest::Approx(75));
}

TEST_CASE("sex-specific constants with moving chloride are refused with both ways out") {
  for (const char* sex : {"male", "female"}) {
    OneComponent<Torord> it;
    it.set("variant", std::string("dyncl")).set("sex", std::string(sex));
    const std::string message = message_of([&] { it.prepare(); });
    CAPTURE(message);
    CHECK(message.find("sex = \"" + std::string(sex) + "\" is published for fixed chloride only") != std::string::npos);
    CHECK(message.find("use variant = \"fkatp\" with it, or sex = \"baseline\" with variant = \"dyncl\"") !=
          std::string::npos);
  }
}

TEST_CASE("the family shares its multipliers by name and order, and every parameter says unit, range and source") {
  const auto a = Torord::describe().parameters, b = TorordLand::describe().parameters;
  std::vector<std::string> scales_a, scales_b;
  for (const auto& p : a)
    if (p.acts_at == ActsAt::evaluate) scales_a.push_back(p.name);
  for (const auto& p : b)
    if (p.acts_at == ActsAt::evaluate) scales_b.push_back(p.name);
  CHECK(scales_a.size() == 18);
  CHECK(scales_a == scales_b);
  for (const auto* list : {&a, &b})
    for (const Parameter& p : *list) {
      CAPTURE(p.name);
      CHECK(!p.doc.empty());
      CHECK(!p.source.empty());
      if (p.type == Type::number) CHECK((p.minimum && p.usual_low && p.usual_high));
    }
}

TEST_CASE("concentrations outside reach the reversal potentials of every member") {
  const auto E_K_of = [](auto& it) {
    it.set("K_o", 8.0);
    const Cell cell = made_by(it);
    auto y = cell.initial_state();
    y[0] = 8314 * 310.0 / 96485 * std::log(8 / y[3]);
    return observed(cell, y, "I_K1");
  };
  OneComponent<Torord> torord;
  OneComponent<TorordLand> land;
  CHECK(std::fabs(E_K_of(torord)) < 1e-12);
  CHECK(std::fabs(E_K_of(land)) < 1e-12);
}

// Tomek et al. 2019: what a layer has more or less of than the endocardium, read off currents at one state.
TEST_CASE("layers differ by the published factors") {
  struct Factor {
    const char* flow;
    double mid, epi;
  };
  static const Factor factors[] = {{"I_Na", 1, 1},      {"I_NaL", 1, 0.6}, {"I_to", 2, 2},     {"I_CaL", 2, 1.2},
                                   {"I_Kr", 0.8, 1.3},  {"I_Ks", 1, 1.4},  {"I_K1", 1.3, 1.2}, {"I_NaCa", 1.4, 1.1},
                                   {"I_NaK", 0.7, 0.9}, {"I_Kb", 1, 0.6},  {"I_pCa", 1, 1},    {"I_Clb", 1, 1},
                                   {"J_rel", 1, 1},     {"J_leak", 1, 1}};
  const Cell endo = torord_cell(), mid = torord_cell(Sex::baseline, Layer::mid),
             epi = torord_cell(Sex::baseline, Layer::epi);
  auto y = active_state(endo);
  y[state_index(endo, "Jrel_np")] = 0.01;
  for (const Factor& f : factors) {
    CAPTURE(f.flow);
    const double reference = observed(endo, y, f.flow);
    REQUIRE(reference != 0);
    CHECK(observed(mid, y, f.flow) == doctest::Approx(f.mid * reference).epsilon(1e-12));
    CHECK(observed(epi, y, f.flow) == doctest::Approx(f.epi * reference).epsilon(1e-12));
  }
  // Uptake is recorded less its leak; only the former is larger in epi.
  const double leak = observed(endo, y, "J_leak");
  CHECK(observed(epi, y, "J_up") + leak == doctest::Approx(1.3 * (observed(endo, y, "J_up") + leak)).epsilon(1e-12));
  // A contracting mid-myocardial cell has 1.8 times the calcium current.
  CHECK(observed(land_cell(Sex::baseline, Layer::mid), active_state(land_cell(Sex::baseline)), "I_CaL") ==
        doctest::Approx(1.8 * observed(land_cell(Sex::baseline), active_state(land_cell(Sex::baseline)), "I_CaL"))
            .epsilon(1e-12));
}

// Camps, Holmes et al. 2025, Table 2 (endo), and the same quotients in the other layers.
TEST_CASE("women differ from men by the published factors in every layer") {
  struct Factor {
    const char* flow;
    double endo, mid, epi;
  };
  static const Factor factors[] = {{"I_pCa", 1.6, 1.6, 1.6 / 0.88},
                                   {"I_Kr", 0.79, 0.79, 0.875 / 1.09},
                                   {"I_Ks", 0.83, 0.83, 0.87 / 1.04},
                                   {"I_K1", 0.86, 1.18 / 1.3, 0.74 / 0.98},
                                   {"I_NaCa", 1.15, 1, 1.15},
                                   {"I_CaL", 1, 1, 1},
                                   {"I_NaL", 1, 1, 1},
                                   {"I_to", 1, 1, 1},
                                   {"J_rel", 1, 1, 1},
                                   {"I_Kb", 1, 1, 1}};
  for (const Layer layer : layers) {
    const Cell male = land_cell(Sex::male, layer), female = land_cell(Sex::female, layer);
    auto y = active_state(male);
    y[state_index(male, "Jrel_np")] = 0.01;
    for (const Factor& f : factors) {
      CAPTURE(f.flow);
      const double expected = layer == Layer::endo ? f.endo : layer == Layer::mid ? f.mid : f.epi;
      CHECK(observed(female, y, f.flow) / observed(male, y, f.flow) == doctest::Approx(expected).epsilon(1e-12));
    }
    // Uptake that CaMK has not phosphorylated is 0.94; without CaMK that is all of it.
    y[state_index(male, "CaMKt")] = 0;
    y[state_index(male, "Ca_ss")] = 1e-12;
    const auto uptake = [&](const Cell& cell) { return observed(cell, y, "J_up") + observed(cell, y, "J_leak"); };
    CHECK(uptake(female) / uptake(male) == doctest::Approx(0.94).epsilon(1e-6));
  }
}

TEST_CASE("men are a recalibrated baseline") {
  const Cell baseline = land_cell(Sex::baseline), male = land_cell(Sex::male);
  auto y = active_state(male);
  y[state_index(male, "Jrel_np")] = 0.01;
  const auto ratio = [&](const char* flow) { return observed(male, y, flow) / observed(baseline, y, flow); };
  CHECK(ratio("I_Kr") == doctest::Approx(0.0353 / 0.0321).epsilon(1e-12));
  CHECK(ratio("I_Ks") == doctest::Approx(0.0012 / 0.0011).epsilon(1e-12));
  CHECK(ratio("I_K1") == doctest::Approx(0.7481 / 0.6992).epsilon(1e-12));
  CHECK(ratio("I_NaL") == doctest::Approx(0.0296 / 0.0279).epsilon(1e-12));
  CHECK(ratio("I_Kb") == doctest::Approx(0.0236 / 0.0189).epsilon(1e-12));
  CHECK(ratio("I_pCa") == doctest::Approx(0.8).epsilon(1e-12));
  CHECK(ratio("J_rel") == doctest::Approx(0.99).epsilon(1e-12));
  const std::size_t troponin = state_index(male, "Ca_TRPN");
  CHECK(male.rates(y)[troponin] == doctest::Approx(5 * baseline.rates(y)[troponin]).epsilon(1e-12));
}

TEST_CASE("the states of the I_Kr chain keep their sum and stand still where every step is balanced") {
  for (const Cell& cell : {torord_cell(), dyncl_cell(Layer::mid), land_cell(Sex::female, Layer::epi)}) {
    auto y = cell.initial_state();
    const std::size_t C3 = state_index(cell, "C3");
    for (const double V_m : {-90.0, -30.0, 0.0, 40.0}) {
      y[0] = V_m;
      const auto dydt = cell.rates(y);
      double sum = 0, largest = 0;
      for (std::size_t s = C3; s < C3 + 5; ++s) {
        sum += dydt[s];
        largest = std::max(largest, std::fabs(dydt[s]));
      }
      CHECK(std::fabs(sum) < 1e-14 + 1e-14 * largest);

      // Detailed balance from the published rates: C3 = C2 = C1 = O = I, closed to inactivated.
      const double x = V_m * 96485 / (8314 * 310.0);
      auto at_rest = y;
      const double C2_C3 = 0.1161 * std::exp(0.2990 * x) / (0.2442 * std::exp(-1.604 * x));
      const double C1_C2 = 1.25 * 0.1235 / 0.1911;
      const double O_C1 = 0.0578 * std::exp(0.9710 * x) / (0.349e-3 * std::exp(-1.062 * x));
      const double I_O = 0.2533 * std::exp(0.5953 * x) / (1.25 * 0.0522 * std::exp(-0.8209 * x));
      const double weights[] = {1, C2_C3, C2_C3 * C1_C2, C2_C3 * C1_C2 * O_C1, C2_C3 * C1_C2 * O_C1 * I_O};
      double total = 0;
      for (const double w : weights) total += w;
      for (std::size_t i = 0; i < 5; ++i) at_rest[C3 + i] = weights[i] / total;
      const auto still = cell.rates(at_rest);
      for (std::size_t s = C3; s < C3 + 5; ++s) CHECK(std::fabs(still[s]) < 1e-14);
    }
  }
}

TEST_CASE("rates of every member are smooth through 0 mV and finite from -150 to 120 mV") {
  for (const Cell& cell : {dyncl_cell(Layer::epi), land_cell(Sex::male, Layer::mid)}) {
    auto y = cell.initial_state();
    const auto at = [&](double V_m) {
      y[0] = V_m;
      return cell.rates(y);
    };
    const auto below = at(-1e-7), zero = at(0), above = at(1e-7);
    for (std::size_t s = 0; s < zero.size(); ++s)
      CHECK(zero[s] == doctest::Approx(0.5 * (below[s] + above[s])).epsilon(1e-9));
    for (double V_m = -150; V_m <= 120; V_m += 0.5)
      for (const double rate : at(V_m)) REQUIRE(std::isfinite(rate));
  }
}

TEST_CASE("moving chloride follows its currents, and its gradient its diffusion") {
  const Cell cell = dyncl_cell();
  auto y = active_state(cell);
  const std::size_t i = state_index(cell, "Cl_i"), ss = state_index(cell, "Cl_ss");
  // At its own reversal potential a chloride current is nothing.
  y[i] = 20, y[ss] = 30;
  const double RT_F = 8314 * 310.0 / 96485;
  y[0] = RT_F * std::log(20 / 150.0);
  CHECK(std::fabs(observed(cell, y, "I_Clb")) < 1e-15);
  y[0] = RT_F * std::log(30 / 150.0);
  CHECK(std::fabs(observed(cell, y, "I_ClCa")) < 1e-15);
  // Then only diffusion moves the subspace's: 2 ms.
  CHECK(cell.rates(y)[ss] == doctest::Approx(-(30 - 20) / 2.0).epsilon(1e-12));
  CHECK(observed(cell, y, "Cl_i") == 20);
  CHECK(observed(cell, y, "Cl_ss") == 30);
}

TEST_CASE("with chloride at the fixed values both variants have the same currents") {
  const Cell fixed = torord_cell(), moving = dyncl_cell();
  auto y = active_state(fixed);
  auto with_chloride = y;
  with_chloride.push_back(24);
  with_chloride.push_back(24);
  const auto a = fixed.observe(y), b = moving.observe(with_chloride);
  for (std::size_t o = 0; o + 1 < a.size(); ++o) CHECK(a[o] == b[o]);
  CHECK(a.back() == b.back());  // I_ion, after the observables of each
}
