#pragma once
#include <array>
#include <cmath>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"
#include "tp06/constants.hpp"

/// Ten Tusscher and Panfilov, Am J Physiol Heart Circ Physiol 2006;291:H1088. Symbols are the paper's; _i is the
/// cytoplasm, _ss the subspace between I_CaL and the release channels, _SR the sarcoplasmic reticulum. Units: ms, mV,
/// mmol/L, uA/uF, mmol/L/ms.
namespace tawara::tp06::inline TAWARA_ISA {

using model::Gate;
using model::power;
using model::select;
using model::sigmoid;
using model::x_over_expm1;

inline constexpr double F = 96485.3415;             // C/mol
inline constexpr double RT_F = 8314.472 * 310 / F;  // mV

/// Evaluate parameters, in this order.
enum Scale {
  scale_I_Na,
  scale_I_to,
  scale_I_CaL,
  scale_I_Kr,
  scale_I_Ks,
  scale_I_K1,
  scale_I_NaCa,
  scale_I_NaK,
  scale_I_pCa,
  scale_I_pK,
  scale_I_Nab,
  scale_I_Cab,
  scale_J_rel,
  scale_J_up,
  scale_J_leak,
  scale_J_xfer,
  n_scales
};

// Of the cell: uF and uL.
inline constexpr double C_m = 0.185, V_c = 0.016404, V_sr = 0.001094, V_ss = 5.468e-5;

struct Equations {
  static constexpr std::size_t n_states = tp06::n_states;
  static constexpr std::size_t n_parameters = n_scales;
  static constexpr std::size_t n_observables = 22;

  template <class Real>
  struct State {
    Real V_m, Ca_i, Ca_SR, Ca_ss, Na_i, K_i;
    Real m, h, j, xr1, xr2, xs, r, s, d, f, f2;
    Real fCass;  // inactivation of I_CaL by subspace calcium
    Real R;      // release channels that are not inactivated
  };

  template <class Real>
  struct Gates {
    Gate<Real> m, h, j, xr1, xr2, xs, r, s, d, f, f2;
  };
  static constexpr std::array<std::size_t, 11> gate_states = {6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

  template <class Real>
  struct Relaxations {
    Gate<Real> fCass, R;
  };
  static constexpr std::array<std::size_t, 2> relaxing_states = {17, 18};

  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
    Real V_m;
    Real CaL_in, CaL_out;    // I_CaL per open channel is CaL_in Ca_ss - CaL_out
    Real NaCa_in, NaCa_out;  // exchanger: NaCa_in Na_i^3 - NaCa_out Ca_i
    Real NaK;                // pump's dependence on voltage
    Real pK;                 // activation of I_pK
  };

  template <class Real>
  struct Flows {
    Real I_Na, I_to, I_CaL, I_Kr, I_Ks, I_K1, I_NaCa, I_NaK, I_pCa, I_pK, I_Nab, I_Cab;
    Real I_ion;
    Real J_rel, J_up, J_leak, J_xfer;
    Real CaSR_factor;  // k_casr: an emptier reticulum opens less and inactivates faster
  };

  Constants k;

  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real& V) const;
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* scale) const;
  template <class Real>
  void rates(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y, const Real* scale,
             const Real& I_stim, State<Real>& dydt) const;
  template <class Real>
  Relaxations<Real> relaxations(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y,
                                const Real* scale) const;
  template <class Real>
  void observe(const Flows<Real>& f, const State<Real>& y, Real* out) const;

 private:
  template <class Real>
  Gates<Real> gates(const Real& V) const;
};

template <class Real>
auto Equations::gates(const Real& V) const -> Gates<Real> {
  using std::exp, std::sqrt;
  Gates<Real> g;

  // I_Na. The formulas of h and j change at -40 mV.
  g.m = {power<2>(sigmoid((V + 56.86) / 9.03)),
         sigmoid((V + 60.0) / 5.0) * (0.1 * sigmoid(-(V + 35.0) / 5.0) + 0.1 * sigmoid(-(V - 50.0) / 200.0))};
  const Real h_steady = power<2>(sigmoid(-(V + 71.55) / 7.43));
  const auto resting = V < -40.0;
  const Real tau_h =
      1.0 / select(resting, 0.057 * exp(-(V + 80.0) / 6.8) + (2.7 * exp(0.079 * V) + 3.1e5 * exp(0.3485 * V)),
                   0.77 / (0.13 * (1.0 + exp(-(V + 10.66) / 11.1))));
  const Real tau_j = 1.0 / select(resting,
                                  (-2.5428e4 * exp(0.2444 * V) - 6.948e-6 * exp(-0.04391 * V)) * (V + 37.78) /
                                          (1.0 + exp(0.311 * (V + 79.23))) +
                                      0.02424 * exp(-0.01052 * V) / (1.0 + exp(-0.1378 * (V + 40.14))),
                                  0.6 * exp(0.057 * V) / (1.0 + exp(-0.1 * (V + 32.0))));
  g.h = {h_steady, tau_h};
  g.j = {h_steady, tau_j};

  g.xr1 = {sigmoid((V + 26.0) / 7.0), 450.0 * sigmoid((V + 45.0) / 10.0) * 6.0 * sigmoid(-(V + 30.0) / 11.5)};
  g.xr2 = {sigmoid(-(V + 88.0) / 24.0), 3.0 * sigmoid((V + 60.0) / 20.0) * 1.12 * sigmoid(-(V - 60.0) / 20.0)};

  g.xs = {sigmoid((V + 5.0) / 14.0), 1400.0 * sqrt(sigmoid((V - 5.0) / 6.0)) * sigmoid(-(V - 35.0) / 15.0) + 80.0};

  // I_to
  g.r = {sigmoid((V - 20.0) / 6.0), 9.5 * exp(-power<2>(V + 40.0) / 1800.0) + 0.8};
  const Real tau_s_endo = 1000.0 * exp(-power<2>(V + 67.0) / 1000.0) + 8.0;
  const Real tau_s = 85.0 * exp(-power<2>(V + 45.0) / 320.0) + 5.0 * sigmoid(-(V - 20.0) / 5.0) + 3.0;
  g.s = {sigmoid(-(V + 20.0 + 8.0 * k.endo) / 5.0), k.endo * tau_s_endo + (1.0 - k.endo) * tau_s};

  // I_CaL. The time constant of f2 is the printed one; programs in circulation also have 600 ms at -25 mV and 16 ms.
  g.d = {sigmoid((V + 8.0) / 7.5),
         (1.4 * sigmoid((V + 35.0) / 13.0) + 0.25) * 1.4 * sigmoid(-(V + 5.0) / 5.0) + sigmoid((V - 50.0) / 20.0)};
  g.f = {sigmoid(-(V + 20.0) / 7.0), 1102.5 * exp(-power<2>(V + 27.0) / 225.0) + 200.0 * sigmoid((V - 13.0) / 10.0) +
                                         180.0 * sigmoid(-(V + 30.0) / 10.0) + 20.0};
  g.f2 = {0.67 * sigmoid(-(V + 35.0) / 7.0) + 0.33, 562.0 * exp(-power<2>(V + 27.0) / 240.0) +
                                                        31.0 * sigmoid((V - 25.0) / 10.0) +
                                                        80.0 * sigmoid(-(V + 30.0) / 10.0)};
  return g;
}

template <class Real>
auto Equations::voltage_terms(const Real& V) const -> VoltageTerms<Real> {
  using std::exp;
  const Extracellular& o = k.outside;
  VoltageTerms<Real> v;
  v.gates = gates(V);
  v.V_m = V;

  // I_CaL: constant field, 15 mV off; 4 (V - 15) F^2/RT over expm1 is finite there.
  constexpr double G_CaL = 3.98e-5;  // L/F/ms
  const Real x = 2.0 * (V - 15.0) / RT_F;
  v.CaL_out = G_CaL * 2.0 * F * x_over_expm1(x) * o.Ca;
  v.CaL_in = v.CaL_out * (0.25 / o.Ca) * exp(x);

  constexpr double k_NaCa = 1000, K_Na = 87.5, K_Ca = 1.38, saturation = 0.1, gamma = 0.35, alpha = 2.5;
  const double Na_o3 = power<3>(o.Na);
  const Real backward = exp((gamma - 1) * V / RT_F);
  const Real turnover = k_NaCa / ((power<3>(K_Na) + Na_o3) * (K_Ca + o.Ca) * (1.0 + saturation * backward));
  v.NaCa_in = turnover * exp(gamma * V / RT_F) * o.Ca;
  v.NaCa_out = turnover * backward * Na_o3 * alpha;

  v.NaK = 1.0 / (1.0 + 0.1245 * exp(-0.1 * V / RT_F) + 0.0353 * exp(-V / RT_F));
  v.pK = sigmoid((V - 25.0) / 5.98);
  return v;
}

template <class Real>
auto Equations::flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* scale) const -> Flows<Real> {
  using std::exp, std::log;
  const Real& V = v.V_m;
  const Extracellular& o = k.outside;
  const Real E_Na = RT_F * log(o.Na / y.Na_i);
  const Real E_K = RT_F * log(o.K / y.K_i);
  const Real E_Ks = RT_F * log((o.K + 0.03 * o.Na) / (y.K_i + 0.03 * y.Na_i));
  const Real E_Ca = 0.5 * RT_F * log(o.Ca / y.Ca_i);
  const double root_K_o = std::sqrt(o.K / 5.4);
  Flows<Real> f;

  f.I_Na = scale[scale_I_Na] * 14.838 * power<3>(y.m) * y.h * y.j * (V - E_Na);
  f.I_to = scale[scale_I_to] * k.G_to * y.r * y.s * (V - E_K);
  f.I_CaL = scale[scale_I_CaL] * y.d * y.f * y.f2 * y.fCass * (v.CaL_in * y.Ca_ss - v.CaL_out);
  f.I_Kr = scale[scale_I_Kr] * 0.153 * root_K_o * y.xr1 * y.xr2 * (V - E_K);
  f.I_Ks = scale[scale_I_Ks] * k.G_Ks * power<2>(y.xs) * (V - E_Ks);
  const Real from_E_K = V - E_K;
  const Real alpha_K1 = 0.1 * sigmoid(-0.06 * (from_E_K - 200.0));
  const Real beta_K1 =
      (3.0 * exp(0.0002 * (from_E_K + 100.0)) + exp(0.1 * (from_E_K - 10.0))) * sigmoid(0.5 * from_E_K);
  f.I_K1 = scale[scale_I_K1] * 5.405 * root_K_o * alpha_K1 / (alpha_K1 + beta_K1) * from_E_K;

  f.I_NaCa = scale[scale_I_NaCa] * (v.NaCa_in * power<3>(y.Na_i) - v.NaCa_out * y.Ca_i);
  f.I_NaK = scale[scale_I_NaK] * (2.724 * o.K / (o.K + 1.0)) * v.NaK * y.Na_i / (y.Na_i + 40.0);
  f.I_pCa = scale[scale_I_pCa] * 0.1238 * y.Ca_i / (0.0005 + y.Ca_i);
  f.I_pK = scale[scale_I_pK] * 0.0146 * v.pK * (V - E_K);
  f.I_Nab = scale[scale_I_Nab] * 2.9e-4 * (V - E_Na);
  f.I_Cab = scale[scale_I_Cab] * 5.92e-4 * (V - E_Ca);
  f.I_ion =
      f.I_Na + f.I_to + f.I_CaL + f.I_Kr + f.I_Ks + f.I_K1 + f.I_NaCa + f.I_NaK + f.I_pCa + f.I_pK + f.I_Nab + f.I_Cab;

  // Release channels: four states of the paper reduced to the open fraction k1 Ca_ss^2 R/(k3 + k1 Ca_ss^2).
  f.CaSR_factor = 2.5 - 1.5 / (1.0 + power<2>(1.5 / y.Ca_SR));
  const Real opening = 0.15 / f.CaSR_factor * power<2>(y.Ca_ss);
  f.J_rel = scale[scale_J_rel] * 0.102 * opening * y.R / (0.06 + opening) * (y.Ca_SR - y.Ca_ss);
  f.J_up = scale[scale_J_up] * 0.006375 / (1.0 + power<2>(0.00025 / y.Ca_i));
  f.J_leak = scale[scale_J_leak] * 0.00036 * (y.Ca_SR - y.Ca_i);
  f.J_xfer = scale[scale_J_xfer] * 0.0038 * (y.Ca_ss - y.Ca_i);
  return f;
}

template <class Real>
void Equations::rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*,
                      const Real& I_stim, State<Real>& dydt) const {
  dydt.V_m = -(f.I_ion + I_stim);

  // The stimulus is carried by potassium.
  constexpr double per_c = C_m / (F * V_c);
  dydt.Na_i = -(f.I_Na + f.I_Nab + 3.0 * f.I_NaK + 3.0 * f.I_NaCa) * per_c;
  dydt.K_i = -(f.I_K1 + f.I_to + f.I_Kr + f.I_Ks - 2.0 * f.I_NaK + f.I_pK + I_stim) * per_c;

  // Calcium is buffered instantaneously in all three compartments.
  const auto free = [](double total, double K, const Real& Ca) { return 1.0 / (1.0 + total * K / power<2>(Ca + K)); };
  dydt.Ca_i = free(0.2, 0.001, y.Ca_i) *
              ((f.J_leak - f.J_up) * (V_sr / V_c) + f.J_xfer - (f.I_Cab + f.I_pCa - 2.0 * f.I_NaCa) * (0.5 * per_c));
  dydt.Ca_SR = free(10.0, 0.3, y.Ca_SR) * (f.J_up - f.J_rel - f.J_leak);
  dydt.Ca_ss = free(0.4, 0.00025, y.Ca_ss) *
               (f.J_rel * (V_sr / V_ss) - f.J_xfer * (V_c / V_ss) - f.I_CaL * (0.5 * C_m / (F * V_ss)));
}

template <class Real>
auto Equations::relaxations(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*) const
    -> Relaxations<Real> {
  Relaxations<Real> r;
  const Real calm = 1.0 / (1.0 + power<2>(y.Ca_ss / 0.05));
  r.fCass = {0.6 * calm + 0.4, 80.0 * calm + 2.0};
  // dR/dt = -k2 Ca_ss R + k4 (1 - R)
  constexpr double k4 = 0.005;
  const Real tau = 1.0 / (0.045 * f.CaSR_factor * y.Ca_ss + k4);
  r.R = {k4 * tau, tau};
  return r;
}

template <class Real>
void Equations::observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
  const std::array<Real, n_observables> values = {
      y.V_m,  y.Ca_i,  f.I_Na,  f.I_to,  f.I_CaL, f.I_Kr,   f.I_Ks,   f.I_K1,  f.I_NaCa, f.I_NaK, f.I_pCa,
      f.I_pK, f.I_Nab, f.I_Cab, f.J_rel, f.J_up,  f.J_leak, f.J_xfer, y.Ca_SR, y.Ca_ss,  y.Na_i,  y.K_i};
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = values[i];
}

}  // namespace tawara::tp06::inline TAWARA_ISA
