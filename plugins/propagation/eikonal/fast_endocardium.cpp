#include "fast_endocardium.hpp"

namespace tawara::propagation {

namespace {
constexpr double ab_ceiling = 0.9, lv_apical = 0.4, rv_apical = 0.2, free_wall_first = 0.2, free_wall_last = 0.5;
}

std::vector<std::uint8_t> fast_endocardial_sets(std::span<const double> ab, std::span<const double> rt,
                                                std::span<const std::int32_t> lv_endo,
                                                std::span<const std::int32_t> rv_endo) {
  std::vector<std::uint8_t> sets(ab.size(), 0);
  for (const std::int32_t i : lv_endo) {
    if (ab[i] <= ab_ceiling) sets[i] |= ab[i] <= lv_apical ? lv_dense : lv_sparse;
  }
  for (const std::int32_t i : rv_endo) {
    if (ab[i] > ab_ceiling) continue;
    const bool free_wall = rt[i] >= free_wall_first && rt[i] <= free_wall_last;
    sets[i] |= ab[i] <= rv_apical || free_wall ? rv_dense : rv_sparse;
  }
  return sets;
}

}  // namespace tawara::propagation
