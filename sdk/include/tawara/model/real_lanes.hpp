#pragma once
#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "tawara/model/isa.hpp"

namespace tawara::model::inline TAWARA_ISA {

namespace hn = hwy::HWY_NAMESPACE;

/// One cell per lane of the machine's widest vector, in T = double or float: a real type on which equations run as they
/// run on double. Comparisons give a Mask, for `select`. Numbers in the text are double and are rounded to T.
///
/// Not the bytes of the text in plain double: division by a number is multiplication by its reciprocal, and exp and log
/// (lanes_math.hpp) are within 2 units in the last place.
template <class T>
struct Lanes {
  using Tag = hn::ScalableTag<T>;
  using Vector = hn::Vec<Tag>;
  static constexpr Tag tag{};
  static constexpr std::size_t count = hn::MaxLanes(Tag());

  struct Mask {
    hn::Mask<Tag> raw;
    friend HWY_INLINE Mask operator&&(Mask a, Mask b) { return {hn::And(a.raw, b.raw)}; }
    friend HWY_INLINE Mask operator||(Mask a, Mask b) { return {hn::Or(a.raw, b.raw)}; }
    friend HWY_INLINE Mask operator!(Mask a) { return {hn::Not(a.raw)}; }
  };

  Vector raw;

  Lanes() = default;  // as with double: no value
  HWY_INLINE Lanes(Vector v) : raw(v) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> HWY_INLINE Lanes(Number x) : raw(hn::Set(tag, static_cast<T>(x))) {}

  /// @param from  aligned to the vector
  static HWY_INLINE Lanes load(const T* from) { return {hn::Load(tag, from)}; }
  static HWY_INLINE Lanes load_unaligned(const T* from) { return {hn::LoadU(tag, from)}; }
  /// From single precision, widened where T is double.
  static HWY_INLINE Lanes widen(const float* from) {
    if constexpr (std::is_same_v<T, float>)
      return {hn::LoadU(tag, from)};
    else
      return {hn::PromoteTo(tag, hn::LoadU(hn::Rebind<float, Tag>(), from))};
  }
  HWY_INLINE void store(T* to) const { hn::StoreU(raw, tag, to); }

  friend HWY_INLINE Lanes operator+(Lanes a, Lanes b) { return {hn::Add(a.raw, b.raw)}; }
  friend HWY_INLINE Lanes operator-(Lanes a, Lanes b) { return {hn::Sub(a.raw, b.raw)}; }
  friend HWY_INLINE Lanes operator*(Lanes a, Lanes b) { return {hn::Mul(a.raw, b.raw)}; }
  friend HWY_INLINE Lanes operator/(Lanes a, Lanes b) { return {hn::Div(a.raw, b.raw)}; }
  friend HWY_INLINE Lanes operator/(Lanes a, double b) { return a * Lanes(1.0 / b); }
  friend HWY_INLINE Lanes operator/(double a, Lanes b) { return Lanes(a) / b; }
  friend HWY_INLINE Lanes operator-(Lanes a) { return {hn::Neg(a.raw)}; }
  friend HWY_INLINE Lanes operator+(Lanes a) { return a; }
  HWY_INLINE Lanes& operator+=(Lanes b) { return *this = *this + b; }
  HWY_INLINE Lanes& operator-=(Lanes b) { return *this = *this - b; }
  HWY_INLINE Lanes& operator*=(Lanes b) { return *this = *this * b; }
  HWY_INLINE Lanes& operator/=(Lanes b) { return *this = *this / b; }

  friend HWY_INLINE Mask operator<(Lanes a, Lanes b) { return {hn::Lt(a.raw, b.raw)}; }
  friend HWY_INLINE Mask operator>(Lanes a, Lanes b) { return {hn::Gt(a.raw, b.raw)}; }
  friend HWY_INLINE Mask operator<=(Lanes a, Lanes b) { return {hn::Le(a.raw, b.raw)}; }
  friend HWY_INLINE Mask operator>=(Lanes a, Lanes b) { return {hn::Ge(a.raw, b.raw)}; }
  friend HWY_INLINE Mask operator==(Lanes a, Lanes b) { return {hn::Eq(a.raw, b.raw)}; }
  friend HWY_INLINE Mask operator!=(Lanes a, Lanes b) { return {hn::Ne(a.raw, b.raw)}; }

  friend HWY_INLINE Lanes select(Mask m, Lanes if_true, Lanes if_false) {
    return {hn::IfThenElse(m.raw, if_true.raw, if_false.raw)};
  }
  /// a b + c, fused where the machine fuses.
  friend HWY_INLINE Lanes mul_add(Lanes a, Lanes b, Lanes c) { return {hn::MulAdd(a.raw, b.raw, c.raw)}; }
  friend HWY_INLINE Lanes sqrt(Lanes a) { return {hn::Sqrt(a.raw)}; }
  friend HWY_INLINE Lanes fabs(Lanes a) { return {hn::Abs(a.raw)}; }
  friend HWY_INLINE Lanes abs(Lanes a) { return {hn::Abs(a.raw)}; }
  /// Where either is not a number the result is b.
#if HWY_TARGET == HWY_SCALAR
  friend HWY_INLINE Lanes fmin(Lanes a, Lanes b) { return select(a < b, a, b); }
  friend HWY_INLINE Lanes fmax(Lanes a, Lanes b) { return select(a > b, a, b); }
#else
  friend HWY_INLINE Lanes fmin(Lanes a, Lanes b) { return {hn::Min(a.raw, b.raw)}; }
  friend HWY_INLINE Lanes fmax(Lanes a, Lanes b) { return {hn::Max(a.raw, b.raw)}; }
#endif
  friend HWY_INLINE bool any(Mask m) { return !hn::AllFalse(tag, m.raw); }
  friend HWY_INLINE bool all(Mask m) { return hn::AllTrue(tag, m.raw); }
};

}  // namespace tawara::model::inline TAWARA_ISA
