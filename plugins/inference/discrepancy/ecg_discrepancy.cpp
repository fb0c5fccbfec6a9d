#include "ecg_discrepancy.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "tawara/error.hpp"

namespace tawara::discrepancy {
namespace {

constexpr double weight_correlation = 100, weight_rmse = 2;

// Square roots of differences that should be 0 leave errors of about sqrt(epsilon) in the bound; this much, relative
// and absolute, is given away so that rounding never abandons what would have been accepted.
constexpr double rounding = 1e-6;

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

struct Moments {
  double xx = 0, yy = 0, xy = 0;  // sums of products about the means
};

Moments moments(std::span<const double> x, std::span<const double> y) {
  const double x_mean = mean(x), y_mean = mean(y);
  Moments m;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - x_mean, dy = y[i] - y_mean;
    m.xx += dx * dx;
    m.yy += dy * dy;
    m.xy += dx * dy;
  }
  return m;
}

// Rounding leaves a "flat" lead a variance of about (epsilon x)^2 per sample.
bool flat(std::span<const double> x, double sum_squares) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const double size = std::max(std::abs(*low), std::abs(*high));
  return sum_squares <= 1e-24 * size * size * static_cast<double>(x.size());
}

}  // namespace

void Target::assign(LeadsView observed, std::size_t length) {
  length_ = length;
  samples_.resize(leads_.size() * length);
  peak_.resize(leads_.size());
  squares_.resize(leads_.size());
  polarity_ = discrepancy::polarity(observed, n_qrs_);
  const Normalisation how = normalisation(observed, polarity_, n_qrs_);
  for (std::size_t k = 0; k < leads_.size(); ++k) {
    const std::span<double> lead(samples_.data() + k * length, length);
    normalise(observed, how, leads_[k], lead);
    const Moments m = moments(lead, lead);
    const std::string name = lead_names[leads_[k]];
    if (!std::isfinite(m.xx))
      throw DataError("the observed lead " + name + " (or the leads it is scaled by) is not finite");
    if (flat(lead, m.xx))
      throw DataError("the observed lead " + name +
                      " is flat, so nothing can be compared with it; leave it out of `leads`");
    squares_[k] = m.xx;
    peak_[k] = 0;
    for (const double v : lead) peak_[k] = std::max(peak_[k], std::abs(v));
  }
}

LeadFit compare(std::span<const double> simulated, std::span<const double> observed, double observed_peak) {
  const Moments m = moments(simulated, observed);
  double squares = 0;
  for (std::size_t i = 0; i < simulated.size(); ++i)
    squares += (simulated[i] - observed[i]) * (simulated[i] - observed[i]);
  return {.pcc = flat(simulated, m.xx) ? 0 : m.xy / std::sqrt(m.xx * m.yy),
          .rmse = std::sqrt(squares / static_cast<double>(simulated.size())) / observed_peak};
}

Fit ecg_discrepancy(LeadsView simulated, const Target& target, std::span<double> scratch, std::span<LeadFit> lead_fits,
                    std::span<double> compared) {
  const Normalisation how = normalisation(simulated, target.polarity(), target.n_qrs());
  const std::span<double> lead = scratch.first(target.length());
  double misfit = 0, rmse = 0, pcc = 0;
  for (std::size_t k = 0; k < target.leads().size(); ++k) {
    normalise(simulated, how, target.leads()[k], lead);
    const LeadFit fit = compare(lead, target.lead(k), target.peak(k));
    if (!lead_fits.empty()) lead_fits[k] = fit;
    if (!compared.empty())
      std::copy(lead.begin(), lead.end(), compared.begin() + static_cast<std::ptrdiff_t>(k * lead.size()));
    misfit += (1 - fit.pcc) * (1 - fit.pcc);
    rmse += fit.rmse;
    pcc += fit.pcc;
  }
  const double n = static_cast<double>(target.leads().size());
  return {.discrepancy = weight_correlation * misfit / n + weight_rmse * rmse / n, .pcc = pcc / n};
}

double lower_bound(LeadsView qrs, const Target& target) {
  const std::size_t n = std::min(qrs.n, target.length());
  double misfit = 0, rmse = 0;
  for (std::size_t k = 0; k < target.leads().size(); ++k) {
    const auto x = qrs.lead(target.leads()[k]).first(n);
    const Moments m = moments(x, target.lead(k).first(n));
    const bool helps = m.xy > 0 && m.xx > 0;
    const double residual = std::max(0.0, helps ? m.yy - m.xy * m.xy / m.xx : m.yy);
    const double pcc = std::sqrt(std::max(0.0, 1 - residual / target.sum_squares(k)));
    misfit += (1 - pcc) * (1 - pcc);
    rmse += std::sqrt(residual / static_cast<double>(target.length())) / target.peak(k);
  }
  const double leads = static_cast<double>(target.leads().size());
  return (weight_correlation * misfit / leads + weight_rmse * rmse / leads) * (1 - rounding) - rounding;
}

}  // namespace tawara::discrepancy
