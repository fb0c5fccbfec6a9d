#pragma once
#include <cstddef>
#include <cstdint>

namespace tawara::ecg::detail {

/// What the vector kernel sees of BinnedLeads::evaluate: plain pointers, so that nothing of the standard library is
/// compiled for one instruction set and then picked by the linker for all.
struct BinnedTask {
  const float* weights;      ///< n_nodes x stride
  std::size_t stride;        ///< floats per node, a multiple of 16: 8 per segment and padding
  const std::size_t* first;  ///< per segment, samples counted from the first segment's first
  const std::size_t* last;
  std::size_t n_segments;
  const std::uint32_t* starts;  ///< n_entries * n_bins + 1
  const std::uint32_t* order;
  const float* late;
  std::size_t n_entries, n_bins;
  const float* AP;  ///< sample of entry 0 that bin 0 shows at the first segment's first sample
  std::size_t AP_row;
  float* sums;  ///< n_bins x stride
  double* out;  ///< samples x 8, zeroed
};

/// The best variant for this machine.
void run(const BinnedTask& task);

}  // namespace tawara::ecg::detail
