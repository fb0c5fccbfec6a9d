#include "experiments/drug_trial/proportion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tawara::experiments {

Proportion proportion_of(std::size_t count, std::size_t n) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (n == 0) return {none, none, none};
  constexpr double z = 1.959963984540054;  // 97.5 % quantile of the normal distribution
  const auto N = static_cast<double>(n);
  const double p = static_cast<double>(count) / N, shrink = 1 / (1 + z * z / N);
  const double middle = shrink * (p + z * z / (2 * N)),
               half = shrink * z * std::sqrt(p * (1 - p) / N + z * z / (4 * N * N));
  // At the ends the formula gives 0 and 1 but for rounding.
  return {p, count == 0 ? 0 : middle - half, count == n ? 1 : middle + half};
}

Quartiles quartiles_of(std::span<const double> values) {
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](double x) { return std::isfinite(x); });
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double p) {
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double at = p * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at), above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
  };
  return {quantile(0.25), quantile(0.5), quantile(0.75)};
}

}  // namespace tawara::experiments
