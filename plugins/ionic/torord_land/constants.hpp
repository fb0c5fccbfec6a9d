#pragma once
#include <array>

#include "torord/constants.hpp"

namespace tawara::torord_land {

using torord::Layer;
using torord::Sex;

/// The constants that differ between cells. Everything else of the contraction stands in equations.hpp.
struct Constants {
  torord::Constants cell;
  double k_TRPN = 0.1;  ///< 1/ms, rate at which calcium leaves troponin
};

[[nodiscard]] Constants land_constants_for(Sex, Layer);

constexpr int n_states = 49;

/// Published initial state of each layer, the same for every sex (authors' steady states at 1 Hz).
[[nodiscard]] const std::array<double, n_states>& land_initial_state(Layer);

}  // namespace tawara::torord_land
