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

/// The neighbour masses with which plane waves along an axis have the speed that they would have on a fine grid in
/// small steps, over spacing/sqrt(D): for waves it does not matter how large both are.
///
/// On coarse grids the standard scheme is slow and linear elements are less so or fast, so that there is a mass that is
/// neither. Found by bisection on cables, within 1 s; where fourth order is within 0.1 %, that is taken.
/// @param dt  ms, of the steps that it is for
/// @throws SolverError  no wave gets through a fine cable
[[nodiscard]] NeighbourMass matching_mass(const WaveCell& cell, double dt);

}  // namespace tawara::propagation::monodomain
