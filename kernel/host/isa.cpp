#include "kernel/host/isa.hpp"

#include <fmt/format.h>
#include <hwy/targets.h>

#include <array>
#include <utility>

#include "tawara/error.hpp"

namespace tawara {

// Highway's choice is one per process and shared by all plugins (they link the same libhwy).
void choose_isa(const std::string& name) {
  if (name.empty()) return;
  constexpr std::array<std::pair<const char*, std::int64_t>, 4> known{
      {{"scalar", HWY_EMU128 | HWY_SCALAR}, {"sse4", HWY_SSE4}, {"avx2", HWY_AVX2}, {"avx512", HWY_AVX3}}};
  for (const auto& [isa, targets] : known) {
    if (name != isa) continue;
    const std::int64_t available = hwy::SupportedTargets() | HWY_EMU128 | HWY_SCALAR;
    if (!(available & targets)) throw Error(fmt::format("run.isa: this CPU has no {}; leave run.isa out", name));
    hwy::SetSupportedTargetsForTest(targets);
    return;
  }
  throw Error(fmt::format("run.isa: no instruction set '{}'; there are scalar, sse4, avx2, avx512", name));
}

std::string chosen_isa() {
  const std::int64_t targets = hwy::SupportedTargets();
  return hwy::TargetName(targets & -targets);  // the lowest bit is the best
}

}  // namespace tawara
