#include <cmath>
#include <numbers>

#include "electrode_set.hpp"

namespace tawara::ecg {

ElectrodeSet electrodes_by_rule(const Point& heart, const TorsoRule& rule) {
  const Point axis = {heart[0] - rule.heart_left, heart[1] + rule.heart_front, heart[2]};
  ElectrodeSet electrodes;
  for (std::size_t e = 0; e < n_electrodes; ++e) {
    const double angle = torso_table[e].angle * std::numbers::pi / 180;
    electrodes[e] =
        axis + Point{rule.half_width * std::sin(angle), -rule.half_depth * std::cos(angle), torso_table[e].height};
  }
  return electrodes;
}

}  // namespace tawara::ecg
