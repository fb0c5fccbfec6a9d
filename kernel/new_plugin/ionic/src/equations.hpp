#pragma once
#include <array>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"

// A cell with two currents. It is no published model: replace it by yours.
//
//   dV_m/dt = -(I_in + I_K + I_stim)
//   I_in    = scale_I_in g_in m_inf(V_m) h (V_m - E_in)     inward, opens at once, closes by h: upstroke and plateau
//   I_K     = scale_I_K  g_K (V_m - E_K)                    outward: rest and repolarisation
//   dh/dt   = (h_inf(V_m) - h)/tau_h(V_m)
//
// Units: mV, ms, currents in uA/uF (outward positive), conductances in mS/uF.
//
// TAWARA_ISA keeps the copies of this text that are compiled for different instruction sets apart.
namespace my_component::inline TAWARA_ISA {

// Parameters that may differ from cell to cell. They arrive as an array p in this order, which has to be their order in
// describe(). What a drug can block is called scale_I_...
enum Parameter { g_in, g_K, tau_open, tau_close, scale_I_in, scale_I_K, n_parameters_ };

struct Equations {
  static constexpr std::size_t n_states = 2;
  static constexpr std::size_t n_parameters = n_parameters_;
  static constexpr std::size_t n_observables = 4;

  // Constants: the same in every cell, set by prepare().
  double E_in, E_K;  // mV

  // The states, V_m first. `Real` is one number or a vector of cells: write each formula once, for both.
  template <class Real>
  struct State {
    Real V_m, h;
  };

  // Gates are given by steady state and time constant, not by their rate: such a gate can be stepped exactly.
  // gate_states says which states they are (h is state 1). There has to be at least one.
  template <class Real>
  struct Gates {
    tawara::model::Gate<Real> h;
  };
  static constexpr std::array<std::size_t, 1> gate_states = {1};

  // What depends on V_m only, and is worth computing once.
  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
    Real m_inf;
  };
  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& V_m, const Real* p) const {
    using tawara::model::sigmoid;  // 1/(1 + exp(-x)); there are also exp, log, pow and `select` instead of `if`
    VoltageTerms<Real> v;
    v.m_inf = sigmoid((V_m + 50.0) / 4.0);
    const Real closed = sigmoid((V_m + 60.0) / 3.0);
    v.gates.h.steady = 1.0 - closed;
    v.gates.h.tau = p[tau_open] + (p[tau_close] - p[tau_open]) * closed;
    return v;
  }

  // The currents by name; I_ion is their sum.
  template <class Real>
  struct Flows {
    Real I_in, I_K, I_ion;
  };
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* p) const {
    Flows<Real> f;
    f.I_in = p[scale_I_in] * p[g_in] * v.m_inf * y.h * (y.V_m - E_in);
    f.I_K = p[scale_I_K] * p[g_K] * (y.V_m - E_K);
    f.I_ion = f.I_in + f.I_K;
    return f;
  }

  // Rates of the states that are no gates.
  template <class Real>
  void rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>&, const Real*, const Real& I_stim,
             State<Real>& dydt) const {
    dydt.V_m = -(f.I_ion + I_stim);
  }

  // What can be recorded: V_m first, then Ca_i if you have it, then currents, in the order in which prepare()
  // names it. I_ion is added at the end.
  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
    out[0] = y.V_m;
    out[1] = f.I_in;
    out[2] = f.I_K;
    out[3] = y.h;
  }
};

}  // namespace my_component::inline TAWARA_ISA
