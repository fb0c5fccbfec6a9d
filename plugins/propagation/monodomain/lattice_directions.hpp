#pragma once
#include <array>
#include <vector>

#include "monodomain/diffusion_tensor.hpp"

namespace tawara::propagation::monodomain {

/// A step of a regular grid from node to node, and what diffuses along it.
struct LatticeDirection {
  std::array<int, 3> offset;  ///< the first that is not 0 is positive
  double rate;                ///< 1/ms, above 0
};

/// A tensor as a sum over directions of the grid: D = sum of rate (H offset)(H offset)^T, H the spacings. At most six
/// directions, none with a rate below 0, along the fibres as well as the grid has them: then no wave sees more
/// diffusion across fibres than there is, as with differences of differences, and V_m has no new extremes. Source:
/// Selling's reduction as in Fehrenbach and Mirebeau, J Math Imaging Vis 2014, section 2.
/// @param D  positive definite @param spacing  mm @param axes  of the grid that have more than one node
[[nodiscard]] std::vector<LatticeDirection> lattice_directions(const DiffusionTensor& D,
                                                               const std::array<double, 3>& spacing,
                                                               const std::array<bool, 3>& axes);

}  // namespace tawara::propagation::monodomain
