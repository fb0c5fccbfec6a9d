#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "monodomain/diffusion_tensor.hpp"
#include "monodomain/grid.hpp"
#include "monodomain/team.hpp"

namespace tawara::propagation::monodomain {

/// How much of a node's change it shares with each neighbour on an axis: the mass matrix along a line is (m, 1 - 2 m,
/// m). 0 is the standard second-order scheme, 1/12 is of fourth order, 1/6 is linear finite elements'.
using NeighbourMass = std::array<double, 3>;

/// Diffusion on a grid: dV/dt = div(D grad V), nothing flowing out of the tissue.
///
/// Along each axis by Crank and Nicolson's step of whole lines, each axis in turn and in the opposite order the next
/// time, so two steps are of second order. Mixed derivatives, if there are any, by explicit midpoint steps between.
/// The sum of V weighted with Grid::volume is kept to rounding. Results do not depend on the number of threads.
class GridDiffusion {
 public:
  /// @param field  one tensor, or one per node (those without tissue are not read)
  /// @param mass   at least 0, below 1/4
  /// @param dt     ms; long steps are taken in several
  /// @throws SolverError  a tensor that is not positive definite, a mass out of range, sizes that do not fit
  GridDiffusion(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass, double dt);

  /// V after dt, in place. @param V  one per node; where there is no tissue nothing changes
  void step(std::span<double> V, Team& team);
  /// Steps that one dt is taken in.
  [[nodiscard]] int sub_steps() const { return sub_steps_; }

 private:
  struct Axis {
    std::size_t axis = 0;
    std::vector<double> shared;              // 4 per row
    std::array<std::vector<double>, 4> own;  // in the sweep's layout
  };
  struct Plane {
    std::size_t a = 0, b = 0;  // its axes
    std::vector<double> D;     // of each cell, at its lowest node; or one
    [[nodiscard]] double at(std::size_t cell) const { return D.size() == 1 ? D[0] : D[cell]; }
  };
  void build_axis(const DiffusionField& field, std::size_t axis, double mass, double dt);
  void build_planes(const DiffusionField& field);
  void sweep(const Axis& axis, std::span<double> V, Team& team);
  void mix(std::span<double> V, double dt, Team& team);
  void mixed_rate(const double* V, double* rate, Team& team) const;
  [[nodiscard]] bool whole_cell(const Plane& plane, std::size_t node) const;

  Grid grid_;
  int sub_steps_ = 1;
  double sub_dt_ = 0;
  bool backwards_ = false;
  std::vector<Axis> axes_;
  std::vector<Plane> planes_;
  std::vector<std::vector<double>> scratch_;  // by thread
  std::vector<double> middle_, rate_;
};

}  // namespace tawara::propagation::monodomain
