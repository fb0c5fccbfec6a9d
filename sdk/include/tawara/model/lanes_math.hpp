#pragma once
#include "tawara/model/real_lanes.hpp"

/// exp, expm1, log, pow, tanh of Lanes: branch-free, NaN in, NaN out, within 2 units in the last place (pow: times its
/// exponent's size). The same operations on every instruction set with fused multiply-add, so the same bytes there.
/// Coefficients are Chebyshev interpolations made for these intervals.
namespace tawara::model::inline TAWARA_ISA {

namespace detail {

template <class T>
struct Format;
template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa = 52;
  static constexpr Bits one = 0x3FF0000000000000, root_half = 0x3FE6A09E667F3BCD;
  static constexpr double bias = 1023;
  static constexpr double rounder = 0x1.8p52;  // adding it leaves the nearest integer
  static constexpr double integer = 0x1p52;    // its mantissa bits count units
  static constexpr double ln2_high = 0x1.62e42fefa0000p-1, ln2_low = 0x1.cf79abc9e3b3ap-40;
  static constexpr double lowest = -709.3, highest = 710.0, highest_finite = 709.0;  // arguments of exp
};
template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa = 23;
  static constexpr Bits one = 0x3F800000, root_half = 0x3F3504F3;
  static constexpr double bias = 127;
  static constexpr double rounder = 0x1.8p23;
  static constexpr double integer = 0x1p23;
  static constexpr double ln2_high = 0x1.62e400p-1, ln2_low = 0x1.7f7d1cf79abcap-20;
  static constexpr double lowest = -88.1, highest = 88.9, highest_finite = 88.0;
};

/// x = k ln 2 + r with |r| at most ln 2/2.
template <class T>
struct Reduced {
  Lanes<T> em1;    // exp(r) - 1
  Lanes<T> scale;  // 2^k; 0 and infinity at the ends of the range
};

template <class T>
HWY_INLINE Reduced<T> reduce_exp(Lanes<T> x) {
  using L = Lanes<T>;
  using F = Format<T>;
  const hn::RebindToUnsigned<typename L::Tag> bits;
  const L shifted = mul_add(x, L(0x1.71547652b82fep+0), L(F::rounder));
  const L k = shifted - L(F::rounder);
  const L r = mul_add(k, L(-F::ln2_low), mul_add(k, L(-F::ln2_high), x));
  const L scale(
      hn::BitCast(L::tag, hn::Add(hn::ShiftLeft<F::mantissa>(hn::BitCast(bits, shifted.raw)), hn::Set(bits, F::one))));
  const L r2 = r * r;
  L q;  // (exp(r) - 1 - r)/r^2
  if constexpr (std::is_same_v<T, float>) {
    const L low = mul_add(L(0.16666576845993977), r, L(0.5));
    const L high = mul_add(L(0.008363202971575855), r, L(0.04166655443768594));
    q = mul_add(mul_add(L(0.0013926213466332444), r2, high), r2, low);
  } else {
    const L a = mul_add(L(0.16666666666666669), r, L(0.5000000000000001));
    const L b = mul_add(L(0.008333333333330051), r, L(0.04166666666662399));
    const L c = mul_add(L(0.00019841269863105968), r, L(0.0013888888917281794));
    const L d = mul_add(L(2.7557268378684192e-06), r, L(2.480152119021773e-05));
    const L e = mul_add(L(2.5100424157005067e-08), r, L(2.7620138719733994e-07));
    const L r4 = r2 * r2;
    q = mul_add(mul_add(e, r4, mul_add(d, r2, c)), r4, mul_add(b, r2, a));
  }
  return {mul_add(r2, q, r), scale};
}

}  // namespace detail

template <class T>
HWY_INLINE Lanes<T> exp(Lanes<T> x) {
  using F = detail::Format<T>;
  const auto e = detail::reduce_exp(fmin(Lanes<T>(F::highest), fmax(Lanes<T>(F::lowest), x)));
  return e.scale * (e.em1 + 1.0);
}

/// exp(x) - 1 without cancellation. Above about 709 (float: 88) it stays there instead of reaching infinity.
template <class T>
HWY_INLINE Lanes<T> expm1(Lanes<T> x) {
  using F = detail::Format<T>;
  const auto e = detail::reduce_exp(fmin(Lanes<T>(F::highest_finite), fmax(Lanes<T>(F::lowest), x)));
  return mul_add(e.scale, e.em1, e.scale - 1.0);
}

/// Natural logarithm of normal numbers; -infinity at 0, NaN below.
template <class T>
HWY_INLINE Lanes<T> log(Lanes<T> x) {
  using L = Lanes<T>;
  using F = detail::Format<T>;
  const hn::RebindToUnsigned<typename L::Tag> bits;
  // x = 2^k m, m between sqrt(1/2) and sqrt(2).
  const auto moved = hn::Add(hn::BitCast(bits, x.raw), hn::Set(bits, F::one - F::root_half));
  const auto exponent = hn::ShiftRight<F::mantissa>(moved);
  const auto fraction = hn::And(moved, hn::Set(bits, (typename F::Bits{1} << F::mantissa) - 1));
  const L m(hn::BitCast(L::tag, hn::Add(fraction, hn::Set(bits, F::root_half))));
  const L k =
      L(hn::Or(hn::BitCast(L::tag, exponent), hn::Set(L::tag, static_cast<T>(F::integer)))) - L(F::integer + F::bias);
  // log m = 2 artanh s = 2 s + s z R(z), z = s^2.
  const L f = m - 1.0;
  const L s = f / (f + 2.0);
  const L z = s * s;
  L R;
  if constexpr (std::is_same_v<T, float>) {
    R = mul_add(mul_add(L(0.29580985929974424), z, L(0.39988757716604845)), z, L(0.6666668509542907));
  } else {
    const L z2 = z * z;
    const L a = mul_add(L(0.3999999999989889), z, L(0.666666666666667));
    const L b = mul_add(L(0.22222211089379496), z, L(0.28571428626253836));
    const L c = mul_add(L(0.15331611722055008), z, L(0.1818289243253687));
    R = mul_add(mul_add(mul_add(L(0.14617807153417325), z2, c), z2, b), z2, a);
  }
  const L tail = mul_add(s * z, R, k * L(F::ln2_low));
  const L result = mul_add(k, L(F::ln2_high), mul_add(s, L(2.0), tail));
  const L infinity(hn::Inf(L::tag)), nan(hn::NaN(L::tag));
  return select(x > 0.0, select(x < infinity, result, x), select(x == 0.0, -infinity, nan));
}

/// x^y for x >= 0.
template <class T>
HWY_INLINE Lanes<T> pow(Lanes<T> x, Lanes<T> y) {
  return exp(y * log(x));
}
template <class T>
HWY_INLINE Lanes<T> pow(Lanes<T> x, double y) {
  return exp(y * log(x));
}
template <class T>
HWY_INLINE Lanes<T> pow(double x, Lanes<T> y) {
  return pow(Lanes<T>(x), y);
}

template <class T>
HWY_INLINE Lanes<T> tanh(Lanes<T> x) {
  const Lanes<T> e = expm1(fmin(Lanes<T>(40.0), 2.0 * x));
  return e / (e + 2.0);
}

}  // namespace tawara::model::inline TAWARA_ISA
