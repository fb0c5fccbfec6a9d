#pragma once
#include <array>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"

// A membrane that leaks, through a channel with a gate too when asked:
//
//   dV_m/dt = -((g + g_gated w) (V_m - E) + I_stim),   dw/dt = (w_inf(V_m) - w)/tau
//
// With g_gated = 0 its answer to a pulse is known in closed form.
namespace leaky::inline TAWARA_ISA {

enum Parameter { g, g_gated, n_parameters_ };

struct Equations {
  static constexpr std::size_t n_states = 2;
  static constexpr std::size_t n_parameters = n_parameters_;
  static constexpr std::size_t n_observables = 2;

  double E;  // mV

  template <class Real>
  struct State {
    Real V_m, w;
  };
  template <class Real>
  struct Gates {
    tawara::model::Gate<Real> w;
  };
  static constexpr std::array<std::size_t, 1> gate_states = {1};

  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
  };
  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& V_m) const {
    return {{{tawara::model::sigmoid((V_m + 40.0) / 5.0), Real(20.0)}}};
  }

  template <class Real>
  struct Flows {
    Real I_ion;
  };
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>&, const State<Real>& y, const Real* p) const {
    return {(p[g] + p[g_gated] * y.w) * (y.V_m - E)};
  }

  template <class Real>
  void rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>&, const Real*, const Real& I_stim,
             State<Real>& dydt) const {
    dydt.V_m = -(f.I_ion + I_stim);
  }

  template <class Real>
  void observe(const Flows<Real>&, const State<Real>& y, Real* out) const {
    out[0] = y.V_m;
    out[1] = y.w;
  }
};

}  // namespace leaky::inline TAWARA_ISA
