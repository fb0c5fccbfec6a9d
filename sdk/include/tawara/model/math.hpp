#pragma once
#include <cmath>

#include "tawara/model/isa.hpp"

/// The few functions cell-model equations need beyond arithmetic, for double and, found by argument-dependent look-up,
/// for any other real type the same equations are run on (lanes of a SIMD register, table builders).
namespace tawara::model::inline TAWARA_ISA {

inline double select(bool condition, double if_true, double if_false) { return condition ? if_true : if_false; }

/// 1/(1 + exp(-x)): the Boltzmann curve of nearly every gate. Ends at exactly 0 and 1 through infinity.
template <class Real>
Real sigmoid(const Real& x) {
  using std::exp;
  return 1.0 / (1.0 + exp(-x));
}

/// x/(exp(x) - 1), the voltage factor of a constant-field (Goldman) flux, finite and smooth through x = 0 where it
/// is 1.
template <class Real>
Real x_over_expm1(const Real& x) {
  using std::expm1;
  return select(x == 0.0, Real(1.0), x / expm1(x));
}

/// x^n by repeated squaring, n >= 1.
template <int n, class Real>
Real power(const Real& x) {
  static_assert(n >= 1);
  if constexpr (n == 1) {
    return x;
  } else if constexpr (n % 2 == 0) {
    const Real half = power<n / 2>(x);
    return half * half;
  } else {
    return x * power<n - 1>(x);
  }
}

}  // namespace tawara::model::inline TAWARA_ISA
