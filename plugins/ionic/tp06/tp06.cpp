#include "tp06/tp06.hpp"

#include <string>

#include "tawara/model/prepared_cell.hpp"
#include "tp06/equations.hpp"

TAWARA_HAS_LANES(tawara::tp06, Equations)

namespace tawara::tp06 {
namespace {

struct ScaleInfo {
  const char* name;
  const char* what;
};
// In the order of Scale.
constexpr std::array<ScaleInfo, n_scales> scales = {{
    {"scale_I_Na", "fast sodium current"},
    {"scale_I_to", "transient outward current"},
    {"scale_I_CaL", "L-type calcium current"},
    {"scale_I_Kr", "rapid delayed rectifier"},
    {"scale_I_Ks", "slow delayed rectifier"},
    {"scale_I_K1", "inward rectifier"},
    {"scale_I_NaCa", "sodium-calcium exchanger"},
    {"scale_I_NaK", "sodium-potassium pump"},
    {"scale_I_pCa", "sarcolemmal calcium pump"},
    {"scale_I_pK", "plateau potassium current"},
    {"scale_I_Nab", "background sodium current"},
    {"scale_I_Cab", "background calcium current"},
    {"scale_J_rel", "release from the sarcoplasmic reticulum"},
    {"scale_J_up", "uptake into the sarcoplasmic reticulum"},
    {"scale_J_leak", "leak from the sarcoplasmic reticulum"},
    {"scale_J_xfer", "diffusion of calcium from the subspace to the cytoplasm"},
}};

std::vector<IonicModel::State> states(Layer layer) {
  struct StateInfo {
    const char* name;
    const char* unit = "1";
    double size = 1;
  };
  static constexpr StateInfo info[n_states] = {{"V_m", "mV", 100},
                                               {"Ca_i", "mmol/L", 1e-3},
                                               {"Ca_SR", "mmol/L", 1},
                                               {"Ca_ss", "mmol/L", 1e-3},
                                               {"Na_i", "mmol/L", 10},
                                               {"K_i", "mmol/L", 100},
                                               {"m"},
                                               {"h"},
                                               {"j"},
                                               {"xr1"},
                                               {"xr2"},
                                               {"xs"},
                                               {"r"},
                                               {"s"},
                                               {"d"},
                                               {"f"},
                                               {"f2"},
                                               {"fCass"},
                                               {"R"}};
  std::vector<IonicModel::State> list;
  for (int s = 0; s < n_states; ++s)
    list.push_back({info[s].name, info[s].unit, initial_state(layer)[static_cast<std::size_t>(s)], info[s].size});
  return list;
}

std::vector<IonicModel::Observable> observables() {
  std::vector<IonicModel::Observable> list = {{"V_m", "mV"}, {"Ca_i", "mmol/L"}};
  for (const char* current :
       {"I_Na", "I_to", "I_CaL", "I_Kr", "I_Ks", "I_K1", "I_NaCa", "I_NaK", "I_pCa", "I_pK", "I_Nab", "I_Cab"})
    list.push_back({current, "uA/uF"});
  for (const char* flux : {"J_rel", "J_up", "J_leak", "J_xfer"}) list.push_back({flux, "mmol/L/ms"});
  for (const char* concentration : {"Ca_SR", "Ca_ss", "Na_i", "K_i"}) list.push_back({concentration, "mmol/L"});
  return list;
}

Layer layer_of(const std::string& name) {
  return name == "epi" ? Layer::epi : name == "mid" ? Layer::mid : Layer::endo;
}

}  // namespace

Descriptor Tp06::describe() {
  Descriptor d("ionic.tp06", "Human ventricular cell of ten Tusscher and Panfilov 2006");
  d.doc =
      "19 states, sign dV_m/dt = -(I_ion + I_stim). Every current and flux has a multiplier `scale_...`. The default "
      "stimulus, -52 uA/uF for 1 ms, acts on dV_m/dt and, carried by potassium, on dK_i/dt. `J_rel`, `J_up` and "
      "`J_leak` are in the volume of the sarcoplasmic reticulum, `J_xfer` in that of the cytoplasm. Published initial "
      "states are not at the limit cycle, and sodium takes minutes to reach it: APD90 of epi is 290 ms in the first "
      "beat at 1 Hz and 303 ms in the hundredth.";
  d.citations = {"10.1152/ajpheart.00109.2006"};
  d.maturity = Maturity::stable;
  const char* paper = "ten Tusscher and Panfilov 2006";
  d.choice("layer", "endo", {{"endo", "subendocardial"}, {"mid", "mid-myocardial"}, {"epi", "subepicardial"}})
      .may_vary()
      .says("Transmural cell type: I_to, I_Ks and published initial state.")
      .from(paper);
  d.number("Na_o", "mmol/L", 140).above(0).usual(120, 150).expert().says("Extracellular sodium.").from(paper);
  d.number("Ca_o", "mmol/L", 2).above(0).usual(1, 3).expert().says("Extracellular calcium.").from(paper);
  d.number("K_o", "mmol/L", 5.4).above(0).usual(3, 8).expert().says("Extracellular potassium.").from(paper);
  for (const ScaleInfo& scale : scales)
    d.number(scale.name, "1", 1)
        .evaluate()
        .at_least(0)
        .usual(0.5, 2)
        .log()
        .says(std::string("Multiplier of the ") + scale.what + ".");
  return d;
}

Tp06::Tp06(const Settings& settings)
    : constants_(constants_for(layer_of(settings.text("layer")))), layer_(layer_of(settings.text("layer"))) {
  constants_.outside = {.Na = settings.number("Na_o"), .Ca = settings.number("Ca_o"), .K = settings.number("K_o")};
}

std::unique_ptr<const Prepared> Tp06::prepare(PrepareContext&) const { return prepare_tp06(constants_, layer_); }

std::unique_ptr<const Prepared> prepare_tp06(const Constants& constants, Layer layer) {
  return std::make_unique<model::PreparedCell<Equations>>(Equations{constants}, states(layer), observables(),
                                                          IonicModel::Stimulus{.amplitude = -52, .duration = 1});
}

}  // namespace tawara::tp06
