#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monodomain/diffusion_tensor.hpp"
#include "monodomain/grid.hpp"
#include "monodomain/neighbour_mass.hpp"
#include "monodomain/team.hpp"

namespace tawara::propagation::monodomain {

/// Diffusion on a grid: dV/dt = div(D grad V), nothing flowing out of the tissue.
///
/// The tensor is taken apart into directions of the grid (lattice_directions.hpp). Along each, whole lines make a step
/// of Crank and Nicolson, one direction after the other and the next time in the opposite order, so two steps are of
/// second order. The sum of V weighted with Grid::volume is kept to rounding. Results do not depend on the number of
/// threads.
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
  /// Directions of the grid in use.
  [[nodiscard]] std::size_t directions() const { return families_.size(); }

 private:
  /// All lines in one direction.
  struct Family {
    std::array<int, 3> offset{};
    std::ptrdiff_t stride = 0;  // from node to node
    std::size_t length = 0;     // of the longest line
    // Along an axis where all lines are alike: four coefficients per row. Otherwise each node's own, 16 lines side by
    // side.
    std::vector<double> shared;
    std::array<std::vector<double>, 4> own;
    std::vector<std::uint32_t> starts, lengths, groups;  // by line; by 16 lines: where their rows begin
  };
  void build(Family& family, const std::vector<double>& rates, const DiffusionField& field, const NeighbourMass& mass);
  /// Cut lines where nothing is conducted, and drop what is left of single nodes: most of a direction where fibres
  /// turn.
  void keep_conducting(Family& family, const std::vector<double>& rates) const;
  void sweep(const Family& family, std::span<double> V, Team& team);
  void sweep_groups(const Family& family, double* V, std::size_t begin, std::size_t end, std::size_t thread);

  Grid grid_;
  int sub_steps_ = 1;
  double sub_dt_ = 0;
  bool backwards_ = false;
  std::vector<Family> families_;
  std::vector<std::vector<double>> scratch_;  // by thread
};

}  // namespace tawara::propagation::monodomain
