#include "experiments/detectors_alternans.hpp"

#include <fmt/format.h>

#include <cmath>

#include "tawara/error.hpp"

namespace tawara::experiments {

Alternans alternans_of(std::span<const double> durations, const AlternansCriteria& criteria) {
  if (criteria.beats < 3)
    throw Error(fmt::format("alternans in {} beats; expected at least 3, so that a duration can go up and down",
                            criteria.beats));
  const auto n = static_cast<std::size_t>(criteria.beats);
  Alternans result;
  if (durations.size() < n) {
    result.problem = fmt::format("only {} of {} beats", durations.size(), n);
    return result;
  }
  const auto last = durations.last(n);
  for (std::size_t i = 0; i < n; ++i)
    if (!std::isfinite(last[i])) {
      result.problem = fmt::format("beat {} of {} has no duration", durations.size() - n + i + 1, durations.size());
      return result;
    }
  result.alternating = true;
  for (std::size_t i = 2; i < n; ++i)
    result.alternating = result.alternating && (last[i] - last[i - 1]) * (last[i - 1] - last[i - 2]) < 0;
  const std::size_t differences = (n - 1) / 2 * 2;
  double sum = 0;
  for (std::size_t k = 0; k < differences; ++k) {
    const std::size_t i = n - 1 - k;
    sum += (k % 2 ? -1 : 1) * (last[i] - last[i - 1]);
  }
  result.amplitude = std::fabs(sum) / static_cast<double>(differences);
  result.present = result.alternating && result.amplitude >= criteria.threshold;
  return result;
}

}  // namespace tawara::experiments
