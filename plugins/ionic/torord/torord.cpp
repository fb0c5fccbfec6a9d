#include "torord/torord.hpp"

#include <string>

#include "tawara/model/prepared_cell.hpp"
#include "torord/dyncl.hpp"
#include "torord/family.hpp"

TAWARA_HAS_LANES(tawara::torord, Equations)
TAWARA_HAS_LANES(tawara::torord, DynClEquations)

namespace tawara::torord {

Descriptor Torord::describe() {
  Descriptor d("ionic.torord", "Human ventricular cell of Tomek et al. (ToR-ORd), with sex-specific versions");
  d.doc =
      "43 states, sign dV_m/dt = -(I_ion + I_stim). Every current and flux has a multiplier `scale_...`. The `fkatp` "
      "variant has fixed chloride; its ATP-sensitive potassium current is off, as published. The `dyncl` variant has "
      "two more states, `Cl_i` and `Cl_ss`. "
      "`sex = \"male\"` and `\"female\"` take the electrical constants of the sex-specific electromechanical model "
      "(Holmes et al. 2025) without its contraction: troponin stays an instantaneous buffer; `ionic.torord_land` is "
      "that model whole. Both are published for fixed chloride only. Observable `J_up` is net of the leak. Published "
      "initial states are close to, not at, the limit cycle: pace 100 beats before comparing.";
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
  declare_layer(d);
  d.choice("variant", "fkatp",
           {{"fkatp", "chloride concentrations fixed"},
            {"dyncl", "intracellular chloride follows its currents (ToR-ORd-dynCl)"}})
      .says("Published version of the model.")
      .from("Tomek et al. 2019 and the authors' code of 2020");
  d.number("tau_jca", "ms")
      .absent_by_default()
      .above(0)
      .usual(60, 75)
      .expert()
      .says(
          "Time constant of recovery from calcium-dependent inactivation of I_CaL; absent: the variant's own, 75 for "
          "`fkatp`, 72.5 for `dyncl`. 60 in some action-potential dictionaries.")
      .from("Tomek et al. 2019");
  declare_surroundings(d);
  declare_scales(d);
  return d;
}

Torord::Torord(const Settings& settings)
    : constants_(constants_for(sex_of(settings.text("sex")), layer_of(settings.text("layer")))),
      layer_(layer_of(settings.text("layer"))),
      variant_(settings.text("variant") == "dyncl" ? Variant::dyncl : Variant::fkatp) {
  if (variant_ == Variant::dyncl && settings.text("sex") != "baseline")
    throw ScenarioError("sex", "sex = \"" + settings.text("sex") +
                                   "\" is published for fixed chloride only; use variant = \"fkatp\" with it, or sex = "
                                   "\"baseline\" with variant = \"dyncl\"");
  if (variant_ == Variant::dyncl) constants_.tau_jca = tau_jca_dyncl;
  if (settings.has("tau_jca")) constants_.tau_jca = settings.number("tau_jca");
  read_surroundings(settings, constants_);
}

std::unique_ptr<const Prepared> Torord::prepare(PrepareContext&) const {
  return prepare_torord(constants_, layer_, variant_);
}

std::unique_ptr<const Prepared> prepare_torord(const Constants& constants, Layer layer, Variant variant) {
  if (variant == Variant::fkatp)
    return std::make_unique<model::PreparedCell<Equations>>(Equations{constants},
                                                            electrical_states(initial_state(layer).data()),
                                                            electrical_observables(), family_stimulus);
  const auto& initial = initial_state_dyncl(layer);
  auto states = electrical_states(initial.data());
  states.push_back({"Cl_i", "mmol/L", initial[43], 10});
  states.push_back({"Cl_ss", "mmol/L", initial[44], 10});
  auto observables = electrical_observables();
  observables.push_back({"Cl_i", "mmol/L"});
  observables.push_back({"Cl_ss", "mmol/L"});
  return std::make_unique<model::PreparedCell<DynClEquations>>(DynClEquations{{constants}}, std::move(states),
                                                               std::move(observables), family_stimulus);
}

}  // namespace tawara::torord
