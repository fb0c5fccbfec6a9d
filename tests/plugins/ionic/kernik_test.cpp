#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "../../shared_data.hpp"
#include "kernik_cells.hpp"
#include "kernik_reference.hpp"

using namespace tawara;
using namespace tawara::kernik;

namespace {

// Order of the states in the model.
enum { V_m, Ca_SR, Ca_i, Na_i, K_i, Ca_lig, d, f, fCa, R_ = 20, O_, I_ };

/// Names as the reference writes them.
std::string ours(const std::string& theirs) {
  static const std::map<std::string, std::string> odd = {
      {"IbNa", "I_Nab"}, {"IbCa", "I_Cab"}, {"Irel", "J_rel"}, {"Iup", "J_up"}, {"Ileak", "J_leak"}};
  const auto found = odd.find(theirs);
  return found != odd.end() ? found->second : "I_" + theirs.substr(1);
}

/// @param tolerance  relative
/// @param loose      the same for what is nearly singular at 0 mV
void check_vectors(const char* file, double tolerance, double loose) {
  const auto data = shared_data(std::string("reference/kernik/") + file);
  if (!data) return;
  std::ifstream in(data.path);
  const auto json = nlohmann::json::parse(in);
  const Cell cell = kernik_cell();
  const KernikTable order(data.path.parent_path() / "states.csv");
  REQUIRE(order.rows.size() == cell.model().states().size());
  REQUIRE(json["vectors"].size() >= 3);
  for (const auto& vector : json["vectors"]) {
    CAPTURE(vector["label"].get<std::string>());
    std::vector<double> y;
    for (const auto& row : order.rows) y.push_back(vector["state"][row[1]].get<double>());
    const auto dydt = cell.rates(y);
    for (std::size_t s = 0; s < y.size(); ++s) {
      CAPTURE(order.rows[s][1]);
      const double expected = vector["dydt"][order.rows[s][1]].get<double>();
      CHECK(std::fabs(dydt[s] - expected) <= (s <= K_i ? loose : tolerance) * std::fabs(expected) + 1e-15);
    }
    const auto observed = cell.observe(y);
    int compared = 0;
    for (const auto& [name, value] : vector["currents"].items()) {
      if (name == "Istim") continue;
      CAPTURE(name);
      const double limit = name == "IK1" || name == "ICaL" ? loose : tolerance;
      const double expected = value.get<double>();
      CHECK(std::fabs(observed[observable(cell.model(), ours(name))] - expected) <=
            limit * std::fabs(expected) + 1e-16);
      ++compared;
    }
    CHECK(compared == 16);
  }
}

}  // namespace

TEST_CASE("rates and currents of Kernik's cell equal the reference at every vector") {
  check_vectors("rhs_vectors.json", 1e-10, 1e-10);
}

TEST_CASE("rates and currents near 0 mV equal the reference, which takes its limit 1e-7 mV beside it") {
  check_vectors("rhs_near_zero_mV.json", 1e-10, 1e-6);
}

TEST_CASE("inputs, states and published numbers are those of the reference, in its order") {
  const auto data = shared_data("reference/kernik");
  if (!data) return;
  const KernikTable table(data.path / "inputs.csv");
  const auto parameters = Kernik::describe().parameters;
  std::size_t row = 0;
  for (const Parameter& p : parameters) {
    if (p.acts_at != ActsAt::evaluate) continue;
    CAPTURE(p.name);
    CHECK(p.default_value.number() == table.number(row, "baseline"));
    CHECK(p.doc.starts_with("Input " + std::to_string(row + 1) + ","));
    ++row;
  }
  CHECK(row == 82);
  const KernikTable states(data.path / "states.csv");
  const Cell cell = kernik_cell();
  for (std::size_t s = 0; s < states.rows.size(); ++s)
    CHECK(cell.model().states()[s].initial == states.number(s, "published_initial_value"));
}

// Made once from this implementation after its currents agreed with the reference vectors to 1e-14, so that the
// equations stay guarded where those are not at hand.
TEST_CASE("currents at the published initial state and at -20 mV keep their values") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  const auto at = [&](const char* name) { return cell.observe(y)[observable(cell.model(), name)]; };
  CHECK(at("I_K1") == doctest::Approx(0.115532738343).epsilon(1e-9));
  CHECK(at("I_Kr") == doctest::Approx(0.109980714739).epsilon(1e-9));
  CHECK(at("I_NaCa") == doctest::Approx(-0.309979331725).epsilon(1e-9));
  CHECK(at("I_f") == doctest::Approx(-0.0135413495453).epsilon(1e-9));
  CHECK(cell.rates(y)[V_m] == doctest::Approx(-0.000115804724929).epsilon(1e-8));
}

TEST_CASE("a gate follows its opening and closing rates: steady state and tau from alpha and beta") {
  Cell cell = kernik_cell();
  auto y = cell.initial_state();
  for (const double V : {-90.0, -40.0, 10.0}) {
    y[V_m] = V;
    const auto& p = cell.parameters;
    const double alpha = p[f_1] * std::exp(V / p[f_2]);
    const double beta = p[f_1] * p[f_5] * std::exp(V * (1 / p[f_2] + 1 / p[f_6]));
    const double steady = alpha / (alpha + beta), tau = 1 / (alpha + beta) + p[f_tau0];
    CHECK(cell.rates(y)[f] == doctest::Approx((steady - y[f]) / tau).epsilon(1e-12));
  }
}

TEST_CASE("rates are smooth through the removable singularity at 0 mV") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[d] = 0.9;
  const auto at = [&](double V) {
    y[V_m] = V;
    return cell.rates(y);
  };
  const auto below = at(-1e-7), zero = at(0), above = at(1e-7);
  for (std::size_t s = 0; s < zero.size(); ++s) {
    REQUIRE(std::isfinite(zero[s]));
    CHECK(zero[s] == doctest::Approx(0.5 * (below[s] + above[s])).epsilon(1e-9));
  }
}

TEST_CASE("fCa stands still above -60 mV where it would recover, and relaxes everywhere else") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  const auto rate = [&](double V, double value) {
    y[V_m] = V;
    y[fCa] = value;
    return cell.rates(y)[fCa];
  };
  const double steady = 0.5 + 2 * rate(-80, 0.5);
  CHECK(std::fabs(rate(-20, steady - 0.1)) < 1e-29);
  CHECK(rate(-20, steady + 0.1) == doctest::Approx(-0.05));
  CHECK(rate(-60, steady - 0.1) == doctest::Approx(0.05));
  CHECK(rate(-80, steady + 0.1) == doctest::Approx(-0.05));
}

TEST_CASE("the release channel conserves probability and opens and inactivates independently") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[Ca_i] = 7e-4;
  // An open fraction a and an inactivated fraction b, independent of one another, stay so.
  const double a = 0.2, b = 0.7;
  y[R_] = (1 - a) * (1 - b), y[O_] = a * (1 - b), y[I_] = a * b;
  const auto rate = cell.rates(y);
  const double da = rate[O_] + rate[I_], db = -(rate[R_] + rate[O_]);
  CHECK(rate[O_] == doctest::Approx(da * (1 - b) - a * db).epsilon(1e-12));
}

TEST_CASE("dV_m/dt is minus the sum of the currents and of the stimulus") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[V_m] = -30;
  const auto observed = cell.observe(y);
  double total = 0;
  for (std::size_t o = 0; o + 1 < observed.size(); ++o) {
    const auto& [name, unit] = cell.model().observables()[o];
    if (unit == "uA/uF" && !name.starts_with("I_CaL_")) total += observed[o];
  }
  CHECK(observed.back() == doctest::Approx(total).epsilon(1e-12));
  CHECK(cell.rates(y)[V_m] == doctest::Approx(-total).epsilon(1e-12));
  CHECK(cell.rates(y, -3)[V_m] == doctest::Approx(3 - total).epsilon(1e-12));
}

TEST_CASE("every current reverses at its ion's potential") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  const double RT_F = 8.314472 * 310 / 96.4853415;
  y[V_m] = RT_F * std::log(5.4 / y[K_i]);
  for (const char* name : {"I_K1", "I_Kr", "I_Ks", "I_to"})
    CHECK(std::fabs(cell.observe(y)[observable(cell.model(), name)]) < 1e-12);
  y[V_m] = RT_F * std::log(140 / y[Na_i]);
  for (const char* name : {"I_Na", "I_Nab"}) CHECK(std::fabs(cell.observe(y)[observable(cell.model(), name)]) < 1e-12);
  y[V_m] = 0.5 * RT_F * std::log(1.8 / y[Ca_i]);
  for (const char* name : {"I_CaT", "I_Cab"}) CHECK(std::fabs(cell.observe(y)[observable(cell.model(), name)]) < 1e-12);
}

TEST_CASE("charge that crosses the membrane is the charge that the concentrations gain") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[V_m] = -15, y[d] = 0.8, y[f] = 0.6;
  const auto rate = cell.rates(y);
  // Calcium is buffered: dCa_total/dt = dCa/dt (1 + B K/(Ca + K)^2) in each compartment.
  const double V_c = 3960 * 16404.0 / (16404 + 1094), V_SR = V_c * 1094 / 16404, F = 96.4853415;
  const double total_c = rate[Ca_i] * (1 + 0.06 * 0.0006 / std::pow(y[Ca_i] + 0.0006, 2));
  const double total_SR = rate[Ca_SR] * (1 + 12 * 0.3 / std::pow(y[Ca_SR] + 0.3, 2));
  const double gained = F * (V_c * (rate[Na_i] + rate[K_i]) + 2 * (V_c * total_c + V_SR * total_SR));
  CHECK(gained == doctest::Approx(60 * rate[V_m]).epsilon(1e-9));
}

TEST_CASE("each multiplier scales its own current or flux and nothing else that is recorded") {
  Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[V_m] = -20;
  const auto before = cell.observe(y);
  const auto observables = cell.model().observables();
  for (std::size_t p = 0; p <= scale_I_pCa; ++p) {
    const std::string flow = inputs[p].group;
    CAPTURE(flow);
    REQUIRE(std::string(inputs[p].name) == "scale_" + flow);
    cell.parameters[p] = 2;
    const auto after = cell.observe(y);
    cell.parameters[p] = 1;
    for (std::size_t o = 0; o + 1 < observables.size(); ++o) {
      CAPTURE(observables[o].name);
      const bool own = observables[o].name == flow || (flow == "I_CaL" && observables[o].name.starts_with("I_CaL_"));
      CHECK(after[o] == doctest::Approx(own ? 2 * before[o] : before[o]).epsilon(1e-12));
    }
  }
}

TEST_CASE("every input but the two without effect moves some rate, and is allowed its usual range") {
  Cell cell = kernik_cell();
  auto parameters = Kernik::describe().parameters;
  std::erase_if(parameters, [](const Parameter& p) { return p.acts_at != ActsAt::evaluate; });
  auto y = cell.initial_state();
  y[V_m] = -35;
  const auto before = cell.rates(y);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    CAPTURE(parameters[p].name);
    const double value = cell.parameters[p];
    cell.parameters[p] = value * 1.4;
    const auto after = cell.rates(y);
    cell.parameters[p] = value;
    if (p == Xr2_tau0) {
      CHECK_FALSE(parameters[p].usual_low);
    } else {
      CHECK(after != before);
      CHECK(*parameters[p].usual_low == doctest::Approx(std::min(0.6 * value, 1.4 * value)));
      CHECK(*parameters[p].usual_high == doctest::Approx(std::max(0.6 * value, 1.4 * value)));
      if (parameters[p].minimum) CHECK(*parameters[p].minimum <= *parameters[p].usual_low);
      if (parameters[p].maximum) CHECK(*parameters[p].maximum >= *parameters[p].usual_high);
      if (value < 0) CHECK(parameters[p].exclusive_maximum);
    }
  }
}

TEST_CASE("cooling slows the fourteen gates by Q10 and leaves the release channel alone") {
  const Cell warm = kernik_cell(), cold = kernik_cell({.temperature = 298}),
             same = kernik_cell({.temperature = 298, .Q10 = 1});
  const auto y = warm.initial_state();
  const auto at_310 = warm.rates(y), at_298 = cold.rates(y), without = same.rates(y);
  for (std::size_t s = d; s < y.size(); ++s) {
    CAPTURE(warm.model().states()[s].name);
    CHECK(at_298[s] == doctest::Approx(s < R_ ? at_310[s] / std::pow(3, 1.2) : at_310[s]).epsilon(1e-12));
    CHECK(without[s] == doctest::Approx(at_310[s]).epsilon(1e-12));
  }
  CHECK(cold.observe(y)[observable(cold.model(), "I_K1")] !=
        doctest::Approx(warm.observe(y)[observable(warm.model(), "I_K1")]).epsilon(1e-3));
}

TEST_CASE("a dialysed cell keeps its sodium and potassium") {
  const Cell cell = kernik_cell({.freeze_Na_K = true});
  const auto rate = cell.rates(cell.initial_state()), free = kernik_cell().rates(cell.initial_state());
  CHECK(rate[Na_i] == 0);
  CHECK(rate[K_i] == 0);
  CHECK(free[Na_i] != 0);
  CHECK(rate[Ca_i] == free[Ca_i]);
  CHECK(rate[V_m] == free[V_m]);
}

TEST_CASE("not a number in, not a number out") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  y[V_m] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(cell.rates(y)[V_m]));
}
