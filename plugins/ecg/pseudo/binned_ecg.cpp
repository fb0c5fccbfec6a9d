#include "binned_ecg.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "binned_kernel.hpp"

namespace tawara::ecg {
namespace {

/// LAT - upstroke (ms), limited to shifts beyond which nothing changes: later than the ECG's end, or over before it
/// begins.
double shift(float LAT, const ApTable& AP, std::size_t n_samples) {
  return std::clamp(static_cast<double>(LAT) - AP.upstroke, -static_cast<double>(AP.n_samples - 1),
                    static_cast<double>(n_samples));
}

}  // namespace

void sort_into_bins(const Activation& activation, const ApTable& AP, std::size_t n_samples, Bins& bins) {
  const std::size_t n = activation.LAT.size();
  bins.keys.resize(n);
  bins.order.resize(n);
  bins.late.resize(n);
  const auto [lowest, highest] = std::minmax_element(activation.LAT.begin(), activation.LAT.end());
  bins.first_bin = static_cast<int>(std::floor(shift(*lowest, AP, n_samples)));
  const int last_bin = static_cast<int>(std::floor(shift(*highest, AP, n_samples)));
  bins.n_bins = static_cast<std::size_t>(last_bin - bins.first_bin + 2);

  bins.starts.assign(AP.n_entries * bins.n_bins + 2, 0);
  for (std::size_t x = 0; x < n; ++x) {
    const auto bin = static_cast<std::uint32_t>(static_cast<int>(std::floor(shift(activation.LAT[x], AP, n_samples))) -
                                                bins.first_bin);
    bins.keys[x] = static_cast<std::uint32_t>(activation.AP_entry[x]) * static_cast<std::uint32_t>(bins.n_bins) + bin;
    ++bins.starts[bins.keys[x] + 2];
  }
  // Counting sort: starts[key + 1] runs from the first to one past the last place of the key's nodes.
  for (std::size_t key = 2; key < bins.starts.size(); ++key) bins.starts[key] += bins.starts[key - 1];
  for (std::size_t x = 0; x < n; ++x) {
    const std::uint32_t place = bins.starts[bins.keys[x] + 1]++;
    const double s = shift(activation.LAT[x], AP, n_samples);
    bins.order[place] = static_cast<std::uint32_t>(x);
    bins.late[place] = static_cast<float>(s - std::floor(s));
  }
}

PaddedAps::PaddedAps(const ApTable& AP, std::size_t n_samples)
    : n_entries_(AP.n_entries), before_(n_samples + 1), row_(before_ + n_samples + AP.n_samples) {
  values_.resize(n_entries_ * row_);
  // Any common reference will do (lead fields sum to zero); one near rest keeps rounding small.
  const float V_reference = AP.values[0];
  for (std::size_t e = 0; e < n_entries_; ++e)
    for (std::size_t i = 0; i < row_; ++i) {
      const std::size_t j = i < before_ ? 0 : std::min(i - before_, AP.n_samples - 1);
      values_[e * row_ + i] = AP.values[e * AP.n_samples + j] - V_reference;
    }
}

BinnedLeads::BinnedLeads(std::span<const std::vector<double>> fields, std::span<const Segment> pieces)
    : stride_((pieces.size() * n_independent + 15) / 16 * 16) {
  if (pieces.empty()) return;
  origin_ = pieces[0].first;
  const std::size_t n_nodes = fields[static_cast<std::size_t>(pieces[0].passes)].size() / n_independent;
  weights_.resize(n_nodes * stride_);
  for (std::size_t s = 0; s < pieces.size(); ++s) {
    first_.push_back(pieces[s].first - origin_);
    last_.push_back(pieces[s].last - origin_);
    const std::vector<double>& L = fields[static_cast<std::size_t>(pieces[s].passes)];
    for (std::size_t x = 0; x < n_nodes; ++x)
      for (std::size_t l = 0; l < n_independent; ++l)
        weights_[x * stride_ + s * n_independent + l] = static_cast<float>(L[x * n_independent + l]);
  }
}

void BinnedLeads::evaluate(Bins& bins, const PaddedAps& AP, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  if (first_.empty()) return;
  bins.sums.resize(std::max(bins.sums.size(), bins.n_bins * stride_));
  detail::run({.weights = weights_.data(),
               .stride = stride_,
               .first = first_.data(),
               .last = last_.data(),
               .n_segments = first_.size(),
               .starts = bins.starts.data(),
               .order = bins.order.data(),
               .late = bins.late.data(),
               .n_entries = AP.n_entries(),
               .n_bins = bins.n_bins,
               .AP = AP.at(0, static_cast<std::ptrdiff_t>(origin_) - bins.first_bin),
               .AP_row = AP.row(),
               .sums = bins.sums.data(),
               .out = out.data()});
}

}  // namespace tawara::ecg
