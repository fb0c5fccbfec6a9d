#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tawara::ecg {

/// A dictionary of action potentials sampled every ms and the time within a row at which they take off.
struct ApTable {
  std::span<const float> values;  ///< n_entries x n_samples, mV
  std::size_t n_entries;
  std::size_t n_samples;
  double upstroke;  ///< ms

  /// V of entry e at sample position s (ms, fractional): linear between samples, first and last value outside.
  [[nodiscard]] double at(std::size_t e, double s) const {
    const float* row = &values[e * n_samples];
    const auto last = static_cast<double>(n_samples - 1);
    if (!(s > 0)) return row[0];
    if (s >= last) return row[n_samples - 1];
    const auto j = static_cast<std::size_t>(s);
    const double f = s - static_cast<double>(j);
    return (1 - f) * row[j] + f * row[j + 1];
  }
};

/// What a node does: when it is activated and which action potential it then has.
struct Activation {
  std::span<const float> LAT;              ///< n, ms; +infinity: never
  std::span<const std::int32_t> AP_entry;  ///< n, row of the table
};

/// The first node whose LAT is NaN or whose entry is not in the table; n_nodes when all are fine.
[[nodiscard]] inline std::size_t first_unusable(const Activation& a, std::size_t n_entries) {
  std::size_t i = 0;
  while (i < a.LAT.size() && a.LAT[i] == a.LAT[i] && a.AP_entry[i] >= 0 &&
         static_cast<std::size_t>(a.AP_entry[i]) < n_entries)
    ++i;
  return i;
}

}  // namespace tawara::ecg
