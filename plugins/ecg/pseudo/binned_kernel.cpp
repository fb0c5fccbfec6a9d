#include "binned_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pseudo/binned_kernel.cpp"  // relative to plugins/ecg, on the include path
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tawara::ecg::detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows of `weights` come in an order the hardware cannot foresee; we can.
HWY_ATTR void prefetch_row(const BinnedTask& task, std::size_t i) {
  const float* row = task.weights + task.order[i] * task.stride;
  for (std::size_t k = 0; k < task.stride; k += 16) __builtin_prefetch(row + k);
}

/// sums[bin] += (1 - f) weights, sums[bin + 1] += f weights over the nodes of one bin. Element by element in node
/// order, so that the width of a vector does not show in the result.
HWY_ATTR void add_nodes(const BinnedTask& task, std::size_t bin, std::size_t begin, std::size_t end, std::size_t all) {
  const hn::ScalableTag<float> d;
  float* HWY_RESTRICT here = task.sums + bin * task.stride;
  float* HWY_RESTRICT next = here + task.stride;
  constexpr std::size_t ahead = 8;
  for (std::size_t i = begin; i < end; ++i) {
    if (i + ahead < all) prefetch_row(task, i + ahead);
    const float* HWY_RESTRICT row = task.weights + task.order[i] * task.stride;
    const auto late = hn::Set(d, task.late[i]);
    const auto early = hn::Set(d, 1.0f - task.late[i]);
    for (std::size_t k = 0; k < task.stride; k += hn::Lanes(d)) {
      const auto w = hn::LoadU(d, row + k);
      hn::StoreU(hn::MulAdd(early, w, hn::LoadU(d, here + k)), d, here + k);
      hn::StoreU(hn::MulAdd(late, w, hn::LoadU(d, next + k)), d, next + k);
    }
  }
}

/// Samples j .. j + count - 1 of one segment: out[j] += sum over bins of sums[bin] AP[j - bin], one lane per lead.
/// Summed in single precision inside an entry only.
template <std::size_t count>
HWY_ATTR void add_samples(const BinnedTask& task, std::size_t segment, const float* HWY_RESTRICT AP,
                          std::size_t first_bin, std::size_t end_bin, std::size_t j) {
  const hn::CappedTag<float, 8> d;
  constexpr std::size_t lanes = hn::MaxLanes(d);
  for (std::size_t l = 0; l < 8; l += lanes) {
    hn::Vec<decltype(d)> sample[count];
    for (std::size_t t = 0; t < count; ++t) sample[t] = hn::Zero(d);
    const float* HWY_RESTRICT sums = task.sums + first_bin * task.stride + segment * 8 + l;
    for (std::size_t bin = first_bin; bin < end_bin; ++bin, sums += task.stride) {
      const auto w = hn::LoadU(d, sums);
      const float* HWY_RESTRICT V = AP + j - bin;
      for (std::size_t t = 0; t < count; ++t) sample[t] = hn::MulAdd(hn::Set(d, V[t]), w, sample[t]);
    }
    float values[count * lanes];
    for (std::size_t t = 0; t < count; ++t) hn::StoreU(sample[t], d, values + t * lanes);
    for (std::size_t t = 0; t < count; ++t)
      for (std::size_t k = 0; k < lanes; ++k) task.out[(j + t) * 8 + l + k] += values[t * lanes + k];
  }
}

HWY_ATTR void add_entry(const BinnedTask& task, std::size_t e, std::size_t all) {
  const std::uint32_t* starts = task.starts + e * task.n_bins;
  if (starts[0] == starts[task.n_bins]) return;
  std::size_t first_bin = 0, last_bin = task.n_bins - 1;
  while (starts[first_bin + 1] == starts[0]) ++first_bin;
  while (starts[last_bin] == starts[task.n_bins]) --last_bin;
  const std::size_t end_bin = last_bin + 2;  // the last one's shares f go one further
  for (std::size_t k = first_bin * task.stride; k < end_bin * task.stride; ++k) task.sums[k] = 0;
  for (std::size_t bin = first_bin; bin <= last_bin; ++bin) add_nodes(task, bin, starts[bin], starts[bin + 1], all);

  const float* AP = task.AP + e * task.AP_row;
  for (std::size_t s = 0; s < task.n_segments; ++s) {
    // Ten running sums hide the latency of the additions and fit the 16 registers of AVX2.
    std::size_t j = task.first[s];
    for (; j + 10 <= task.last[s]; j += 10) add_samples<10>(task, s, AP, first_bin, end_bin, j);
    for (; j < task.last[s]; ++j) add_samples<1>(task, s, AP, first_bin, end_bin, j);
  }
}

HWY_ATTR void run_all(const BinnedTask& task) {
  const std::size_t all = task.starts[task.n_entries * task.n_bins];
  for (std::size_t e = 0; e < task.n_entries; ++e) add_entry(task, e, all);
}

}  // namespace tawara::ecg::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "instruction_sets.hpp"

namespace tawara::ecg {
namespace detail {
HWY_EXPORT(run_all);
void run(const BinnedTask& task) { HWY_DYNAMIC_DISPATCH(run_all)(task); }
}  // namespace detail

std::vector<std::int64_t> instruction_sets() { return hwy::SupportedAndGeneratedTargets(); }
std::string instruction_set_name(std::int64_t target) { return hwy::TargetName(target); }
bool fuses_multiply_add(std::int64_t target) { return target <= HWY_AVX2; }
void force_instruction_set(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().DeInit();
}
}  // namespace tawara::ecg
#endif
