#pragma once
#include <array>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"

// Mitchell and Schaeffer, Bull Math Biol 2003, eqs 1 to 5:
//
//   du/dt = h u^2 (1 - u)/tau_in - u/tau_out + J_stim
//   dh/dt = (1 - h)/tau_open   while u < v_gate   (recovery)
//         =    - h/tau_close   otherwise          (inactivation)
//
// u runs from 0 at rest to almost 1. The rest of Tawara speaks millivolts, so V_m = V_rest + V_amp u, and from
// dV_m/dt = -(I_ion + I_stim) the stimulus in u is J_stim = -I_stim/V_amp.
//
// TAWARA_ISA keeps the copies of this text that are compiled for different instruction sets apart.
namespace tawara::mitchell_schaeffer::inline TAWARA_ISA {

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

}  // namespace tawara::mitchell_schaeffer::inline TAWARA_ISA
