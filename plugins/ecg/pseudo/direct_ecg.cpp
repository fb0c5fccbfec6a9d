#include "direct_ecg.hpp"

#include <algorithm>

namespace tawara::ecg {

void ecg_of_voltage(std::span<const double> L, std::span<const float> V_m, std::size_t n_samples, std::size_t first,
                    std::size_t last, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  if (V_m.empty()) return;
  // Rows of L sum to zero only up to rounding: measured from a value near rest, that rounding is not multiplied by -85
  // mV.
  const double V_reference = V_m[0];
  const std::size_t n_nodes = L.size() / n_independent;
  for (std::size_t x = 0; x < n_nodes; ++x) {
    const double* weights = &L[x * n_independent];
    const float* V = &V_m[x * n_samples];
    for (std::size_t j = first; j < last; ++j) {
      double* sample = &out[(j - first) * n_independent];
      const double v = V[j] - V_reference;
      for (std::size_t l = 0; l < n_independent; ++l) sample[l] += weights[l] * v;
    }
  }
}

void ecg_of_activation(std::span<const std::vector<double>> fields, std::span<const Segment> pieces,
                       const Activation& activation, const ApTable& AP, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  if (pieces.empty()) return;
  const std::size_t origin = pieces.front().first;
  const double V_reference = AP.values[0];
  for (const Segment& piece : pieces) {
    const std::vector<double>& L = fields[static_cast<std::size_t>(piece.passes)];
    for (std::size_t x = 0; x < activation.LAT.size(); ++x) {
      const double* weights = &L[x * n_independent];
      const auto entry = static_cast<std::size_t>(activation.AP_entry[x]);
      const double start = AP.upstroke - activation.LAT[x];
      for (std::size_t j = piece.first; j < piece.last; ++j) {
        double* sample = &out[(j - origin) * n_independent];
        const double v = AP.at(entry, static_cast<double>(j) + start) - V_reference;
        for (std::size_t l = 0; l < n_independent; ++l) sample[l] += weights[l] * v;
      }
    }
  }
}

}  // namespace tawara::ecg
