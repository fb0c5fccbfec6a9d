#pragma once
#include <array>
#include <cmath>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"
#include "torord/constants.hpp"

/// ToR-ORd: Tomek et al., eLife 2019;8:e48890, and 2020 correspondence (chloride fixed, "fkatp" variant with I_KATP
/// off). Symbols are the paper's: `p` after a gate is its CaMK-phosphorylated twin, F and S are fast and slow parts,
/// _i and _ss the myoplasm and the junctional subspace. Units: ms, mV, mmol/L, uA/uF, mmol/L/ms.
///
/// Relatives say only what differs: dyncl.hpp lets chloride move, torord_land/equations.hpp lets the cell contract.
namespace tawara::torord::inline TAWARA_ISA {

using model::Gate;
using model::power;
using model::select;
using model::sigmoid;
using model::x_over_expm1;

inline constexpr double R = 8314, T = 310, F = 96485;  // mJ/mol/K, K, C/mol
inline constexpr double RT_F = R * T / F;              // mV

/// Evaluate parameters, in this order.
enum Scale {
  scale_I_Na,
  scale_I_NaL,
  scale_I_to,
  scale_I_CaL,
  scale_I_Kr,
  scale_I_Ks,
  scale_I_K1,
  scale_I_NaCa,
  scale_I_NaK,
  scale_I_Kb,
  scale_I_Nab,
  scale_I_Cab,
  scale_I_pCa,
  scale_I_ClCa,
  scale_I_Clb,
  scale_J_rel,
  scale_J_up,
  scale_J_leak,
  n_scales
};

/// Chloride of the myoplasm and the subspace, mmol/L: constants here, states where it moves.
template <class Real>
struct Chloride {
  Real i, ss;
};
inline constexpr Chloride<double> fixed_chloride = {24, 24};

/// Where troponin takes calcium: at once, as a part of what buffers (d bound/d free), or by a flux (mmol/L/ms).
template <class Real>
struct Troponin {
  Real buffers, flux;
};

struct Equations {
  static constexpr std::size_t n_states = torord::n_states;
  static constexpr std::size_t n_parameters = n_scales;
  static constexpr std::size_t n_observables = 31;

  template <class Real>
  struct State {
    Real V_m, Na_i, Na_ss, K_i, K_ss, Ca_i, Ca_ss, Ca_nsr, Ca_jsr;
    Real m, hp, h, j, jp, mL, hL, hLp;
    Real a, iF, iS, ap, iFp, iSp;
    Real d, ff, fs, fcaf, fcas, jca, nca_ss, nca_i, ffp, fcafp;
    Real xs1, xs2, Jrel_np, CaMKt;
    Real C3, C2, C1, O, I;  // I_Kr: C3 is the deepest closed state, I the inactivated one
    Real Jrel_p;
  };

  template <class Real>
  struct Gates {
    Gate<Real> m, hp, h, j, jp, mL, hL, hLp, a, iF, iS, ap, iFp, iSp, d, ff, fs, fcaf, fcas, jca, ffp, fcafp, xs1, xs2;
  };
  static constexpr std::array<std::size_t, 24> gate_states = {9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                                              21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33, 34};

  template <class Real>
  struct Relaxations {
    Gate<Real> nca_ss, nca_i, Jrel_np, Jrel_p;
  };
  static constexpr std::array<std::size_t, 4> relaxing_states = {29, 30, 35, 42};

  static constexpr std::array<std::size_t, 5> chain_states = {37, 38, 39, 40, 41};  // I_Kr

  /// Constant-field (Goldman) flux of an ion of valence z: z F x/(e^x - 1) (c_i e^x - c_o) with x = z V F/RT.
  template <class Real>
  struct ConstantField {
    Real exp_x, factor;
    [[nodiscard]] Real flux(const Real& inside, double outside) const { return factor * (inside * exp_x - outside); }
  };

  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
    Real V_m;
    Real fraction_iF, fraction_fcaf;  // weight of the fast part
    ConstantField<Real> univalent, divalent;
    Real alpha, beta, alpha_2, beta_2, alpha_i, beta_i, alpha_C1_I, beta_I_C1;  // I_Kr rates, 1/ms
    Real x_Kb;
    Real h_Na, h_Ca, k3, k3pp, k8;  // exchanger
    Real K_Na_i, b2, a3;            // pump
  };

  template <class Real>
  struct Flows {
    Real I_Na, I_NaL, I_to, I_CaL_i, I_CaL_ss, I_CaNa_i, I_CaNa_ss, I_CaK_i, I_CaK_ss;
    Real I_Kr, I_Ks, I_K1, I_NaCa_i, I_NaCa_ss, I_NaK, I_Kb, I_Nab, I_Cab, I_pCa, I_ClCa, I_Clb;
    Real I_ion;
    Real J_rel, J_up, J_leak, J_tr;
    Real CaMK_bound;
  };

  Constants k;

  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& V) const;
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* scale) const {
    return flows(v, y, fixed_chloride, scale);
  }
  template <class Real>
  void rates(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y, const Real* scale,
             const Real& I_stim, State<Real>& dydt) const;
  template <class Real>
  Relaxations<Real> relaxations(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y,
                                const Real* scale) const;
  template <class Real>
  model::Chain<Real, 5> chain(const VoltageTerms<Real>& v) const;
  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const;

 protected:  // what relatives put together anew
  template <class Real, class Anion>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Chloride<Anion>& Cl,
                    const Real* scale) const;
  template <class Real>
  void rates(const Flows<Real>& f, const State<Real>& y, const Troponin<Real>& troponin, const Real& I_stim,
             State<Real>& dydt) const;

 private:
  template <class Real>
  Gates<Real> gates(const Real& V) const;
  template <class Real>
  Real exchange(const VoltageTerms<Real>& v, const Real& Na, const Real& Ca) const;
  template <class Real>
  Real pump(const VoltageTerms<Real>& v, const Real& Na, const Real& K) const;
};

// Geometry of the cell (cm, uL): only ratios of area to volume matter, in which the authors' pi = 3.14 cancels.
inline constexpr double cell_length = 0.01, cell_radius = 0.0011, authors_pi = 3.14;
inline constexpr double cell_volume = 1000 * authors_pi * cell_radius * cell_radius * cell_length;
inline constexpr double A_cap =
    2 * (2 * authors_pi * cell_radius * cell_radius + 2 * authors_pi * cell_radius * cell_length);
inline constexpr double v_myo = 0.68 * cell_volume, v_nsr = 0.0552 * cell_volume, v_jsr = 0.0048 * cell_volume,
                        v_ss = 0.02 * cell_volume;

inline constexpr double per_myo = A_cap / (F * v_myo), per_ss = A_cap / (F * v_ss);  // uA/uF to mmol/L/ms, univalent

inline constexpr double I_CaL_in_subspace = 0.8;  // fractions of channels that face the subspace
inline constexpr double I_NaCa_in_subspace = 0.35;
inline constexpr double troponin_max = 0.07;  // mmol/L

/// Calcium held by sites of dissociation constant K per free calcium: d bound/d free.
template <class Real>
Real buffering(double total, double K, const Real& Ca) {
  return total * K / power<2>(K + Ca);
}

/// exp(-A z^2 (sqrt(I)/(1 + sqrt(I)) - 0.3 I)) for z = 1: Davies' activity coefficient in water at 310 K; the
/// divalent one is its fourth power. `sum` is the sum of c z^2, mmol/L.
template <class Real>
Real activity(const Real& sum) {
  using std::exp, std::sqrt;
  constexpr double permittivity = 74;
  const double A = 1.82e6 / (permittivity * T * std::sqrt(permittivity * T));
  const Real I = 0.5 * sum / 1000.0;
  const Real root = sqrt(I);
  return exp(-A * (root / (1.0 + root) - 0.3 * I));
}

template <class Real>
auto Equations::gates(const Real& V) const -> Gates<Real> {
  using std::exp;
  Gates<Real> g;

  // I_Na after Grandi et al. 2010. The formulas of h and j change at -40 mV.
  const Real tau_m = 0.1292 * exp(-power<2>((V + 45.79) / 15.54)) + 0.06487 * exp(-power<2>((V - 4.823) / 51.12));
  g.m = {power<2>(sigmoid((V + 56.86) / 9.03)), tau_m};
  const auto resting = V < -40.0;
  const Real tau_h =
      1.0 / select(resting, 0.057 * exp(-(V + 80.0) / 6.8) + (2.7 * exp(0.079 * V) + 3.1e5 * exp(0.3485 * V)),
                   0.77 / (0.13 * (1.0 + exp(-(V + 10.66) / 11.1))));
  const Real tau_j = 1.0 / select(resting,
                                  (-2.5428e4 * exp(0.2444 * V) - 6.948e-6 * exp(-0.04391 * V)) * (V + 37.78) /
                                          (1.0 + exp(0.311 * (V + 79.23))) +
                                      0.02424 * exp(-0.01052 * V) / (1.0 + exp(-0.1378 * (V + 40.14))),
                                  0.6 * exp(0.057 * V) / (1.0 + exp(-0.1 * (V + 32.0))));
  const Real h_steady = power<2>(sigmoid(-(V + 71.55) / 7.43));
  g.h = {h_steady, tau_h};
  g.j = {h_steady, tau_j};
  g.hp = {power<2>(sigmoid(-(V + 77.55) / 7.43)), tau_h};
  g.jp = {h_steady, 1.46 * tau_j};

  g.mL = {sigmoid((V + 42.85) / 5.264), tau_m};
  g.hL = {sigmoid(-(V + 87.61) / 7.488), Real(200.0)};
  g.hLp = {sigmoid(-(V + 93.81) / 7.488), Real(600.0)};

  // I_to
  const Real tau_a =
      1.0515 / (1.0 / (1.2089 * (1.0 + exp(-(V - 18.4099) / 29.3814))) + 3.5 / (1.0 + exp((V + 100.0) / 29.3814)));
  g.a = {sigmoid((V - 14.34) / 14.82), tau_a};
  g.ap = {sigmoid((V - 24.34) / 14.82), tau_a};
  const Real i_steady = sigmoid(-(V + 43.94) / 5.711);
  const Real delta_epi = 1.0 - k.epi * 0.95 * sigmoid(-(V + 70.0) / 5.0);
  const Real tau_iF =
      delta_epi * (4.562 + 1.0 / (0.3933 * exp(-(V + 100.0) / 100.0) + 0.08004 * exp((V + 50.0) / 16.59)));
  const Real tau_iS =
      delta_epi * (23.62 + 1.0 / (0.001416 * exp(-(V + 96.52) / 59.05) + 1.780e-8 * exp((V + 114.1) / 8.079)));
  g.iF = {i_steady, tau_iF};
  g.iS = {i_steady, tau_iS};
  // The second exponential overflows below about -140 mV; its quotient, 0, is then right.
  const Real develop = 1.354 + 1.0e-4 / (exp((V - 167.4) / 15.89) + exp(-(V - 12.23) / 0.2154));
  const Real recover = 1.0 - 0.5 * sigmoid(-(V + 70.0) / 20.0);
  g.iFp = {i_steady, develop * recover * tau_iF};
  g.iSp = {i_steady, develop * recover * tau_iS};

  // I_CaL. Its fitted activation would exceed 1 above 31.4978 mV.
  const Real tau_d = 0.6 + 1.0 / (exp(-0.05 * (V + 6.0)) + exp(0.09 * (V + 14.0)));
  g.d = {select(V > 31.4978, Real(1.0), 1.0763 * exp(-1.0070 * exp(-0.0829 * V))), tau_d};
  const Real f_steady = sigmoid(-(V + 19.58) / 3.696);
  const Real tau_ff = 7.0 + 1.0 / (0.0045 * exp(-(V + 20.0) / 10.0) + 0.0045 * exp((V + 20.0) / 10.0));
  const Real tau_fcaf = 7.0 + 1.0 / (0.04 * exp(-(V - 4.0) / 7.0) + 0.04 * exp((V - 4.0) / 7.0));
  g.ff = {f_steady, tau_ff};
  g.fs = {f_steady, 1000.0 + 1.0 / (0.000035 * exp(-(V + 5.0) / 4.0) + 0.000035 * exp((V + 5.0) / 6.0))};
  g.fcaf = {f_steady, tau_fcaf};
  g.fcas = {f_steady, 100.0 + 1.0 / (0.00012 * exp(-V / 3.0) + 0.00012 * exp(V / 7.0))};
  g.jca = {sigmoid(-(V + 18.08) / 2.7916), Real(k.tau_jca)};
  g.ffp = {f_steady, 2.5 * tau_ff};
  g.fcafp = {f_steady, 2.5 * tau_fcaf};

  // I_Ks
  const Real xs_steady = sigmoid((V + 11.60) / 8.932);
  g.xs1 = {xs_steady, 817.3 + 1.0 / (2.326e-4 * exp((V + 48.28) / 17.80) + 0.001292 * exp(-(V + 210.0) / 230.0))};
  g.xs2 = {xs_steady, 1.0 / (0.01 * exp((V - 50.0) / 20.0) + 0.0193 * exp(-(V + 66.54) / 31.0))};
  return g;
}

template <class Real>
auto Equations::voltage_terms(const Real& V) const -> VoltageTerms<Real> {
  using std::exp;
  VoltageTerms<Real> v;
  v.gates = gates(V);
  v.V_m = V;
  v.fraction_iF = sigmoid(-(V - 213.6) / 151.2);
  v.fraction_fcaf = 0.3 + 0.6 * sigmoid(-(V - 10.0) / 10.0);

  const Real x = V / RT_F;
  v.univalent = {exp(x), F * x_over_expm1(x)};
  v.divalent = {exp(2.0 * x), 2.0 * F * x_over_expm1(2.0 * x)};

  // I_Kr, Markov chain of Lu et al. 2001; the last rate follows from microscopic reversibility.
  v.alpha = 0.1161 * exp(0.2990 * x);
  v.beta = 0.2442 * exp(-1.604 * x);
  v.alpha_2 = 0.0578 * exp(0.9710 * x);
  v.beta_2 = 0.349e-3 * exp(-1.062 * x);
  v.alpha_i = 0.2533 * exp(0.5953 * x);
  v.beta_i = 1.25 * 0.0522 * exp(-0.8209 * x);
  v.alpha_C1_I = 0.52e-4 * exp(1.525 * x);
  v.beta_I_C1 = v.beta_2 * v.beta_i * v.alpha_C1_I / (v.alpha_2 * v.alpha_i);

  v.x_Kb = sigmoid((V - 10.8968) / 23.9871);

  // Exchanger, after O'Hara et al. 2011: the outside half of its cycle.
  const double Na_o = k.outside.Na;
  v.h_Ca = exp(0.1670 * x);
  v.h_Na = exp(0.5224 * x);
  const Real h7 = 1.0 + Na_o / 88.12 * (1.0 + 1.0 / v.h_Na);
  const Real h8 = Na_o / (88.12 * v.h_Na * h7);
  const double h10 = 12.5 + 1.0 + Na_o / 15.0 * (1.0 + Na_o / 5.0);
  const double h11 = Na_o * Na_o / (h10 * 15.0 * 5.0);
  v.k3pp = h8 * 5.0e3;
  v.k3 = 6.0e4 / h7 + v.k3pp;
  v.k8 = h8 * h11 * 6.0e4;

  // Pump, after Smith and Crampin 2004: the outside half.
  v.K_Na_i = 9.073 * exp(-0.1550 / 3.0 * x);
  const Real Na_bound = Na_o / (27.78 * exp((1.0 + 0.1550) / 3.0 * x));
  const double K_bound = k.outside.K / 0.3582;
  const Real outside = power<3>(1.0 + Na_bound) + power<2>(1.0 + K_bound) - 1.0;
  v.b2 = 39.4 * power<3>(Na_bound) / outside;
  v.a3 = 1899.0 * power<2>(K_bound) / outside;
  return v;
}

/// Turnover of the Na-Ca exchanger, in charges per ms, allosterically activated by calcium.
template <class Real>
Real Equations::exchange(const VoltageTerms<Real>& v, const Real& Na, const Real& Ca) const {
  const Real h1 = 1.0 + Na / 88.12 * (1.0 + v.h_Na);
  const Real h2 = Na * v.h_Na / (88.12 * h1);
  const Real h4 = 1.0 + Na / 15.0 * (1.0 + Na / 5.0);
  const Real h5 = Na * Na / (h4 * 15.0 * 5.0);
  const double Na_o = k.outside.Na;
  const double k1 = k.outside.Ca * 1.5e6 / (12.5 + 1.0 + Na_o / 15.0 * (1.0 + Na_o / 5.0));
  const double k2 = 5.0e3, k5 = 5.0e3;
  const Real k4pp = h2 * 5.0e3;
  const Real k4 = 6.0e4 / (h1 * v.h_Ca) + k4pp;
  const Real k6 = Ca * 1.5e6 / h4;
  const Real k7 = h5 * h2 * 6.0e4;
  const Real x1 = k2 * k4 * (k7 + k6) + k5 * k7 * (k2 + v.k3);
  const Real x2 = k1 * k7 * (k4 + k5) + k4 * k6 * (k1 + v.k8);
  const Real x3 = k1 * v.k3 * (k7 + k6) + v.k8 * k6 * (k2 + v.k3);
  const Real x4 = k2 * v.k8 * (k4 + k5) + v.k3 * k5 * (k1 + v.k8);
  const Real J_Na = 3.0 * (x4 * k7 - x1 * v.k8) + x3 * k4pp - x2 * v.k3pp;
  const Real J_Ca = x2 * k2 - x1 * k1;
  const Real activation = 1.0 / (1.0 + power<2>(150.0e-6 / Ca));
  return activation * (J_Na + 2.0 * J_Ca) / (x1 + x2 + x3 + x4);
}

/// Turnover of the Na-K pump, in charges per ms.
template <class Real>
Real Equations::pump(const VoltageTerms<Real>& v, const Real& Na, const Real& K) const {
  constexpr double H = 1.0e-7, ATP = 9.8 / 1.698e-7;
  const Real P = 4.2 / (1.0 + H / 1.698e-7 + Na / 224.0 + K / 292.0);
  const Real Na_bound = Na / v.K_Na_i;
  const Real K_bound = K / 0.5;
  const Real inside = power<3>(1.0 + Na_bound) + power<2>(1.0 + K_bound) - 1.0;
  const Real a1 = 949.5 * power<3>(Na_bound) / inside;
  const double b1 = 182.4 * 0.05;
  const double a2 = 687.2;
  const Real b3 = 79300.0 * P * H / (1.0 + ATP);
  const double a4 = 639.0 * ATP / (1.0 + ATP);
  const Real b4 = 40.0 * power<2>(K_bound) / inside;
  const Real &a3 = v.a3, &b2 = v.b2;
  const Real x1 = a4 * a1 * a2 + b2 * b4 * b3 + a2 * b4 * b3 + b3 * a1 * a2;
  const Real x2 = b2 * b1 * b4 + a1 * a2 * a3 + a3 * b1 * b4 + a2 * a3 * b4;
  const Real x3 = a2 * a3 * a4 + b3 * b2 * b1 + b2 * b1 * a4 + a3 * a4 * b1;
  const Real x4 = b4 * b3 * b2 + a3 * a4 * a1 + b2 * a4 * a1 + b3 * b2 * a1;
  return (3.0 * (x1 * a3 - x2 * b3) + 2.0 * (x4 * b1 - x3 * a1)) / (x1 + x2 + x3 + x4);
}

template <class Real, class Anion>
auto Equations::flows(const VoltageTerms<Real>& v, const State<Real>& y, const Chloride<Anion>& Cl,
                      const Real* scale) const -> Flows<Real> {
  using std::exp, std::log;
  const Real& V = v.V_m;
  const Extracellular& o = k.outside;
  const Real E_Na = RT_F * log(o.Na / y.Na_i);
  const Real E_K = RT_F * log(o.K / y.K_i);
  const Real E_Ks = RT_F * log((o.K + 0.01833 * o.Na) / (y.K_i + 0.01833 * y.Na_i));
  const Anion E_Cl = RT_F * log(Cl.i / o.Cl), E_Cl_ss = RT_F * log(Cl.ss / o.Cl);
  Flows<Real> f;

  // The same fraction of every CaMK target is phosphorylated.
  f.CaMK_bound = 0.05 * (1.0 - y.CaMKt) / (1.0 + 0.0015 / y.Ca_ss);
  const Real phosphorylated = 1.0 / (1.0 + 0.15 / (f.CaMK_bound + y.CaMKt));
  const Real plain = 1.0 - phosphorylated;

  f.I_Na = scale[scale_I_Na] * k.G_Na * (V - E_Na) * power<3>(y.m) * (plain * y.h * y.j + phosphorylated * y.hp * y.jp);
  f.I_NaL = scale[scale_I_NaL] * k.G_NaL * (V - E_Na) * y.mL * (plain * y.hL + phosphorylated * y.hLp);

  const Real slow_i = 1.0 - v.fraction_iF;
  f.I_to = scale[scale_I_to] * k.G_to * (V - E_K) *
           (plain * y.a * (v.fraction_iF * y.iF + slow_i * y.iS) +
            phosphorylated * y.ap * (v.fraction_iF * y.iFp + slow_i * y.iSp));

  // I_CaL: each compartment has its own calcium-calmodulin mode (nca) and activities.
  const Real slow_fca = 1.0 - v.fraction_fcaf;
  const Real f_V = 0.6 * y.ff + 0.4 * y.fs, f_Vp = 0.6 * y.ffp + 0.4 * y.fs;
  const Real f_Ca = v.fraction_fcaf * y.fcaf + slow_fca * y.fcas;
  const Real f_Cap = v.fraction_fcaf * y.fcafp + slow_fca * y.fcas;
  const auto open = [&](const Real& nca) {
    return y.d * (plain * (f_V * (1.0 - nca) + y.jca * f_Ca * nca) +
                  1.1 * phosphorylated * (f_Vp * (1.0 - nca) + y.jca * f_Cap * nca));
  };
  const Real P_Ca = scale[scale_I_CaL] * k.P_Ca;
  const Real P_ss = I_CaL_in_subspace * P_Ca * open(y.nca_ss), P_i = (1.0 - I_CaL_in_subspace) * P_Ca * open(y.nca_i);
  const double gamma_o = activity(o.Na + o.K + o.Cl + 4.0 * o.Ca);
  const Real gamma_ss = activity(y.Na_ss + y.K_ss + Cl.ss + 4.0 * y.Ca_ss);
  const Real gamma_i = activity(y.Na_i + y.K_i + Cl.i + 4.0 * y.Ca_i);
  const double Ca_o = power<4>(gamma_o) * o.Ca;
  const Real Ca_i = power<4>(gamma_i) * y.Ca_i;
  f.I_CaL_ss = P_ss * v.divalent.flux(power<4>(gamma_ss) * y.Ca_ss, Ca_o);
  f.I_CaL_i = P_i * v.divalent.flux(Ca_i, Ca_o);
  f.I_CaNa_ss = 0.00125 * P_ss * v.univalent.flux(gamma_ss * y.Na_ss, gamma_o * o.Na);
  f.I_CaNa_i = 0.00125 * P_i * v.univalent.flux(gamma_i * y.Na_i, gamma_o * o.Na);
  f.I_CaK_ss = 3.574e-4 * P_ss * v.univalent.flux(gamma_ss * y.K_ss, gamma_o * o.K);
  f.I_CaK_i = 3.574e-4 * P_i * v.univalent.flux(gamma_i * y.K_i, gamma_o * o.K);

  const double root_K_o = std::sqrt(o.K / 5.0);
  f.I_Kr = scale[scale_I_Kr] * k.G_Kr * root_K_o * y.O * (V - E_K);
  const Real K_s_Ca = 1.0 + 0.6 / (1.0 + exp(1.4 * log(3.8e-5 / y.Ca_i)));
  f.I_Ks = scale[scale_I_Ks] * k.G_Ks * K_s_Ca * y.xs1 * y.xs2 * (V - E_Ks);
  const Real from_E_K = V - E_K;
  const Real a_K1 = 4.094 * sigmoid(-0.1217 * (from_E_K - 49.934));
  const Real b_K1 = (15.72 * exp(0.0674 * (from_E_K - 3.257)) + exp(0.0618 * (from_E_K - 594.31))) *
                    sigmoid(0.1629 * (from_E_K + 14.207));
  f.I_K1 = scale[scale_I_K1] * k.G_K1 * root_K_o * a_K1 / (a_K1 + b_K1) * from_E_K;

  const Real G_NaCa = scale[scale_I_NaCa] * k.G_NaCa;
  f.I_NaCa_i = (1.0 - I_NaCa_in_subspace) * G_NaCa * exchange(v, y.Na_i, y.Ca_i);
  f.I_NaCa_ss = I_NaCa_in_subspace * G_NaCa * exchange(v, y.Na_ss, y.Ca_ss);
  f.I_NaK = scale[scale_I_NaK] * k.P_NaK * pump(v, y.Na_i, y.K_i);

  f.I_Kb = scale[scale_I_Kb] * k.G_Kb * v.x_Kb * (V - E_K);
  f.I_Nab = scale[scale_I_Nab] * 1.9239e-9 * v.univalent.flux(y.Na_i, o.Na);
  f.I_Cab = scale[scale_I_Cab] * 5.9194e-8 * v.divalent.flux(Ca_i, Ca_o);
  f.I_pCa = scale[scale_I_pCa] * k.G_pCa * y.Ca_i / (0.0005 + y.Ca_i);
  f.I_ClCa = scale[scale_I_ClCa] * 0.2843 / (1.0 + 0.1 / y.Ca_ss) * (V - E_Cl_ss);
  f.I_Clb = scale[scale_I_Clb] * 1.98e-3 * (V - E_Cl);

  f.I_ion = f.I_Na + f.I_NaL + f.I_to + f.I_CaL_i + f.I_CaL_ss + f.I_CaNa_i + f.I_CaNa_ss + f.I_CaK_i + f.I_CaK_ss +
            f.I_Kr + f.I_Ks + f.I_K1 + f.I_NaCa_i + f.I_NaCa_ss + f.I_NaK + f.I_Nab + f.I_Kb + f.I_pCa + f.I_Cab +
            f.I_ClCa + f.I_Clb;

  f.J_rel = scale[scale_J_rel] * k.J_rel * (plain * y.Jrel_np + phosphorylated * y.Jrel_p);
  const Real uptake_np = k.J_up_nonphosphorylated * 0.005425 * y.Ca_i / (y.Ca_i + 0.00092);
  const Real uptake_p = 2.75 * 0.005425 * y.Ca_i / (y.Ca_i + 0.00092 - 0.00017);
  f.J_leak = scale[scale_J_leak] * 0.0048825 * y.Ca_nsr / 15.0;
  f.J_up = scale[scale_J_up] * k.J_up * (plain * uptake_np + phosphorylated * uptake_p) - f.J_leak;
  f.J_tr = (y.Ca_nsr - y.Ca_jsr) / 60.0;
  return f;
}

template <class Real>
void Equations::rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*,
                      const Real& I_stim, State<Real>& dydt) const {
  rates(f, y, Troponin<Real>{buffering(troponin_max, 0.0005, y.Ca_i), Real(0.0)}, I_stim, dydt);
}

template <class Real>
void Equations::rates(const Flows<Real>& f, const State<Real>& y, const Troponin<Real>& troponin, const Real& I_stim,
                      State<Real>& dydt) const {
  dydt.V_m = -(f.I_ion + I_stim);

  // Concentrations. The stimulus is carried by potassium.
  const Real J_diff_Na = (y.Na_ss - y.Na_i) / 2.0;
  const Real J_diff_K = (y.K_ss - y.K_i) / 2.0;
  const Real J_diff_Ca = (y.Ca_ss - y.Ca_i) / k.tau_diff_Ca;
  dydt.Na_i = -(f.I_CaNa_i + f.I_Na + f.I_NaL + 3.0 * f.I_NaCa_i + 3.0 * f.I_NaK + f.I_Nab) * per_myo +
              J_diff_Na * (v_ss / v_myo);
  dydt.Na_ss = -(f.I_CaNa_ss + 3.0 * f.I_NaCa_ss) * per_ss - J_diff_Na;
  dydt.K_i = -(f.I_CaK_i + f.I_to + f.I_Kr + f.I_Ks + f.I_K1 + f.I_Kb + I_stim - 2.0 * f.I_NaK) * per_myo +
             J_diff_K * (v_ss / v_myo);
  dydt.K_ss = -f.I_CaK_ss * per_ss - J_diff_K;

  // Calcium is buffered instantaneously: calmodulin (and troponin), two kinds of subspace sites, calsequestrin.
  const Real free_i = 1.0 / (1.0 + buffering(k.cmdn_max, 0.00238, y.Ca_i) + troponin.buffers);
  const Real free_ss = 1.0 / (1.0 + buffering(0.047, 0.00087, y.Ca_ss) + buffering(1.124, 0.0087, y.Ca_ss));
  const Real free_jsr = 1.0 / (1.0 + buffering(10.0, 0.8, y.Ca_jsr));
  dydt.Ca_i = free_i * (-(f.I_CaL_i + f.I_pCa + f.I_Cab - 2.0 * f.I_NaCa_i) * (0.5 * per_myo) -
                        f.J_up * (v_nsr / v_myo) + J_diff_Ca * (v_ss / v_myo) - troponin.flux);
  dydt.Ca_ss = free_ss * (-(f.I_CaL_ss - 2.0 * f.I_NaCa_ss) * (0.5 * per_ss) + f.J_rel * (v_jsr / v_ss) - J_diff_Ca);
  dydt.Ca_nsr = f.J_up - f.J_tr * (v_jsr / v_nsr);
  dydt.Ca_jsr = free_jsr * (f.J_tr - f.J_rel);

  dydt.CaMKt = 0.05 * f.CaMK_bound * (f.CaMK_bound + y.CaMKt) - 0.00068 * y.CaMKt;
}

template <class Real>
auto Equations::relaxations(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*) const
    -> Relaxations<Real> {
  Relaxations<Real> r;
  // Calcium-calmodulin mode of I_CaL; jca is also its off rate.
  const auto nca = [&](const Real& Ca) {
    return Gate<Real>{500.0 / (500.0 + y.jca * power<4>(1.0 + 0.002 / Ca)), 1.0 / y.jca};
  };
  r.nca_ss = nca(y.Ca_ss);
  r.nca_i = nca(y.Ca_i);

  // Release is driven by I_CaL into the subspace and by the load of the junctional SR.
  constexpr double tau_rel_max = 4.75;
  const Real load = k.J_rel_inf / (1.0 + power<8>(1.7 / y.Ca_jsr));
  const auto release = [&](double tau_max) {
    const Real tau = tau_max / (1.0 + 0.0123 / y.Ca_jsr);
    return Gate<Real>{-0.5 * tau_max * f.I_CaL_ss * load, select(tau < 0.001, Real(0.001), tau)};
  };
  r.Jrel_np = release(tau_rel_max);
  r.Jrel_p = release(1.25 * tau_rel_max);
  return r;
}

template <class Real>
auto Equations::chain(const VoltageTerms<Real>& v) const -> model::Chain<Real, 5> {
  enum { C3, C2, C1, O, I };
  model::Chain<Real, 5> rate{};
  rate[C2][C3] = v.alpha;
  rate[C3][C2] = v.beta;
  rate[C1][C2] = Real(1.25 * 0.1235);  // this step does not sense voltage
  rate[C2][C1] = Real(0.1911);
  rate[O][C1] = v.alpha_2;
  rate[C1][O] = v.beta_2;
  rate[I][O] = v.alpha_i;
  rate[O][I] = v.beta_i;
  rate[I][C1] = v.alpha_C1_I;
  rate[C1][I] = v.beta_I_C1;
  return rate;
}

template <class Real>
void Equations::observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
  const std::array<Real, n_observables> values = {y.V_m,
                                                  y.Ca_i,
                                                  f.I_Na,
                                                  f.I_NaL,
                                                  f.I_to,
                                                  f.I_CaL_i + f.I_CaL_ss,
                                                  f.I_CaNa_i + f.I_CaNa_ss,
                                                  f.I_CaK_i + f.I_CaK_ss,
                                                  f.I_Kr,
                                                  f.I_Ks,
                                                  f.I_K1,
                                                  f.I_NaCa_i + f.I_NaCa_ss,
                                                  f.I_NaCa_i,
                                                  f.I_NaCa_ss,
                                                  f.I_NaK,
                                                  f.I_Kb,
                                                  f.I_Nab,
                                                  f.I_Cab,
                                                  f.I_pCa,
                                                  f.I_ClCa,
                                                  f.I_Clb,
                                                  f.J_rel,
                                                  f.J_up,
                                                  f.J_leak,
                                                  f.J_tr,
                                                  y.Ca_ss,
                                                  y.Ca_nsr,
                                                  y.Ca_jsr,
                                                  y.Na_i,
                                                  y.K_i,
                                                  f.CaMK_bound + y.CaMKt};
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = values[i];
}

}  // namespace tawara::torord::inline TAWARA_ISA
