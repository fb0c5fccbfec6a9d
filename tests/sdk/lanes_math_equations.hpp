#pragma once
#include <array>
#include <cmath>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/math.hpp"

/// Not a cell: its observables are the functions equations may use, at x and y. What runs in lanes is then tested like
/// any model, on every instruction set.
namespace lanes_math::inline TAWARA_ISA {

using namespace tawara::model;

struct Equations {
  static constexpr std::size_t n_states = 3, n_parameters = 1, n_observables = 11;
  template <class Real>
  struct State {
    Real x, y, g;
  };
  template <class Real>
  struct Gates {
    Gate<Real> g;
  };
  static constexpr std::array<std::size_t, 1> gate_states = {2};
  template <class Real>
  struct VoltageTerms {
    Gates<Real> gates;
  };
  template <class Real>
  VoltageTerms<Real> voltage_terms(const Real&, const Real*) const {
    return {{{Real(0.0), Real(1.0)}}};
  }
  template <class Real>
  struct Flows {
    Real I_ion;
  };
  template <class Real>
  Flows<Real> flows(const VoltageTerms<Real>&, const State<Real>&, const Real*) const {
    return {Real(0.0)};
  }
  template <class Real>
  void rates(const VoltageTerms<Real>&, const Flows<Real>&, const State<Real>&, const Real*, const Real&,
             State<Real>& dydt) const {
    dydt.x = dydt.y = Real(0.0);
  }
  template <class Real>
  void observe(const Flows<Real>&, const State<Real>& s, Real* out) const {
    using std::exp, std::expm1, std::log, std::pow, std::sqrt, std::tanh;
    out[0] = exp(s.x);
    out[1] = expm1(s.x);
    out[2] = log(s.y);
    out[3] = pow(s.y, 1.7);
    out[4] = tanh(s.x);
    out[5] = sqrt(s.y);
    out[6] = x_over_expm1(s.x);
    out[7] = sigmoid(s.x);
    out[8] = select(s.x < 0.0 || s.y >= 2.0, s.y / 3.0, -s.x);
    out[9] = power<5>(s.y);
    out[10] = 2.0 / s.y - s.x * 0.5;
  }
};

}  // namespace lanes_math::inline TAWARA_ISA
