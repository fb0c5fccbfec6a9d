#include <algorithm>
#include <cmath>

#include "beats.hpp"
#include "filters.hpp"

namespace tawara::ecg {
namespace {

constexpr std::size_t refractory = 250;  // ms: no heart beats faster than 240 per minute
constexpr std::size_t window = 2000;     // ms: surely holds a beat

/// What the QRS complexes stand out in: squared slope of the band-passed leads, smoothed.
struct Energy {
  std::vector<double> amplitude;  ///< sum of |band-passed lead|
  std::vector<double> energy;
};

Energy qrs_energy(const TwelveLeads& leads) {
  const std::size_t n = leads[0].size();
  Energy result{std::vector<double>(n), std::vector<double>(n)};
  for (const std::size_t l : independent_rows) {
    const auto x = zero_phase(zero_phase(leads[l], Pass::high, 5, rate), Pass::low, 20, rate);
    for (std::size_t j = 0; j < n; ++j) result.amplitude[j] += std::abs(x[j]);
    for (std::size_t j = 2; j + 2 < n; ++j) result.energy[j] += (x[j + 2] - x[j - 2]) * (x[j + 2] - x[j - 2]);
  }
  result.energy = moving_average(result.energy, 50);
  return result;
}

/// Median over windows of their highest energy: a beat's, whatever artefact a few windows hold.
double beat_level(const std::vector<double>& energy) {
  std::vector<double> highest;
  for (std::size_t first = 0; first == 0 || first + window <= energy.size(); first += window)
    highest.push_back(
        *std::max_element(energy.begin() + static_cast<std::ptrdiff_t>(first),
                          energy.begin() + static_cast<std::ptrdiff_t>(std::min(first + window, energy.size()))));
  std::ranges::nth_element(highest, highest.begin() + static_cast<std::ptrdiff_t>(highest.size() / 2));
  return highest[highest.size() / 2];
}

}  // namespace

std::vector<std::size_t> r_peaks(const TwelveLeads& leads) {
  const auto [amplitude, energy] = qrs_energy(leads);
  std::vector<std::size_t> peaks;
  if (energy.empty()) return peaks;
  const double threshold = 0.25 * beat_level(energy);
  if (!(threshold > 0)) return peaks;
  for (std::size_t j = 1; j + 1 < energy.size(); ++j) {
    if (energy[j] < threshold || energy[j] < energy[j - 1] || energy[j] <= energy[j + 1]) continue;
    if (!peaks.empty() && j - peaks.back() < refractory) {
      if (energy[j] > energy[peaks.back()]) peaks.back() = j;
    } else {
      peaks.push_back(j);
    }
  }
  for (std::size_t& peak : peaks) {  // from the middle of the energy to the top of the complex
    const std::size_t first = peak > 60 ? peak - 60 : 0, last = std::min(peak + 61, amplitude.size());
    peak = static_cast<std::size_t>(std::max_element(amplitude.begin() + static_cast<std::ptrdiff_t>(first),
                                                     amplitude.begin() + static_cast<std::ptrdiff_t>(last)) -
                                    amplitude.begin());
  }
  return peaks;
}

}  // namespace tawara::ecg
