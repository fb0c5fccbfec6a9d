#pragma once
#include "torord/equations.hpp"
#include "torord_land/constants.hpp"

/// ToR-ORd with the contraction of Land et al., J Mol Cell Cardiol 2017;106:68 (human, intact, 37 degrees C), as
/// coupled by Margara et al., Prog Biophys Mol Biol 2021: calcium binds to troponin at a finite rate and so leaves the
/// myoplasm by a flux; nothing else of the electrical cell changes. The cell is held at its resting length, so the
/// distortions zeta of the cross-bridges only fade. Symbols are Land's, in kPa and ms.
namespace tawara::torord_land::inline TAWARA_ISA {

using model::Gate;
using model::power;
using model::select;

// Fractions of cross-bridges at full activation: strongly bound, and weakly bound among the rest.
inline constexpr double r_s = 0.25, r_w = 0.5;

// Cycling, 1/ms: unbound U, weakly bound W, strongly bound S. What leads back follows from the fractions.
inline constexpr double k_uw = 0.182, k_ws = 0.012;
inline constexpr double k_wu = k_uw * (1 / r_w - 1) - k_ws, k_su = k_ws * r_w * (1 / r_s - 1);
inline constexpr double gamma_w = 0.615, gamma_s = 0.0085;  // how distortion hastens unbinding

// Distortion fades, 1/ms.
inline constexpr double phi = 2.23;
inline constexpr double c_w = phi * k_uw * ((1 - r_s) * (1 - r_w)) / ((1 - r_s) * r_w),
                        c_s = phi * k_ws * ((1 - r_s) * r_w) / r_s;

// Thin filament.
inline constexpr double Ca_50 = 0.805;          // umol/L, half of troponin bound
inline constexpr double TRPN_50 = 0.35;         // bound fraction at which half of the sites unblock
inline constexpr double half_n_Tm = 2.036 / 2;  // half of the cooperativity
inline constexpr double k_u = 0.021;            // 1/ms, blocking
inline constexpr double T_ref = 120;            // kPa at full activation

struct Equations : torord::Equations {
  using Cell = torord::Equations;
  static constexpr std::size_t n_states = torord_land::n_states;
  static constexpr std::size_t n_observables = Cell::n_observables + 2;

  template <class Real>
  struct State : Cell::State<Real> {
    Real XS, XW;        // strongly and weakly bound cross-bridges
    Real Ca_TRPN;       // troponin with calcium
    Real TmB;           // sites that tropomyosin blocks
    Real ZETAS, ZETAW;  // distortion of the two kinds of bound cross-bridges
  };

  template <class Real>
  struct Relaxations : Cell::Relaxations<Real> {
    Gate<Real> XS, XW, TmB, ZETAS, ZETAW;
  };
  static constexpr std::array<std::size_t, 9> relaxing_states = {29, 30, 35, 42, 43, 44, 46, 47, 48};

  template <class Real>
  struct Flows : Cell::Flows<Real> {
    Real Ta;  // active tension, kPa
  };

  double k_TRPN;

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
};

template <class Real>
Real at_least(double low, const Real& x) {
  return select(x < low, Real(low), x);
}

template <class Real>
auto Equations::flows(const VoltageTerms<Real>& v, const State<Real>& y, const Real* scale) const -> Flows<Real> {
  Flows<Real> f;
  static_cast<Cell::Flows<Real>&>(f) = Cell::flows(v, y, scale);
  f.Ta = T_ref / r_s * ((y.ZETAS + 1.0) * at_least(0, y.XS) + y.ZETAW * at_least(0, y.XW));
  return f;
}

template <class Real>
void Equations::rates(const VoltageTerms<Real>&, const Flows<Real>& f, const State<Real>& y, const Real*,
                      const Real& I_stim, State<Real>& dydt) const {
  // Not declared as relaxing: what leaves the myoplasm in a large step is then exactly what troponin gains.
  const Real Ca_TRPN = at_least(0, y.Ca_TRPN);
  dydt.Ca_TRPN = k_TRPN * (power<2>(1000.0 * y.Ca_i / Ca_50) * (1.0 - Ca_TRPN) - Ca_TRPN);
  Cell::rates(f, y, torord::Troponin<Real>{Real(0.0), torord::troponin_max * dydt.Ca_TRPN}, I_stim, dydt);
}

template <class Real>
auto Equations::relaxations(const VoltageTerms<Real>& v, const Flows<Real>& f, const State<Real>& y,
                            const Real* scale) const -> Relaxations<Real> {
  using std::exp, std::log;
  Relaxations<Real> r;
  static_cast<Cell::Relaxations<Real>&>(r) = Cell::relaxations(v, f, y, scale);

  // dx/dt = gain - loss x of each kind of site, in the form of a gate.
  const auto balance = [](const Real& gain, const Real& loss) { return Gate<Real>{gain / loss, 1.0 / loss}; };
  const Real XS = at_least(0, y.XS), XW = at_least(0, y.XW);

  const double half_power = std::pow(TRPN_50, 2 * half_n_Tm);
  const double k_b = k_u * half_power / (1 - r_s - (1 - r_s) * r_w);
  // The published bound of 100 also keeps a cell without bound calcium finite; so does the least TRPN.
  const Real TRPN_power = exp(half_n_Tm * log(at_least(1e-30, y.Ca_TRPN)));
  const Real block = k_b * select(100.0 * TRPN_power < 1.0, Real(100.0), 1.0 / TRPN_power);
  const Real unblock = k_u * TRPN_power;
  r.TmB = balance(block * (1.0 - XW - XS), block + unblock);

  const Real stretched = select(y.ZETAS > 0.0, y.ZETAS, at_least(0, -y.ZETAS - 1.0));
  const Real shaken = select(y.ZETAW < 0.0, -y.ZETAW, y.ZETAW);
  r.XW = balance(k_uw * (1.0 - y.TmB - XS), k_uw + k_wu + k_ws + gamma_w * shaken);
  r.XS = balance(k_ws * XW, k_su + gamma_s * stretched);

  r.ZETAS = {Real(0.0), Real(1 / c_s)};
  r.ZETAW = {Real(0.0), Real(1 / c_w)};
  return r;
}

template <class Real>
void Equations::observe(const Flows<Real>& f, const State<Real>& y, Real* out) const {
  Cell::observe(f, y, out);
  out[Cell::n_observables] = f.Ta;
  out[Cell::n_observables + 1] = y.Ca_TRPN;
}

}  // namespace tawara::torord_land::inline TAWARA_ISA
