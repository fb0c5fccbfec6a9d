#include <algorithm>
#include <cmath>

#include "beats.hpp"

namespace tawara::ecg {
namespace {

std::vector<double> spatial_speed(const TwelveLeads& beat) {
  std::vector<double> speed(beat[0].size());
  for (std::size_t j = 2; j + 2 < speed.size(); ++j) {
    for (const std::size_t l : independent_rows) {
      const double slope = (beat[l][j + 2] - beat[l][j - 2]) / 4;
      speed[j] += slope * slope;
    }
    speed[j] = std::sqrt(speed[j]);
  }
  return speed;
}

/// Walk from `at` by `step` until the speed has stayed below the threshold for 12 ms; where that stretch begins.
std::size_t quiet_from(const std::vector<double>& speed, std::size_t at, int step, double threshold) {
  constexpr int quiet = 12;
  int below = 0;
  auto j = static_cast<std::ptrdiff_t>(at);
  while (j > 0 && j + 1 < static_cast<std::ptrdiff_t>(speed.size()) && below < quiet) {
    j += step;
    below = speed[static_cast<std::size_t>(j)] < threshold ? below + 1 : 0;
  }
  return static_cast<std::size_t>(j - step * below);
}

}  // namespace

QrsBounds qrs_bounds(const TwelveLeads& beat, std::size_t R) {
  const auto speed = spatial_speed(beat);
  const auto from = [&](std::size_t j) {
    return speed.begin() + static_cast<std::ptrdiff_t>(std::min(j, speed.size()));
  };
  const auto fastest = std::max_element(from(R > 80 ? R - 80 : 0), from(R + 81));
  // Noise: the quietest quarter of what precedes the complex, where P wave and complex leave a pause.
  std::vector<double> before(from(R > 200 ? R - 200 : 0), from(R > 40 ? R - 40 : 0));
  std::ranges::sort(before);
  const double noise = before.empty() ? 0 : before[before.size() / 4];
  const auto peak = static_cast<std::size_t>(fastest - speed.begin());
  // The end is sought higher up than the onset: ST segment and T wave are never quite still.
  return {quiet_from(speed, peak, -1, noise + 0.03 * (*fastest - noise)),
          quiet_from(speed, peak, +1, noise + 0.08 * (*fastest - noise)) + 1};
}

}  // namespace tawara::ecg
