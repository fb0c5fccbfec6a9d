#include "voltage.hpp"

#include <algorithm>
#include <vector>

namespace tawara::propagation {

double unsmoothed_V_m(const Repolarisation& r, std::size_t node, double t) {
  const float* AP = r.AP.data() + static_cast<std::size_t>(r.AP_entry[node]) * r.samples;
  const double s = t - static_cast<double>(r.LAT[node]) + r.AP_upstroke;
  if (!(s > 0)) return AP[0];
  if (s >= static_cast<double>(r.samples - 1)) return AP[r.samples - 1];
  const auto j = static_cast<std::size_t>(s);
  const double f = s - static_cast<double>(j);
  return (1 - f) * AP[j] + f * AP[j + 1];
}

void reaction_eikonal_V_m(const Repolarisation& r, const SmoothingMatrix& S, std::span<const double> t,
                          std::span<const std::int32_t> passes, std::span<float> V_m,
                          const std::function<void()>& pause) {
  constexpr std::size_t widest = 20;  // samples smoothed together: enough to reuse each weight, small enough for cache
  const std::size_t n = r.LAT.size(), n_samples = t.size();
  std::vector<float> now(n * widest), next(n * widest);
  for (std::size_t first = 0; first < n_samples;) {
    std::size_t last = first + 1;
    while (last < n_samples && last - first < widest && passes[last] == passes[first]) ++last;
    const std::size_t width = last - first;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < width; ++j) {
        now[i * width + j] = static_cast<float>(unsmoothed_V_m(r, i, t[first + j]));
      }
    }
    for (std::int32_t pass = 0; pass < passes[first]; ++pass) {
      pause();
      smooth(S, width, now, next);
      now.swap(next);
    }
    for (std::size_t i = 0; i < n; ++i) std::copy_n(&now[i * width], width, &V_m[i * n_samples + first]);
    first = last;
  }
}

}  // namespace tawara::propagation
