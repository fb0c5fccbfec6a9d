#include "torord/family.hpp"

#include <iterator>
#include <string_view>

#include "torord/equations.hpp"

namespace tawara::torord {
namespace {

struct ScaleInfo {
  const char* name;
  const char* what;
};
// In the order of Scale.
constexpr std::array<ScaleInfo, n_scales> scales = {{
    {"scale_I_Na", "fast sodium current"},
    {"scale_I_NaL", "late sodium current"},
    {"scale_I_to", "transient outward current"},
    {"scale_I_CaL", "L-type calcium current with its sodium and potassium parts"},
    {"scale_I_Kr", "rapid delayed rectifier"},
    {"scale_I_Ks", "slow delayed rectifier"},
    {"scale_I_K1", "inward rectifier"},
    {"scale_I_NaCa", "sodium-calcium exchanger, both compartments"},
    {"scale_I_NaK", "sodium-potassium pump"},
    {"scale_I_Kb", "background potassium current"},
    {"scale_I_Nab", "background sodium current"},
    {"scale_I_Cab", "background calcium current"},
    {"scale_I_pCa", "sarcolemmal calcium pump"},
    {"scale_I_ClCa", "calcium-activated chloride current"},
    {"scale_I_Clb", "background chloride current"},
    {"scale_J_rel", "release from the sarcoplasmic reticulum"},
    {"scale_J_up", "uptake into the sarcoplasmic reticulum (not its leak)"},
    {"scale_J_leak", "leak from the sarcoplasmic reticulum"},
}};

}  // namespace

Sex sex_of(const std::string& name) {
  return name == "male" ? Sex::male : name == "female" ? Sex::female : Sex::baseline;
}

Layer layer_of(const std::string& name) {
  return name == "epi" ? Layer::epi : name == "mid" ? Layer::mid : Layer::endo;
}

void declare_layer(Descriptor& d) {
  d.choice("layer", "endo", {{"endo", "subendocardial"}, {"mid", "mid-myocardial"}, {"epi", "subepicardial"}})
      .may_vary()
      .says("Transmural cell type: conductance factors and published initial state.")
      .from("Tomek et al. 2019");
}

void declare_surroundings(Descriptor& d) {
  const auto concentration = [&](const char* name, double usual, double low, double high, const char* what) {
    d.number(name, "mmol/L", usual).above(0).usual(low, high).expert().says(what).from("Tomek et al. 2019");
  };
  concentration("Na_o", 140, 120, 150, "Extracellular sodium.");
  concentration("Ca_o", 1.8, 1, 3, "Extracellular calcium.");
  concentration("K_o", 5, 3, 8, "Extracellular potassium.");
}

void read_surroundings(const Settings& settings, Constants& constants) {
  constants.outside.Na = settings.number("Na_o");
  constants.outside.Ca = settings.number("Ca_o");
  constants.outside.K = settings.number("K_o");
}

void declare_scales(Descriptor& d) {
  for (const ScaleInfo& scale : scales)
    d.number(scale.name, "1", 1)
        .evaluate()
        .at_least(0)
        .usual(0.5, 2)
        .log()
        .says(std::string("Multiplier of the ") + scale.what + ".")
        .from("1 is the published cell; half to twice is the spread of published populations of human models");
}

std::vector<IonicModel::State> electrical_states(const double* initial) {
  static constexpr const char* names[n_states] = {
      "V_m", "Na_i", "Na_ss",   "K_i",   "K_ss", "Ca_i", "Ca_ss", "Ca_nsr", "Ca_jsr",  //
      "m",   "hp",   "h",       "j",     "jp",   "mL",   "hL",    "hLp",    "a",      "iF",    "iS",  "ap",
      "iFp", "iSp",  "d",       "ff",    "fs",   "fcaf", "fcas",  "jca",    "nca_ss", "nca_i", "ffp", "fcafp",
      "xs1", "xs2",  "Jrel_np", "CaMKt", "C3",   "C2",   "C1",    "O",      "I",      "Jrel_p"};
  // Voltage, then concentrations. Gates, channel states and release have size 1.
  static constexpr double sizes[] = {100, 10, 10, 100, 100, 1e-3, 1e-3, 1, 1};
  std::vector<IonicModel::State> list;
  for (std::size_t s = 0; s < n_states; ++s) {
    const std::string_view name = names[s];
    const bool release = name == "Jrel_np" || name == "Jrel_p";
    const char* unit = s == 0 ? "mV" : s < std::size(sizes) ? "mmol/L" : release ? "mmol/L/ms" : "1";
    list.push_back({names[s], unit, initial[s], s < std::size(sizes) ? sizes[s] : 1.0});
  }
  return list;
}

std::vector<IonicModel::Observable> electrical_observables() {
  std::vector<IonicModel::Observable> list = {{"V_m", "mV"}, {"Ca_i", "mmol/L"}};
  for (const char* current : {"I_Na", "I_NaL", "I_to", "I_CaL", "I_CaNa", "I_CaK", "I_Kr", "I_Ks", "I_K1", "I_NaCa",
                              "I_NaCa_i", "I_NaCa_ss", "I_NaK", "I_Kb", "I_Nab", "I_Cab", "I_pCa", "I_ClCa", "I_Clb"})
    list.push_back({current, "uA/uF"});
  for (const char* flux : {"J_rel", "J_up", "J_leak", "J_tr"}) list.push_back({flux, "mmol/L/ms"});
  for (const char* concentration : {"Ca_ss", "Ca_nsr", "Ca_jsr", "Na_i", "K_i"})
    list.push_back({concentration, "mmol/L"});
  list.push_back({"CaMK_active", "1"});
  return list;
}

}  // namespace tawara::torord
