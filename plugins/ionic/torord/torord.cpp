#include "torord/torord.hpp"

#include <string>

#include "tawara/model/prepared_cell.hpp"
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

std::vector<IonicModel::State> states(Layer layer) {
  // Name, unit, typical size. Gates and channel states have size 1.
  static constexpr const char* names[n_states] = {
      "V_m", "Na_i", "Na_ss",   "K_i",   "K_ss", "Ca_i", "Ca_ss", "Ca_nsr", "Ca_jsr",  //
      "m",   "hp",   "h",       "j",     "jp",   "mL",   "hL",    "hLp",    "a",      "iF",    "iS",  "ap",
      "iFp", "iSp",  "d",       "ff",    "fs",   "fcaf", "fcas",  "jca",    "nca_ss", "nca_i", "ffp", "fcafp",
      "xs1", "xs2",  "Jrel_np", "CaMKt", "C3",   "C2",   "C1",    "O",      "I",      "Jrel_p"};
  static constexpr double concentration_scale[] = {10, 10, 100, 100, 1e-3, 1e-3, 1, 1};
  std::vector<IonicModel::State> list;
  for (int s = 0; s < n_states; ++s) {
    IonicModel::State state{names[s], "1", initial_state(layer)[s], 1};
    if (s == 0) {
      state.unit = "mV";
      state.tolerance_scale = 100;
    } else if (s <= 8) {
      state.unit = "mmol/L";
      state.tolerance_scale = concentration_scale[s - 1];
    } else if (state.name == "Jrel_np" || state.name == "Jrel_p") {
      state.unit = "mmol/L/ms";
    }
    list.push_back(std::move(state));
  }
  return list;
}

std::vector<IonicModel::Observable> observables() {
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

Sex sex_of(const std::string& name) {
  return name == "male" ? Sex::male : name == "female" ? Sex::female : Sex::baseline;
}
Layer layer_of(const std::string& name) {
  return name == "epi" ? Layer::epi : name == "mid" ? Layer::mid : Layer::endo;
}

}  // namespace

Descriptor Torord::describe() {
  Descriptor d("ionic.torord", "Human ventricular cell of Tomek et al. (ToR-ORd), with sex-specific versions");
  d.doc =
      "43 states, sign dV_m/dt = -(I_ion + I_stim). Every current and flux has a multiplier `scale_...`. The `fkatp` "
      "variant has fixed chloride; its ATP-sensitive potassium current is off, as published. "
      "`sex = \"male\"` and `\"female\"` take the electrical constants of the sex-specific electromechanical model "
      "(Holmes et al. 2025) without its contraction: troponin stays an instantaneous buffer. Observable `J_up` is net "
      "of the leak. Published initial states are close to, not at, the limit cycle: pace 100 beats before comparing.";
  d.citations = {
      "10.7554/eLife.48890",
      "Holmes et al. 2025, sex-specific human electromechanics; Camps, Holmes et al., Computing in Cardiology 2025"};
  d.maturity = Maturity::stable;
  d.choice("sex", "baseline",
           {{"baseline", "the published ToR-ORd"},
            {"male", "recalibrated male cell"},
            {"female", "female cell, with the 0.94 on non-phosphorylated uptake of the public model"}})
      .may_vary()
      .says("Factors of sex on conductances, calmodulin and uptake.")
      .from("Camps, Holmes et al., Computing in Cardiology 2025, Table 2");
  d.choice("layer", "endo", {{"endo", "subendocardial"}, {"mid", "mid-myocardial"}, {"epi", "subepicardial"}})
      .may_vary()
      .says("Transmural cell type: conductance factors and published initial state.")
      .from("Tomek et al. 2019");
  d.choice("variant", "fkatp", {{"fkatp", "chloride concentrations fixed"}}).says("Published version of the model.");
  d.number("tau_jca", "ms", 75)
      .above(0)
      .usual(60, 75)
      .expert()
      .says(
          "Time constant of recovery from calcium-dependent inactivation of I_CaL; 60 in some action-potential "
          "dictionaries.");
  d.number("Na_o", "mmol/L", 140).above(0).usual(120, 150).expert().says("Extracellular sodium.");
  d.number("Ca_o", "mmol/L", 1.8).above(0).usual(1, 3).expert().says("Extracellular calcium.");
  d.number("K_o", "mmol/L", 5).above(0).usual(3, 8).expert().says("Extracellular potassium.");
  for (const ScaleInfo& scale : scales)
    d.number(scale.name, "1", 1)
        .evaluate()
        .at_least(0)
        .usual(0.5, 2)
        .log()
        .says(std::string("Multiplier of the ") + scale.what + ".");
  return d;
}

Torord::Torord(const Settings& settings)
    : constants_(constants_for(sex_of(settings.text("sex")), layer_of(settings.text("layer")))),
      layer_(layer_of(settings.text("layer"))) {
  constants_.tau_jca = settings.number("tau_jca");
  constants_.outside.Na = settings.number("Na_o");
  constants_.outside.Ca = settings.number("Ca_o");
  constants_.outside.K = settings.number("K_o");
}

std::unique_ptr<const Prepared> Torord::prepare(PrepareContext&) const { return prepare_torord(constants_, layer_); }

std::unique_ptr<const Prepared> prepare_torord(const Constants& constants, Layer layer) {
  return std::make_unique<model::PreparedCell<Equations>>(Equations{constants}, states(layer), observables(),
                                                          IonicModel::Stimulus{.amplitude = -53, .duration = 1});
}

}  // namespace tawara::torord
