#pragma once
#include "torord/equations.hpp"

/// ToR-ORd-dynCl: the same cell with chloride as a state in the myoplasm and the subspace, moved by its two currents
/// and by diffusion between the two (code of Tomek et al., 2020). tau_jca is 72.5 ms there.
namespace tawara::torord::inline TAWARA_ISA {

struct DynClEquations : Equations {
  static constexpr std::size_t n_states = n_states_dyncl;
  static constexpr std::size_t n_observables = Equations::n_observables + 2;

  template <class Real>
  struct State : Equations::State<Real> {
    Real Cl_i, Cl_ss;
  };

  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* scale) const {
    return Equations::flows(v, y, Chloride<Real>{y.Cl_i, y.Cl_ss}, scale);
  }

  template <class Real>
  void rates(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y, const Real* scale,
             const Real& I_stim, State<Real>& dydt) const {
    Equations::rates(v, f, y, scale, I_stim, dydt);
    // An anion's outward current carries it in. I_ClCa flows into the subspace, the background into the myoplasm.
    const Real J_diff_Cl = (y.Cl_ss - y.Cl_i) / 2.0;
    dydt.Cl_i = f.I_Clb * per_myo + J_diff_Cl * (v_ss / v_myo);
    dydt.Cl_ss = f.I_ClCa * per_ss - J_diff_Cl;
  }

  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
    Equations::observe(f, y, out);
    out[Equations::n_observables] = y.Cl_i;
    out[Equations::n_observables + 1] = y.Cl_ss;
  }
};

}  // namespace tawara::torord::inline TAWARA_ISA
