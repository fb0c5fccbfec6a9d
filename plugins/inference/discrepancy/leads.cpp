#include "leads.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "tawara/error.hpp"

namespace tawara::discrepancy {
namespace {

double baseline(std::span<const double> lead) { return 0.5 * (lead[0] + lead[lead.size() - 2]); }

struct Extremes {
  double min, max;
};

Extremes extremes(std::span<const double> lead, std::size_t n) {
  const auto [low, high] = std::minmax_element(lead.begin(), lead.begin() + static_cast<std::ptrdiff_t>(n));
  return {*low, *high};
}

}  // namespace

LeadsView view(const Array& leads, std::size_t longest, const char* whose) {
  const auto& shape = leads.shape();
  if (shape.size() != 2 || shape[0] != n_leads || shape[1] < 3) {
    std::string found;
    for (const std::size_t extent : shape) found += (found.empty() ? "" : " x ") + std::to_string(extent);
    throw DataError(std::string(whose) + " leads are an array of " + (found.empty() ? "one number" : found) +
                    "; expected 12 leads (I II III aVR aVL aVF V1-V6) x at least 3 samples");
  }
  return {leads.span<double>().data(), shape[1], std::min(shape[1], longest)};
}

Polarity polarity(LeadsView raw, std::size_t n_qrs) {
  Polarity upwards{};
  for (std::size_t l = 0; l < n_leads; ++l) {
    const auto lead = raw.lead(l);
    const auto [low, high] = extremes(lead, std::min(n_qrs, raw.n));
    upwards[l] = std::abs(high - baseline(lead)) >= std::abs(low - baseline(lead));
  }
  return upwards;
}

Normalisation normalisation(LeadsView raw, const Polarity& observed_polarity, std::size_t n_qrs) {
  Normalisation out;
  std::array<double, n_leads> amplitude{};
  for (std::size_t l = 0; l < n_leads; ++l) {
    const auto lead = raw.lead(l);
    out.baseline[l] = baseline(lead);
    const auto [low, high] = extremes(lead, std::min(n_qrs, raw.n));
    amplitude[l] = std::abs((observed_polarity[l] ? high : low) - out.baseline[l]);
  }
  double chest = 0;
  for (std::size_t l = 6; l < n_leads; ++l) chest += amplitude[l] / 6;
  const double limb = 0.5 * (amplitude[0] + amplitude[1]);
  for (std::size_t l = 0; l < n_leads; ++l) {
    const double group = l < 6 ? limb : chest;
    out.scale[l] = group > 0 ? group : 1;
  }
  return out;
}

void normalise(LeadsView raw, const Normalisation& how, std::size_t lead, std::span<double> out) {
  const auto from = raw.lead(lead);
  const std::size_t n = std::min(from.size(), out.size());
  for (std::size_t i = 0; i < n; ++i) out[i] = (from[i] - how.baseline[lead]) / how.scale[lead];
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), out[n - 1]);
}

}  // namespace tawara::discrepancy
