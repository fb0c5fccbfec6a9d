#include "torord_land/torord_land.hpp"

#include "tawara/model/prepared_cell.hpp"
#include "torord/family.hpp"
#include "torord_land/equations.hpp"

TAWARA_HAS_LANES(tawara::torord_land, Equations)

namespace tawara::torord_land {

Descriptor TorordLand::describe() {
  Descriptor d("ionic.torord_land", "Human ventricular cell that contracts (ToR-ORd-Land), for women and men");
  d.doc =
      "The cell of `ionic.torord` (variant `fkatp`) with the active tension of Land et al. 2017, 49 states. Calcium "
      "binds "
      "to troponin at a finite rate; nothing else of contraction acts back on the currents. Observable `Ta` is active "
      "tension (kPa) at resting length, not shortening; `Ca_TRPN` is the fraction of troponin that holds calcium. "
      "Every "
      "sex starts from the layer's published state and needs some hundred beats to settle. Mid-myocardial cells have "
      "1.8 times the L-type permeability of endocardial ones here, twice in `ionic.torord`, as published.";
  d.citations = {
      "10.7554/eLife.48890", "10.1016/j.yjmcc.2017.03.008",
      "Margara et al., Prog Biophys Mol Biol 2021;159:58 (coupling of the two)",
      "Holmes et al. 2025, sex-specific human electromechanics; Camps, Holmes et al., Computing in Cardiology "
      "2025"};
  d.maturity = Maturity::stable;
  d.choice("sex", "baseline",
           {{"baseline", "the published ToR-ORd-Land"},
            {"male", "recalibrated male cell"},
            {"female", "female cell, with the 0.94 on non-phosphorylated uptake of the public model"}})
      .may_vary()
      .says("Factors of sex on conductances, calmodulin, troponin and uptake.")
      .from("Camps, Holmes et al., Computing in Cardiology 2025, Table 2");
  torord::declare_layer(d);
  d.number("tau_jca", "ms", 75)
      .above(0)
      .usual(60, 75)
      .expert()
      .says("Time constant of recovery from calcium-dependent inactivation of I_CaL.")
      .from("Tomek et al. 2019");
  torord::declare_surroundings(d);
  torord::declare_scales(d);
  return d;
}

TorordLand::TorordLand(const Settings& settings)
    : constants_(land_constants_for(torord::sex_of(settings.text("sex")), torord::layer_of(settings.text("layer")))),
      layer_(torord::layer_of(settings.text("layer"))) {
  constants_.cell.tau_jca = settings.number("tau_jca");
  torord::read_surroundings(settings, constants_.cell);
}

std::unique_ptr<const Prepared> TorordLand::prepare(PrepareContext&) const {
  return prepare_torord_land(constants_, layer_);
}

std::unique_ptr<const Prepared> prepare_torord_land(const Constants& constants, Layer layer) {
  const auto& initial = land_initial_state(layer);
  auto states = torord::electrical_states(initial.data());
  for (const char* name : {"XS", "XW", "Ca_TRPN", "TmB", "ZETAS", "ZETAW"})
    states.push_back({name, "1", initial[states.size()], 1});
  auto observables = torord::electrical_observables();
  observables.push_back({"Ta", "kPa"});
  observables.push_back({"Ca_TRPN", "1"});
  return std::make_unique<model::PreparedCell<Equations>>(Equations{{constants.cell}, constants.k_TRPN},
                                                          std::move(states), std::move(observables),
                                                          torord::family_stimulus);
}

}  // namespace tawara::torord_land
