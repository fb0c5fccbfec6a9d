#include "apd_field.hpp"

#include <algorithm>
#include <limits>

namespace tawara::propagation {

void apd_field(const ApdCoordinates& x, const ApdGradients& g, double APD_min, double APD_max, std::span<float> APD) {
  const auto ab = static_cast<float>(g.g_ab), pa = static_cast<float>(g.g_pa), tv = static_cast<float>(g.g_tv),
             tm = static_cast<float>(g.g_tm);
  float least = std::numeric_limits<float>::infinity(), greatest = -least;
  for (std::size_t i = 0; i < APD.size(); ++i) {
    const float G = ab * x.ab[i] + pa * x.aprt[i] + tv * x.rvlv[i] + tm * x.tm[i];
    APD[i] = G;
    least = std::min(least, G);
    greatest = std::max(greatest, G);
  }
  const auto from = static_cast<float>(APD_min), range = static_cast<float>(APD_max - APD_min);
  if (!(greatest > least)) {
    std::fill(APD.begin(), APD.end(), from + 0.5f * range);
    return;
  }
  const float scale = range / (greatest - least);
  for (float& a : APD) a = from + scale * (a - least);
}

NearestEntry::NearestEntry(std::span<const double> APD90) {
  constexpr std::size_t bins_per_entry = 4;
  for (const double a : APD90) APD90_.push_back(static_cast<float>(a));
  for (std::size_t k = 0; k + 1 < APD90_.size(); ++k) middle_.push_back(0.5f * (APD90_[k] + APD90_[k + 1]));
  const float range = highest() - lowest();
  const std::size_t n_bins = bins_per_entry * APD90_.size();
  bins_per_ms_ = range > 0 ? static_cast<float>(n_bins) / range : 0;
  std::int32_t entry = 0;
  for (std::size_t b = 0; b <= n_bins; ++b) {
    const float lower = lowest() + range * static_cast<float>(b) / static_cast<float>(n_bins);
    while (entry < static_cast<std::int32_t>(middle_.size()) && lower > middle_[entry]) ++entry;
    at_bin_.push_back(entry);
  }
}

std::int32_t NearestEntry::of(float APD) const {
  const float clamped = std::clamp(APD, lowest(), highest());
  std::int32_t entry = at_bin_[static_cast<std::size_t>((clamped - lowest()) * bins_per_ms_)];
  // The bin says where to look; rounding of its ends may be off by one either way.
  while (entry > 0 && clamped <= middle_[entry - 1]) --entry;
  while (entry < static_cast<std::int32_t>(middle_.size()) && clamped > middle_[entry]) ++entry;
  return entry;
}

}  // namespace tawara::propagation
