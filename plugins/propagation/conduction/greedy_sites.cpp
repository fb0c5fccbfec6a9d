#include "greedy_sites.hpp"

#include <algorithm>
#include <tuple>

namespace tawara::propagation {

std::vector<std::int32_t> greedy_sites(std::span<const double> nodes, std::span<const double> ab,
                                       std::span<const std::int32_t> surface, double spacing, double ab_max) {
  std::vector<std::int32_t> walk(surface.begin(), surface.end());
  std::sort(walk.begin(), walk.end());
  walk.erase(std::unique(walk.begin(), walk.end()), walk.end());
  std::erase_if(walk, [&](std::int32_t i) { return !(ab[i] <= ab_max); });
  const auto key = [&](std::int32_t i) { return std::tuple(ab[i], nodes[3 * i], nodes[3 * i + 1], nodes[3 * i + 2]); };
  std::sort(walk.begin(), walk.end(), [&](std::int32_t a, std::int32_t b) { return key(a) < key(b); });

  const auto apart = [&](std::int32_t a, std::int32_t b) {
    const double x = nodes[3 * a] - nodes[3 * b], y = nodes[3 * a + 1] - nodes[3 * b + 1],
                 z = nodes[3 * a + 2] - nodes[3 * b + 2];
    return x * x + y * y + z * z > spacing * spacing;
  };
  std::vector<std::int32_t> kept;
  for (const std::int32_t i : walk) {
    if (std::all_of(kept.begin(), kept.end(), [&](std::int32_t k) { return apart(i, k); })) kept.push_back(i);
  }
  return kept;
}

}  // namespace tawara::propagation
