#include "recordings/resample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tawara/error.hpp"

namespace tawara::recordings {
namespace {

constexpr double same_time = 1e-6;  ///< ms; what decimal times and sums of steps differ by

/// ms from a wanted time to its nearer neighbour.
double spacing_at(std::span<const double> wanted, std::size_t w) {
  double nearest = std::numeric_limits<double>::infinity();
  if (w > 0) nearest = wanted[w] - wanted[w - 1];
  if (w + 1 < wanted.size()) nearest = std::min(nearest, wanted[w + 1] - wanted[w]);
  return nearest;
}

}  // namespace

std::vector<float> resample(std::span<const double> times, std::span<const float> values,
                            std::span<const double> wanted) {
  if (times.size() != values.size() || times.empty())
    throw DataError(fmt::format("a recording of {} values at {} times", values.size(), times.size()));
  std::vector<float> result;
  result.reserve(wanted.size());
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    const double t = wanted[w];
    // The last sample stands for the time until the next would come: n samples of a rate are n spacings long.
    const double after_last = times.size() > 1 ? times.back() - times[times.size() - 2] : 0;
    if (!(t >= times.front() - same_time && t <= times.back() + after_last + same_time))
      throw DataError(
          fmt::format("a sample at {:g} ms is wanted, but the recording is from {:g} to {:g} ms; record the whole "
                      "command, or check where it begins in the file",
                      t, times.front(), times.back()));
    if (t >= times.back()) {
      result.push_back(values.back());
      continue;
    }
    const auto after =
        static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), t - same_time) - times.begin());
    if (std::fabs(times[after] - t) <= same_time) {
      result.push_back(values[after]);
      continue;
    }
    const double before_t = times[after - 1], gap = times[after] - before_t, needed = spacing_at(wanted, w);
    if (gap > needed + same_time)
      throw DataError(
          fmt::format("the recording is too coarse: around {:g} ms its samples are {:g} ms apart, and {:g} ms are "
                      "needed there ({:g} kHz); record at {:g} kHz or more, or learn with fewer samples",
                      t, gap, needed, 1 / needed, 1 / needed));
    const double part = (t - before_t) / gap;
    result.push_back(static_cast<float>((1 - part) * static_cast<double>(values[after - 1]) +
                                        part * static_cast<double>(values[after])));
  }
  return result;
}

}  // namespace tawara::recordings
