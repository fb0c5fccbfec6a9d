#pragma once
#include <algorithm>
#include <limits>
#include <span>

namespace tawara::propagation {

/// Splits the range of arrival times into slices so thin (0.05 ms for a heart) that no front crosses an element within
/// one: updates inside a slice may be made in any order, all from the times before it. That makes the ordered pass
/// independent of element numbering and of how many updates are made at once.
template <class Real>
class ArrivalBuckets {
 public:
  static constexpr int count = 2048;
  explicit ArrivalBuckets(std::span<const Real> times) {
    Real last = -std::numeric_limits<Real>::infinity();
    first_ = std::numeric_limits<Real>::infinity();
    for (const Real t : times) {
      first_ = std::min(first_, t);
      if (t < std::numeric_limits<Real>::infinity()) last = std::max(last, t);
    }
    per_time_ = last > first_ ? count / (last - first_) : 0;
  }
  /// @param time  finite
  [[nodiscard]] int of(Real time) const { return std::min(static_cast<int>((time - first_) * per_time_), count - 1); }
  [[nodiscard]] Real first() const { return first_; }
  [[nodiscard]] Real per_time() const { return per_time_; }

 private:
  Real first_, per_time_;
};

}  // namespace tawara::propagation
