#pragma once
#include <span>
#include <vector>

#include "monodomain/grid_diffusion.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"

namespace tawara::propagation::monodomain {

/// A cell model with what it takes to start a wave in it.
struct WaveCell {
  const IonicModel* model;
  const BatchedModel* batched;
  std::vector<double> parameters;  ///< one set
  double threshold = 0;            ///< mV, of activation
};

/// Speed of a plane wave on a grid, m/s, from a cable along one axis: started at one end by twice the model's stimulus,
/// timed over its second half. NaN where no wave gets through.
/// @param D        mm2/ms along the axis
/// @param spacing  mm
/// @param mass     neighbour mass along the axis (grid_diffusion.hpp)
/// @param dt       ms
[[nodiscard]] double cable_speed(const WaveCell& cell, double D, double spacing, double mass, double dt);

/// The neighbour mass with which plane waves along an axis have the speed that they would have on a fine grid in small
/// steps.
///
/// On coarse grids the standard scheme is slow and linear elements are fast, so that between them, or not far off,
/// there is a mass that is neither. Found by bisection on cables; where fourth order is within 0.1 %, that is taken.
/// @return 0 to 0.235; the largest where even that is too slow
[[nodiscard]] double matching_mass(const WaveCell& cell, double D, double spacing, double dt);

}  // namespace tawara::propagation::monodomain
