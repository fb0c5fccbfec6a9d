#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "../../one_component.hpp"
#include "../../shared_data.hpp"
#include "reference_csv.hpp"
#include "tp06_cells.hpp"

using namespace tawara;
using namespace tawara::tp06;

namespace {

/// The reference's name of one of our observables.
std::string reference_name(const std::string& ours) {
  if (ours == "I_Nab") return "i_bna";
  if (ours == "I_Cab") return "i_bca";
  std::string name = ours;
  for (char& c : name) c = static_cast<char>(std::tolower(c));
  return name;
}

double observed(const Cell& cell, std::span<const double> state, const std::string& name) {
  const auto observables = cell.model().observables();
  const auto values = cell.observe(state);
  for (std::size_t o = 0; o < observables.size(); ++o)
    if (observables[o].name == name) return values[o];
  return std::numeric_limits<double>::quiet_NaN();
}

/// Rate of all calcium in a compartment from that of its free calcium.
double total_rate(double rate, double Ca, double buffer, double K) {
  return rate * (1 + buffer * K / ((Ca + K) * (Ca + K)));
}

}  // namespace

TEST_CASE("rates and currents of TP06 epi equal the reference at every vector") {
  const auto data = shared_data("reference/tp06_epi");
  if (!data) return;
  const Cell cell = tp06_cell(Layer::epi);
  const auto states = cell.model().states();
  int v = 0;
  for (const ReferenceVector& vector : reference_vectors(data.path)) {
    ++v;
    CAPTURE(v);
    REQUIRE(vector.state.size() == states.size());
    const auto dydt = cell.rates(vector.state);
    // Next to V = 15 mV the reference's own formula loses digits.
    const double tolerance = std::fabs(vector.state[0] - 15) < 0.001 ? 1e-7 : 1e-9;
    for (std::size_t s = 0; s < states.size(); ++s) {
      CAPTURE(states[s].name);
      CHECK(std::fabs(dydt[s] - vector.derivative[s]) <= tolerance * std::fabs(vector.derivative[s]) + 1e-12);
    }
    std::size_t compared = 0;
    for (const auto& observable : cell.model().observables()) {
      const auto expected = vector.currents.find(reference_name(observable.name));
      if (expected == vector.currents.end()) continue;
      ++compared;
      CAPTURE(observable.name);
      CHECK(std::fabs(observed(cell, vector.state, observable.name) - expected->second) <=
            tolerance * std::fabs(expected->second) + 1e-15);
    }
    CHECK(compared == vector.currents.size());
  }
  CHECK(v == 5);
}

TEST_CASE("the initial state of TP06 epi is the reference's") {
  const auto data = shared_data("reference/tp06_epi/initial_state.csv");
  if (!data) return;
  const ReferenceCsv reference(data.path);
  const auto states = tp06_cell(Layer::epi).initial_state();
  REQUIRE(reference.rows.size() == states.size());
  for (std::size_t s = 0; s < states.size(); ++s) CHECK(states[s] == reference.number(s, "value"));
}

TEST_CASE("I_CaL of TP06 is smooth through its removable singularity at 15 mV") {
  const Cell cell = tp06_cell();
  auto y = cell.initial_state();
  y[14] = 0.8;  // d
  const auto I_CaL = [&](double V_m) {
    y[0] = V_m;
    return observed(cell, y, "I_CaL");
  };
  const double at = I_CaL(15);
  REQUIRE(std::isfinite(at));
  // The limit: F times the driving difference of concentrations.
  const double open = y[14] * y[15] * y[16] * y[17];
  CHECK(at == doctest::Approx(3.98e-5 * 2 * 96485.3415 * open * (0.25 * y[3] - 2)).epsilon(1e-12));
  CHECK(at == doctest::Approx(0.5 * (I_CaL(15 - 1e-4) + I_CaL(15 + 1e-4))).epsilon(1e-9));
  for (double step = 1e-12; step < 1e-3; step *= 10) {
    CAPTURE(step);
    CHECK(std::fabs(I_CaL(15 + step) - at) < 0.1 * std::fabs(at) * step + 1e-12);
    CHECK(std::fabs(I_CaL(15 - step) - at) < 0.1 * std::fabs(at) * step + 1e-12);
  }
}

// Ten Tusscher and Panfilov 2006, eqs of the s gate: in endo the midpoint is -28 mV and recovery takes a second.
TEST_CASE("the s gate of TP06 endo is its own, the other layers share one") {
  const auto rate_of_s = [](Layer layer, double V_m, double s) {
    const Cell cell = tp06_cell(layer);
    auto y = cell.initial_state();
    y[0] = V_m;
    y[13] = s;
    return cell.rates(y)[13];
  };
  CHECK(rate_of_s(Layer::endo, -28, 0.5) == doctest::Approx(0).epsilon(1e-15));
  CHECK(rate_of_s(Layer::epi, -20, 0.5) == doctest::Approx(0).epsilon(1e-15));
  CHECK(rate_of_s(Layer::endo, -67, 0) == doctest::Approx(1 / (1 + std::exp(-39 / 5.0)) / 1008).epsilon(1e-12));
  const double tau_epi = 85 * std::exp(-22.0 * 22 / 320) + 5 / (1 + std::exp(-87 / 5.0)) + 3;
  CHECK(rate_of_s(Layer::epi, -67, 0) == doctest::Approx(1 / (1 + std::exp(-47 / 5.0)) / tau_epi).epsilon(1e-12));
  for (const double V_m : {-80.0, -40.0, 0.0, 30.0})
    CHECK(rate_of_s(Layer::mid, V_m, 0.3) == rate_of_s(Layer::epi, V_m, 0.3));
}

TEST_CASE("layers of TP06 differ in I_to and I_Ks by the published conductances, in nothing else that is recorded") {
  const Cell endo = tp06_cell(Layer::endo), mid = tp06_cell(Layer::mid), epi = tp06_cell(Layer::epi);
  auto y = epi.initial_state();
  y[0] = -20;
  for (const auto& observable : epi.model().observables()) {
    const std::string& name = observable.name;
    if (name == "I_ion") continue;
    CAPTURE(name);
    const double reference = observed(epi, y, name);
    CHECK(observed(endo, y, name) == doctest::Approx(reference * (name == "I_to" ? 0.073 / 0.294 : 1)).epsilon(1e-12));
    CHECK(observed(mid, y, name) == doctest::Approx(reference * (name == "I_Ks" ? 0.098 / 0.392 : 1)).epsilon(1e-12));
  }
}

TEST_CASE("charge of TP06 is conserved: what crosses the membrane is what the ions gain or lose") {
  const double per_charge = 0.185 / (96485.3415 * 0.016404), V_sr = 0.001094 / 0.016404, V_ss = 5.468e-5 / 0.016404;
  for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
    const Cell cell = tp06_cell(layer);
    auto y = cell.initial_state();
    for (const double V_m : {-90.0, -40.5, -20.0, 15.0, 40.0})
      for (const double I_stim : {0.0, -52.0}) {
        y[0] = V_m;
        y[6] = y[14] = 0.4;  // m, d: currents of every kind flow
        y[3] = 0.01;
        const auto d = cell.rates(y, I_stim);
        const double Ca = total_rate(d[1], y[1], 0.2, 0.001) + V_sr * total_rate(d[2], y[2], 10, 0.3) +
                          V_ss * total_rate(d[3], y[3], 0.4, 0.00025);
        CAPTURE(V_m);
        const double scale = per_charge * std::fabs(d[0]) + std::fabs(d[4]) + std::fabs(d[5]);
        CHECK(std::fabs(per_charge * d[0] - (d[4] + d[5] + 2 * Ca)) < 1e-12 * scale + 1e-15);
      }
  }
}

TEST_CASE("the membrane current of TP06 is the sum of its currents, and the stimulus adds to it") {
  const Cell cell = tp06_cell(Layer::mid);
  auto y = cell.initial_state();
  y[0] = 10;
  const auto values = cell.observe(y);
  double total = 0;
  for (std::size_t o = 0; o + 1 < values.size(); ++o)
    if (cell.model().observables()[o].unit == "uA/uF") total += values[o];
  CHECK(values.back() == doctest::Approx(total).epsilon(1e-12));
  CHECK(cell.rates(y)[0] == doctest::Approx(-total).epsilon(1e-12));
  CHECK(cell.rates(y, -52)[0] == doctest::Approx(52 - total).epsilon(1e-12));
  // Carried by potassium.
  CHECK(cell.rates(y, -52)[5] - cell.rates(y)[5] ==
        doctest::Approx(52 * 0.185 / (96485.3415 * 0.016404)).epsilon(1e-9));
}

TEST_CASE("each multiplier of TP06 scales its own current or flux and nothing else that is recorded") {
  Cell cell = tp06_cell();
  auto y = cell.initial_state();
  y[0] = -20;
  const auto observables = cell.model().observables();
  const auto before = cell.observe(y);
  std::size_t p = 0;
  for (const Parameter& parameter : Tp06::describe().parameters) {
    if (parameter.acts_at != ActsAt::evaluate) continue;
    CAPTURE(parameter.name);
    const std::string flow = parameter.name.substr(std::string("scale_").size());
    cell.parameters[p] = 2;
    const auto after = cell.observe(y);
    cell.parameters[p++] = 1;
    int own = 0;
    for (std::size_t o = 0; o + 1 < observables.size(); ++o) {
      own += observables[o].name == flow;
      CHECK(after[o] == doctest::Approx(observables[o].name == flow ? 2 * before[o] : before[o]).epsilon(1e-12));
    }
    CHECK(own == 1);
  }
  CHECK(p == cell.parameters.size());
}

TEST_CASE("extracellular concentrations of TP06 move the currents they drive") {
  OneComponent<Tp06> it;
  const auto current = [&](const char* name) {
    it.prepare();
    const auto& model = *static_cast<const IonicModel*>(it.prepared->ability("ionic"));
    Cell cell{nullptr, default_arguments(Tp06::describe())};
    std::vector<double> y, out(model.observables().size());
    for (const auto& state : model.states()) y.push_back(state.initial);
    const double none = 0;
    model.observe({.cells = 1,
                   .stride = 1,
                   .state = y.data(),
                   .parameters = cell.parameters.data(),
                   .parameter_stride = 0,
                   .I_stim = &none,
                   .t = 0},
                  out.data());
    for (std::size_t o = 0; o < out.size(); ++o)
      if (model.observables()[o].name == name) return out[o];
    return std::numeric_limits<double>::quiet_NaN();
  };
  // Doubled outside, the reversal potential of a background current moves by RT/zF ln 2.
  const double RT_F = 8314.472 * 310 / 96485.3415;
  const double I_Nab = current("I_Nab"), I_Cab = current("I_Cab"), I_Kr = current("I_Kr");
  it.set("Na_o", 280.0).set("Ca_o", 4.0);
  CHECK(current("I_Nab") == doctest::Approx(I_Nab - 2.9e-4 * RT_F * std::log(2)).epsilon(1e-9));
  CHECK(current("I_Cab") == doctest::Approx(I_Cab - 5.92e-4 * 0.5 * RT_F * std::log(2)).epsilon(1e-9));
  CHECK(current("I_Kr") == doctest::Approx(I_Kr).epsilon(1e-12));
  it.set("K_o", 10.8);
  CHECK(current("I_Kr") != doctest::Approx(I_Kr));
}

TEST_CASE("all rates of TP06 stay finite from -200 to 200 mV, and no number in gives no number out") {
  for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
    const Cell cell = tp06_cell(layer);
    auto y = cell.initial_state();
    for (double V_m = -200; V_m <= 200; V_m += 0.5) {
      y[0] = V_m;
      for (double rate : cell.rates(y)) REQUIRE(std::isfinite(rate));
    }
    y[0] = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(cell.rates(y)[0]));
  }
}
