#include "mitchell_schaeffer/mitchell_schaeffer.hpp"

#include "tawara/model/math.hpp"
#include "tawara/model/prepared_cell.hpp"

// How to write a cell model, on the smallest example. Three parts, top to bottom:
//   1. Equations: the text of the paper, once, over any real type;
//   2. describe(): every name, unit, default and limit as data;
//   3. prepare(): hands equations, states and observables to the SDK, which makes the rest.
namespace tawara::mitchell_schaeffer {
namespace {

// ---- 1. Equations ---------------------------------------------------------------------------------------------------
//
// Mitchell and Schaeffer, Bull Math Biol 2003, eqs 1 to 5:
//
//   du/dt = h u^2 (1 - u)/tau_in - u/tau_out + J_stim
//   dh/dt = (1 - h)/tau_open   while u < v_gate   (recovery)
//         =    - h/tau_close   otherwise          (inactivation)
//
// u runs from 0 at rest to almost 1. The rest of Tawara speaks millivolts, so V_m = V_rest + V_amp u, and from
// dV_m/dt = -(I_ion + I_stim) the stimulus in u is J_stim = -I_stim/V_amp.

// Evaluate parameters: numbers that may differ from cell to cell and from row to row. They reach the equations as an
// array in this order, which must be their order in describe().
enum Parameter { tau_in, tau_out, tau_open, tau_close, v_gate, scale_I_in, scale_I_out, n_parameters_ };

struct Equations {
  static constexpr std::size_t n_states = 2;
  static constexpr std::size_t n_parameters = n_parameters_;
  static constexpr std::size_t n_observables = 5;

  // Constants of the instance: set when it is prepared, the same in every cell.
  double V_rest, V_amp;

  // States by name, the membrane variable first.
  template <class Real>
  struct State {
    Real u, h;
  };

  // Gates whose steady state and time constant depend on the membrane variable only are *declared*, not coded as rates:
  // (steady, tau) can be stepped exactly or tabulated, a rate cannot. Here h is one, and it is state number 1.
  template <class Real>
  struct Gates {
    model::Gate<Real> h;
  };
  static constexpr std::array<std::size_t, 1> gate_states = {1};

  // What depends on the membrane variable only.
  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
  };
  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& u, const Real* p) const {
    // `select` instead of `if`, so that the same text also runs on several cells at once.
    using model::select;
    const auto recovering = u < p[v_gate];
    return {{{select(recovering, Real(1.0), Real(0.0)), select(recovering, p[tau_open], p[tau_close])}}};
  }

  // Currents by name, from all states, in uA/uF: outward positive, as everywhere in Tawara. I_ion is their sum.
  template <class Real>
  struct Flows {
    Real I_in, I_out, I_ion;
  };
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>&, const State<Real>& y, const Real* p) const {
    Flows<Real> f;
    f.I_in = -V_amp * p[scale_I_in] * y.h * y.u * y.u * (1.0 - y.u) / p[tau_in];
    f.I_out = V_amp * p[scale_I_out] * y.u / p[tau_out];
    f.I_ion = f.I_in + f.I_out;
    return f;
  }

  // Rates of the states that are not declared gates.
  template <class Real>
  void rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>&, const Real*, const Real& I_stim,
             State<Real>& dydt) const {
    dydt.u = -(f.I_ion + I_stim) / V_amp;
  }

  // What can be recorded, in the order in which prepare() names it: V_m first, currents in uA/uF (outward positive).
  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
    out[0] = V_rest + V_amp * y.u;
    out[1] = f.I_in;
    out[2] = f.I_out;
    out[3] = y.u;
    out[4] = y.h;
  }
};

}  // namespace

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
  return std::make_unique<model::PreparedCell<Equations>>(
      Equations{V_rest, V_amp}, std::move(states), std::move(observables), stimulus,
      IonicModel::Membrane{.at_zero = V_rest, .per_unit = V_amp});
}

}  // namespace tawara::mitchell_schaeffer
