#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "action_potentials.hpp"
#include "lead_field.hpp"

namespace tawara::ecg {

/// The fast way from activation to ECG, in single precision. Nothing is approximated: a node activated at k + f ms with
/// a linearly interpolated action potential equals a share 1 - f of a node at k and a share f of one at k + 1. So nodes
/// are sorted by (entry, whole ms of LAT), their lead fields are summed per bin, and each bin meets its action
/// potential once. The cost is that of reading the folded lead fields, hardly that of arithmetic.

/// One row's nodes sorted by (entry, bin). Scratch of one worker, reused from row to row.
struct Bins {
  int first_bin = 0;                  ///< ms: the shift LAT - upstroke of bin 0
  std::size_t n_bins = 0;             ///< per entry; the last one only ever receives shares f
  std::vector<std::uint32_t> starts;  ///< n_entries * n_bins + 1 offsets into order
  std::vector<std::uint32_t> order;   ///< nodes, ascending inside a bin: sums have one order
  std::vector<float> late;            ///< f of order[i]
  std::vector<std::uint32_t> keys;    ///< by node, while sorting
  std::vector<float> sums;            ///< n_bins x stride: lead fields summed over one entry's bins
};

/// @param activation  usable (first_unusable)
/// @param n_samples   of the ECG: who is activated later than that stays at rest
void sort_into_bins(const Activation& activation, const ApTable& AP, std::size_t n_samples, Bins& bins);

/// The action potentials with their first and last value continued on both sides, above a common reference value.
class PaddedAps {
 public:
  PaddedAps(const ApTable& AP, std::size_t n_samples);
  /// Where sample `position` (may be negative) of entry e is.
  [[nodiscard]] const float* at(std::size_t e, std::ptrdiff_t position) const {
    return values_.data() + e * row_ + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(before_) + position);
  }
  [[nodiscard]] std::size_t row() const { return row_; }
  [[nodiscard]] std::size_t n_entries() const { return n_entries_; }

 private:
  std::size_t n_entries_, before_, row_;
  std::vector<float> values_;
};

/// The folded lead fields of some segments of the ECG, laid out as one contiguous stretch per node.
class BinnedLeads {
 public:
  /// @param fields  L S^m by m  @param pieces consecutive segments
  BinnedLeads(std::span<const std::vector<double>> fields, std::span<const Segment> pieces);

  [[nodiscard]] std::size_t n_samples() const { return last_.empty() ? 0 : last_.back(); }

  /// @param out  n_samples() x 8, overwritten. Same bytes on every instruction set with fused multiply-add.
  void evaluate(Bins& bins, const PaddedAps& AP, std::span<double> out) const;

 private:
  std::size_t origin_ = 0;                 ///< first sample of the first segment
  std::vector<std::size_t> first_, last_;  ///< of each segment, counted from there
  std::size_t stride_ = 0;
  std::vector<float> weights_;
};

}  // namespace tawara::ecg
