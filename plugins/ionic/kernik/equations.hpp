#pragma once
#include <array>
#include <cmath>
#include <cstddef>

#include "kernik/inputs.hpp"
#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"

/// The iPSC-derived cardiomyocyte of Kernik et al., J Physiol 597 (2019) 4533. Symbols are the paper's; x1, x2, x5, x6
/// are a gate's fitted numbers, by which its parameters are named (Xr1_1 ...). Units: ms, mV, mmol/L, uA/uF,
/// mmol/L/ms.
namespace tawara::kernik::inline TAWARA_ISA {

using model::Gate;
using model::power;
using model::select;
using model::x_over_expm1;

/// The same in every cell of one prepared model.
struct Constants {
  double RT_F;           ///< mV
  double slowing = 1;    ///< of all gates, by Q10; 1 at 310 K
  double Na_K_move = 1;  ///< 0: dialysed, Na_i and K_i stay
  double Na_o = 140, Ca_o = 1.8, K_o = 5.4;
};

struct Equations {
  static constexpr std::size_t n_states = 23;
  static constexpr std::size_t n_parameters = n_inputs;
  static constexpr std::size_t n_observables = 24;

  template <class Real>
  struct State {
    Real V_m, Ca_SR, Ca_i, Na_i, K_i;
    Real Ca_lig;  // without a role in the published model; keeps the numbering of its states
    Real d, f, fCa, Xr1, Xr2, Xs, h, j, m, Xf, s, r, dCaT, fCaT;
    Real R, O, I;  // release channel: resting, open, inactivated; the fourth state is what is left of 1
  };

  template <class Real>
  struct Gates {
    Gate<Real> d, f, Xr1, Xr2, Xs, h, j, m, Xf, s, r, dCaT, fCaT;
  };
  static constexpr std::array<std::size_t, 13> gate_states = {6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

  template <class Real>
  struct Relaxations {
    Gate<Real> fCa, R, O, I;
  };
  static constexpr std::array<std::size_t, 4> relaxing_states = {8, 20, 21, 22};

  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
    Real V_m;
    Real K1_open;
    Real exp_u, goldman_1, goldman_2;  // u = V F/RT; x/(e^x - 1) at x = u and 2u
    Real exp_NaCa_in, exp_NaCa_out;    // e^0.7u, e^-0.3u
    Real pump;                         // voltage dependence of I_NaK
  };

  template <class Real>
  struct Flows {
    Real I_K1, I_to, I_Kr, I_Ks, I_CaL, I_CaL_Ca, I_CaL_Na, I_CaL_K, I_CaT, I_Na, I_f, I_f_Na, I_f_K;
    Real I_NaCa, I_NaK, I_Nab, I_Cab, I_pCa, I_ion;
    Real J_rel, J_up, J_leak;
  };

  Constants k;

  /// alpha = x1 exp(V/x2), beta = x1 x5 exp(V (1/x2 + 1/x6)), tau = 1/(alpha + beta) + t0, in a form without a
  /// singularity at x2 = -x6.
  template <class Real>
  Real open(const Real& V, const Real& x5, const Real& x6) const {
    using std::exp;
    return 1.0 / (1.0 + x5 * exp(V / x6));
  }
  template <class Real>
  Gate<Real> gate(const Real& V, const Real& steady, const Real& x1, const Real& x2, const Real& tau0) const {
    using std::exp;
    return {steady, k.slowing * (steady * exp(-(V / x2)) / x1 + tau0)};
  }

  template <class Real>
  Gates<Real> gates(const Real& V, const Real* p) const {
    using std::exp;
    const auto generic = [&](Input x1, Input x2, Input x5, Input x6, const Real& tau0) {
      return gate(V, open(V, p[x5], p[x6]), p[x1], p[x2], tau0);
    };
    Gates<Real> g;
    g.Xr1 = generic(Xr1_1, Xr1_2, Xr1_5, Xr1_6, p[Xr1_tau0]);
    g.Xr2 = generic(Xr2_1, Xr2_2, Xr2_5, Xr2_6, p[Xr2_tau0]);
    g.Xs = generic(Xs_1, Xs_2, Xs_5, Xs_6, p[Xs_tau0]);
    g.r = generic(r_1, r_2, r_5, r_6, p[r_tau0]);
    g.s = generic(s_1, s_2, s_5, s_6, p[s_tau0]);
    g.d = generic(d_1, d_2, d_5, d_6, p[d_tau0]);
    g.f = generic(f_1, f_2, f_5, f_6, p[f_tau0]);
    g.m = generic(m_1, m_2, m_5, m_6, p[m_tau0]);
    g.h = generic(h_1, h_2, h_5, h_6, p[h_tau0]);
    g.j = gate(V, g.h.steady, p[j_1], p[j_2], p[j_tau0]);
    g.Xf = generic(Xf_1, Xf_2, Xf_5, Xf_6, p[Xf_tau0]);

    const Real up = exp((V + 26.3) / 30.0);
    g.dCaT = {1.0 / (1.0 + exp(-(V + 26.3) / 6.0)), k.slowing / (1.068 * (up + 1.0 / up))};
    g.fCaT = {1.0 / (1.0 + exp((V + 61.7) / 5.6)),
              k.slowing / (0.0153 * exp(-(V + 61.7) / 83.3) + 0.015 * exp((V + 61.7) / 15.38))};
    return g;
  }

  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& V, const Real* p) const {
    using std::exp;
    VoltageTerms<Real> v;
    v.gates = gates(V, p);
    v.V_m = V;
    // a/(a + b) with a and b the two exponentials of I_K1.
    v.K1_open = 1.0 / (1.0 + exp((V + p[K1_5]) / p[K1_4] - (V + p[K1_3]) / p[K1_2]) / p[K1_1]);
    const Real u = V / k.RT_F;
    v.exp_u = exp(u);
    v.goldman_1 = x_over_expm1(u);
    v.goldman_2 = x_over_expm1(2.0 * u);
    v.exp_NaCa_out = exp(-0.3 * u);
    v.exp_NaCa_in = v.exp_u * v.exp_NaCa_out;
    v.pump = 1.0 / (1.0 + 0.1245 * exp(-0.1 * u) + 0.0353 / v.exp_u);
    return v;
  }

  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* p) const {
    using std::log;
    const Real& V = v.V_m;
    const Real from_E_Na = V - k.RT_F * log(k.Na_o / y.Na_i);
    const Real from_E_K = V - k.RT_F * log(k.K_o / y.K_i);
    const Real from_E_Ca = V - 0.5 * k.RT_F * log(k.Ca_o / y.Ca_i);
    const double root_K_o = std::sqrt(k.K_o / 5.4);
    Flows<Real> f;

    f.I_K1 = p[scale_I_K1] * p[g_K1] * root_K_o * v.K1_open * from_E_K;
    f.I_to = p[scale_I_to] * p[g_to] * y.r * y.s * from_E_K;
    f.I_Kr = p[scale_I_Kr] * p[g_Kr] * root_K_o * y.Xr1 * y.Xr2 * from_E_K;
    f.I_Ks = p[scale_I_Ks] * p[g_Ks] * power<2>(y.Xs) * from_E_K;

    // Constant field; at 0 mV the voltage factors take their limit.
    constexpr double parts = 5.4e-4 + 1.5e-8 + 2.7e-7;
    const Real P_F = p[scale_I_CaL] * p[p_CaL] * F / parts * y.d * y.f * y.fCa;
    f.I_CaL_Ca = 5.4e-4 * 2.0 * P_F * v.goldman_2 * 0.341 * (y.Ca_i * power<2>(v.exp_u) - k.Ca_o);
    f.I_CaL_Na = 1.5e-8 * P_F * v.goldman_1 * 0.75 * (y.Na_i * v.exp_u - k.Na_o);
    f.I_CaL_K = 2.7e-7 * P_F * v.goldman_1 * 0.75 * (y.K_i * v.exp_u - k.K_o);
    f.I_CaL = f.I_CaL_Ca + f.I_CaL_Na + f.I_CaL_K;

    f.I_CaT = p[scale_I_CaT] * p[g_CaT] * y.dCaT * y.fCaT * from_E_Ca;
    f.I_Na = p[scale_I_Na] * p[g_Na] * power<3>(y.m) * y.h * y.j * from_E_Na;

    constexpr double Na_share = 0.491 / 1.491;
    const Real g_f_open = p[scale_I_f] * p[g_f] * y.Xf;
    f.I_f_Na = Na_share * g_f_open * from_E_Na;
    f.I_f_K = (1.0 - Na_share) * g_f_open * from_E_K;
    f.I_f = f.I_f_Na + f.I_f_K;

    const double Na_o_3 = power<3>(k.Na_o);
    f.I_NaCa = p[scale_I_NaCa] * 1100.0 *
               (v.exp_NaCa_in * power<3>(y.Na_i) * k.Ca_o - 2.75 * v.exp_NaCa_out * Na_o_3 * y.Ca_i) /
               ((power<3>(87.5) + Na_o_3) * (1.38 + k.Ca_o) * (1.0 + 0.1 * v.exp_NaCa_out));
    f.I_NaK = p[scale_I_NaK] * (1.362 * 1.818 * k.K_o / (k.K_o + 1.0)) * v.pump * y.Na_i / (y.Na_i + 40.0);
    f.I_Nab = p[scale_I_Nab] * 0.000435 * from_E_Na;
    f.I_Cab = p[scale_I_Cab] * 0.00036704 * from_E_Ca;
    f.I_pCa = p[scale_I_pCa] * 0.2625 * y.Ca_i / (y.Ca_i + 0.0005);
    f.I_ion = f.I_K1 + f.I_to + f.I_Kr + f.I_Ks + f.I_CaL + f.I_CaT + f.I_Na + f.I_f + f.I_NaCa + f.I_NaK + f.I_Nab +
              f.I_Cab + f.I_pCa;

    const Real gradient = y.Ca_SR - y.Ca_i;
    f.J_rel = p[scale_J_rel] * 12.5 * V_SR_per_V_c * y.O * gradient;
    f.J_up = p[scale_J_up] * 0.0001105 / (1.0 + power<2>(0.0001755 / y.Ca_i));
    f.J_leak = p[scale_J_leak] * 1.6e-6 * gradient;
    return f;
  }

  template <class Real>
  void rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*, const Real& I_stim,
             State<Real>& dydt) const {
    // Of the calcium that arrives, only this fraction stays free.
    const Real free_c = 1.0 / (1.0 + 0.06 * 0.0006 / power<2>(y.Ca_i + 0.0006));
    const Real free_SR = 1.0 / (1.0 + 12.0 * 0.3 / power<2>(y.Ca_SR + 0.3));
    dydt.V_m = -(f.I_ion + I_stim);
    dydt.Ca_SR = free_SR / V_SR_per_V_c * (f.J_up - f.J_rel - f.J_leak);
    dydt.Ca_i = free_c * (f.J_leak - f.J_up + f.J_rel -
                          0.5 * per_current * (f.I_CaL_Ca + f.I_CaT + f.I_Cab + f.I_pCa - 2.0 * f.I_NaCa));
    dydt.Na_i =
        -k.Na_K_move * per_current * (f.I_Na + f.I_Nab + f.I_f_Na + 3.0 * f.I_NaK + 3.0 * f.I_NaCa + f.I_CaL_Na);
    dydt.K_i = -k.Na_K_move * per_current * (f.I_K1 + f.I_to + f.I_Kr + f.I_Ks + f.I_f_K - 2.0 * f.I_NaK + f.I_CaL_K);
    dydt.Ca_lig = Real(0.0);
  }

  template <class Real>
  Relaxations<Real> relaxations(const VoltageTerms<Real>& v, const Flows<Real>&, const State<Real>& y,
                                const Real*) const {
    using std::exp, std::sqrt;
    Relaxations<Real> relax;

    // Inactivation of I_CaL by calcium cannot recover above -60 mV. There it stands still by an endless time constant
    // rather than by steady = fCa: with the latter, a step whose coefficients come from an extrapolated state would
    // still move.
    const Real c = 1.2 * y.Ca_i;
    const Real steady = (1.0 / (1.0 + power<8>(c / 0.000325)) + 0.1 / (1.0 + exp((c - 0.0005) / 0.0001)) +
                         0.2 / (1.0 + exp((c - 0.00075) / 0.0008)) + 0.23) /
                        1.46;
    const Real tau(2.0 * k.slowing);
    relax.fCa = {steady, select(v.V_m > -60.0, select(steady > y.fCa, Real(1e30), tau), tau)};

    // Release channel: opening and inactivation are independent of one another, each by calcium on both sides.
    const Real ratio = 0.45 / y.Ca_SR;
    const Real lumen = 15.0 - 14.0 / (1.0 + power<2>(ratio) * sqrt(ratio));
    const Real open = 56320.0 * 11.43025 / lumen * power<2>(y.Ca_i);
    const Real inactivate = 54.0 * 0.3425 * lumen * y.Ca_i;
    const double close = 1.5 * 0.1429, recover = 0.001 * 0.5571;
    const Real rest_tau = 1.0 / (recover + inactivate + open);
    relax.R = {(recover * (1.0 - y.O - y.I) + close * y.O) * rest_tau, rest_tau};
    const Real open_tau = 1.0 / (close + inactivate);
    relax.O = {(open * y.R + recover * y.I) * open_tau, open_tau};
    const Real shut_tau = 1.0 / (recover + close + open);
    relax.I = {(inactivate * y.O + open * (1.0 - y.R - y.O)) * shut_tau, shut_tau};
    return relax;
  }

  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
    const std::array<Real, n_observables> values = {y.V_m,   y.Ca_i,     f.I_K1,     f.I_to,    f.I_Kr,  f.I_Ks,
                                                    f.I_CaL, f.I_CaL_Ca, f.I_CaL_Na, f.I_CaL_K, f.I_CaT, f.I_Na,
                                                    f.I_f,   f.I_NaCa,   f.I_NaK,    f.I_Nab,   f.I_Cab, f.I_pCa,
                                                    f.J_rel, f.J_up,     f.J_leak,   y.Ca_SR,   y.Na_i,  y.K_i};
    for (std::size_t i = 0; i < values.size(); ++i) out[i] = values[i];
  }

 private:
  static constexpr double F = 96.4853415;                               // C/mmol
  static constexpr double V_SR_per_V_c = 1094.0 / 16404.0;              // sarcoplasmic reticulum : cytosol
  static constexpr double V_c = 3960.0 * 16404.0 / (16404.0 + 1094.0);  // um3
  static constexpr double per_current = 60.0 / (F * V_c);  // C_m/(F V_c): mmol/L/ms per uA/uF of a univalent ion
};

}  // namespace tawara::kernik::inline TAWARA_ISA
