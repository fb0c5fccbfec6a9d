#include "kernik/kernik.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernik/equations.hpp"
#include "tawara/model/lane_maker.hpp"
#include "tawara/model/prepared_cell.hpp"

TAWARA_HAS_LANES(tawara::kernik, Equations)

namespace tawara::kernik {
namespace {

struct StateInfo {
  const char* name;
  const char* unit;
  double initial, size;
};
// Published initial values; not quite on the limit cycle.
constexpr std::array<StateInfo, Equations::n_states> states = {{
    {"V_m", "mV", -75.596602, 100},    {"Ca_SR", "mmol/L", 0.3350868, 1}, {"Ca_i", "mmol/L", 0.00021919164, 1e-3},
    {"Na_i", "mmol/L", 7.1692809, 10}, {"K_i", "mmol/L", 104.74882, 100}, {"Ca_lig", "mmol/L", 0, 1},
    {"d", "1", 0.00039492534, 1},      {"f", "1", 0.17099011, 1},         {"fCa", "1", 0.87779895, 1},
    {"Xr1", "1", 0.30976749, 1},       {"Xr2", "1", 0.45057719, 1},       {"Xs", "1", 0.15378828, 1},
    {"h", "1", 0.73954361, 1},         {"j", "1", 0.12451598, 1},         {"m", "1", 0.029754996, 1},
    {"Xf", "1", 0.006403385, 1},       {"s", "1", 0.74680281, 1},         {"r", "1", 0.00026759783, 1},
    {"dCaT", "1", 0.00027019557, 1},   {"fCaT", "1", 0.7560329, 1},       {"R", "1", 0.011312036, 1},
    {"O", "1", 0.00016504511, 1},      {"I", "1", 0.014215362, 1},
}};

std::vector<IonicModel::Observable> observables() {
  std::vector<IonicModel::Observable> list = {{"V_m", "mV"}, {"Ca_i", "mmol/L"}};
  for (const char* current : {"I_K1", "I_to", "I_Kr", "I_Ks", "I_CaL", "I_CaL_Ca", "I_CaL_Na", "I_CaL_K", "I_CaT",
                              "I_Na", "I_f", "I_NaCa", "I_NaK", "I_Nab", "I_Cab", "I_pCa"})
    list.push_back({current, "uA/uF"});
  for (const char* flux : {"J_rel", "J_up", "J_leak"}) list.push_back({flux, "mmol/L/ms"});
  for (const char* concentration : {"Ca_SR", "Na_i", "K_i"}) list.push_back({concentration, "mmol/L"});
  return list;
}

constexpr const char* paper = "Kernik et al. 2019, baseline model";

/// To six digits, for people.
double rounded(double x) {
  const double unit = std::pow(10.0, std::floor(std::log10(std::fabs(x))) - 5);
  return unit < 1 ? std::round(x / unit) / std::round(1 / unit) : std::round(x / unit) * unit;
}

void describe_input(Descriptor& d, std::size_t index) {
  const InputInfo& input = inputs[index];
  const bool of_K1 = input.role >= Role::K1_prefactor && input.role <= Role::K1_shift;
  const std::string gate = *input.of && !of_K1 ? std::string("gate ") + input.of + ": " : "";
  const std::string exponential = of_K1 ? std::string(" of the ") + input.of + " exponential" : "";
  Parameter& p = d.number(input.name, unit_of(input.role), input.value).evaluate();
  p.says("Input " + std::to_string(index + 1) + ", " + input.group + ": " + gate + meaning_of(input.role) +
         exponential + ".");
  if (input.value != 0) {
    const double a = rounded(0.6 * input.value), b = rounded(1.4 * input.value);
    p.usual(std::min(a, b), std::max(a, b));
  }
  // Every published number keeps its sign: a slope of the other sign is another channel.
  switch (input.role) {
    case Role::multiplier:
    case Role::conductance:
    case Role::permeability:
    case Role::tau_offset:
      p.at_least(0);
      break;
    case Role::K1_shift:
      break;
    default:
      if (input.value > 0) {
        p.above(0);
      } else {
        p.at_most(0);
        p.exclusive_maximum = true;
      }
  }
  if (input.role != Role::multiplier) p.from(paper);
}

Constants constants_for(const Options& options) {
  constexpr double R_per_F = 8.314472 / 96.4853415;  // mV/K
  return {.RT_F = R_per_F * options.temperature,
          .slowing = std::pow(options.Q10, (310 - options.temperature) / 10),
          .Na_K_move = options.freeze_Na_K ? 0.0 : 1.0,
          .Na_o = options.Na_o,
          .Ca_o = options.Ca_o,
          .K_o = options.K_o};
}

}  // namespace

Descriptor Kernik::describe() {
  Descriptor d("ionic.kernik", "iPSC-derived cardiomyocyte of Kernik, Clancy et al., beating by itself");
  d.doc =
      "23 states, sign dV_m/dt = -(I_ion + I_stim). Beats spontaneously every 0.98 s; a stimulus paces it faster. The "
      "82 evaluate parameters are the published model's inputs 1 to 82 in its order: 16 multipliers, then the numbers "
      "of I_K1 (17 to 22), I_Kr (23 to 33), I_Ks (34 to 39), I_to (40 to 50), I_CaL (51 to 61), I_CaT (62), I_Na (63 "
      "to 76) and I_f (77 to 82). Its inputs 83 to 87 are switches of a program: a protocol stimulates or clamps here, "
      "and `freeze_Na_K` keeps concentrations. A gate's numbers x1, x2, x5, x6 mean alpha = x1 exp(V/x2) and "
      "beta = x1 x5 exp(V (1/x2 + 1/x6)); gate j shares x5 and x6 of h. "
      "Without effect on currents: Xr2_tau0 by a factor (it is 0), and almost without: Xs_tau0, Xs_2. Of K1_1 to K1_5 "
      "only two combinations can be seen, ln K1_1 + K1_3/K1_2 - K1_5/K1_4 and 1/K1_2 - 1/K1_4. "
      "Inactivation of I_CaL by calcium, fCa, cannot recover above -60 mV: rates jump there. State Ca_lig is idle; it "
      "keeps the published numbering.";
  d.citations = {"10.1113/JP277724"};
  d.maturity = Maturity::stable;
  d.number("temperature", "K", 310)
      .may_vary()
      .allowed(273, 323)
      .usual(295, 311)
      .says(
          "In every RT/F; gates slow by Q10^((310 K - temperature)/10 K). Conductances, pumps, uptake and release "
          "channel stay as they are.");
  d.number("Q10", "1", 3)
      .may_vary()
      .at_least(1)
      .usual(2, 4)
      .says("Speed of all gates (fCa and those of I_CaT among them) per 10 K.")
      .from("Yang et al. 2025, 10.1101/2025.09.03.674034");
  d.boolean("freeze_Na_K", false)
      .says(
          "Na_i and K_i stay at their initial values, as in a cell dialysed by a pipette or paced in the publication.");
  d.number("Na_o", "mmol/L", 140).above(0).usual(120, 150).expert().says("Extracellular sodium.").from(paper);
  d.number("Ca_o", "mmol/L", 1.8).above(0).usual(1, 3).expert().says("Extracellular calcium.").from(paper);
  d.number("K_o", "mmol/L", 5.4).above(0).usual(3, 8).expert().says("Extracellular potassium.").from(paper);
  for (std::size_t i = 0; i < inputs.size(); ++i) describe_input(d, i);
  return d;
}

Kernik::Kernik(const Settings& settings)
    : options_{.temperature = settings.number("temperature"),
               .Q10 = settings.number("Q10"),
               .freeze_Na_K = settings.boolean("freeze_Na_K"),
               .Na_o = settings.number("Na_o"),
               .Ca_o = settings.number("Ca_o"),
               .K_o = settings.number("K_o")} {}

std::unique_ptr<const Prepared> Kernik::prepare(PrepareContext&) const { return prepare_kernik(options_); }

std::unique_ptr<const Prepared> prepare_kernik(const Options& options) {
  std::vector<IonicModel::State> list;
  for (const StateInfo& s : states) list.push_back({s.name, s.unit, s.initial, s.size});
  // As published: 3 uA/uF for 5 ms.
  return std::make_unique<model::PreparedCell<Equations>>(Equations{constants_for(options)}, std::move(list),
                                                          observables(),
                                                          IonicModel::Stimulus{.amplitude = -3, .duration = 5});
}

}  // namespace tawara::kernik
