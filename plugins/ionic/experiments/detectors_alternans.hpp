#pragma once
#include <limits>
#include <span>
#include <string>

namespace tawara::experiments {

/// When durations that go up and down count as alternans.
struct AlternansCriteria {
  int beats = 10;        ///< the last so many are looked at; at least 3
  double threshold = 5;  ///< ms, of the amplitude
};

/// Beat-to-beat alternation of a duration, d_i = D_(i+1) - D_i over the last `beats` beats.
struct Alternans {
  /// Long minus short, ms: the mean of (-1)^i d_i over the last even number of differences, never negative. Slow drift,
  /// the same from beat to beat, cancels in it.
  double amplitude = std::numeric_limits<double>::quiet_NaN();
  bool alternating = false;  ///< every d_i has the opposite sign of the one before
  bool present = false;      ///< alternating, and amplitude >= threshold
  std::string problem;       ///< why there is no answer: too few beats, a beat without the duration
};

/// @param durations  of consecutive beats (APD90), ms; NaN where a beat has none
/// @throws Error  criteria with less than 3 beats
[[nodiscard]] Alternans alternans_of(std::span<const double> durations, const AlternansCriteria& criteria = {});

}  // namespace tawara::experiments
