#include "mitchell_schaeffer/mitchell_schaeffer.hpp"

#include "mitchell_schaeffer/equations.hpp"
#include "tawara/model/prepared_cell.hpp"

// How to write a cell model, on the smallest example. Four parts:
//   1. equations.hpp: the text of the paper, once, over any real type (read it first);
//   2. describe(): every name, unit, default and limit as data;
//   3. prepare(): hands equations, states and observables to the SDK, which makes the rest;
//   4. lanes.cpp: three lines, after which many cells can be stepped together in SIMD lanes. They are compiled apart,
//      once per instruction set, which the next line and `tawara_model_lanes` in CMakeLists.txt say.
TAWARA_HAS_LANES(tawara::mitchell_schaeffer, Equations)

namespace tawara::mitchell_schaeffer {

// ---- 2. What the model says about itself ----------------------------------------------------------------------------

Descriptor MitchellSchaeffer::describe() {
  Descriptor d("ionic.mitchell_schaeffer", "Two-variable cell model of Mitchell and Schaeffer");
  d.doc =
      "du/dt = h u^2 (1-u)/tau_in - u/tau_out + J, dh/dt = (1-h)/tau_open below v_gate, -h/tau_close above; "
      "V_m = V_rest + V_amp u. No calcium: biomarkers of the calcium transient are NaN.";
  d.citations = {"10.1016/S0092-8240(03)00041-7"};
  d.maturity = Maturity::stable;
  // Each parameter says unit, default, hard limits, the range people use, meaning and source. `.evaluate()` makes it
  // reachable as `instance.parameter` by sweeps, priors and populations.
  const char* paper = "Mitchell and Schaeffer 2003";
  d.number("tau_in", "ms", 0.3).evaluate().above(0).usual(0.1, 0.6).says("Time scale of the upstroke.").from(paper);
  d.number("tau_out", "ms", 6).evaluate().above(0).usual(3, 12).says("Time scale of repolarisation.").from(paper);
  d.number("tau_open", "ms", 120).evaluate().above(0).usual(60, 200).says("Recovery of the gate.").from(paper);
  d.number("tau_close", "ms", 150).evaluate().above(0).usual(75, 300).says("Duration of the plateau.").from(paper);
  d.number("v_gate", "1", 0.13).evaluate().allowed(0, 1).usual(0.1, 0.2).says("u at which h switches.").from(paper);
  d.number("scale_I_in", "1", 1).evaluate().at_least(0).usual(0.5, 2).log().says("Multiplier of the inward current.");
  d.number("scale_I_out", "1", 1).evaluate().at_least(0).usual(0.5, 2).log().says("Multiplier of the outward current.");
  d.number("V_rest", "mV", -80).usual(-95, -70).says("Voltage shown at u = 0.");
  d.number("V_amp", "mV", 100).above(0).usual(90, 140).says("Voltage from u = 0 to u = 1.");
  return d;
}

// ---- 3. Life --------------------------------------------------------------------------------------------------------

MitchellSchaeffer::MitchellSchaeffer(const Settings& settings)
    : V_rest_(settings.number("V_rest")), V_amp_(settings.number("V_amp")) {}

std::unique_ptr<const Prepared> MitchellSchaeffer::prepare(PrepareContext&) const {
  return prepare_mitchell_schaeffer(V_rest_, V_amp_);
}

std::unique_ptr<const Prepared> prepare_mitchell_schaeffer(double V_rest, double V_amp) {
  std::vector<IonicModel::State> states = {{"u", "1", 0}, {"h", "1", 1}};
  std::vector<IonicModel::Observable> observables = {
      {"V_m", "mV"}, {"I_in", "uA/uF"}, {"I_out", "uA/uF"}, {"u", "1"}, {"h", "1"}};
  // About twice threshold: J = 0.3/ms for 1 ms, whatever V_amp is.
  const IonicModel::Stimulus stimulus{.amplitude = -0.3 * V_amp, .duration = 1};
  return std::make_unique<model::PreparedCell<Equations>>(Equations{V_rest, V_amp}, std::move(states),
                                                          std::move(observables), stimulus,
                                                          IonicModel::Membrane{.at_zero = V_rest, .per_unit = V_amp});
}

}  // namespace tawara::mitchell_schaeffer
