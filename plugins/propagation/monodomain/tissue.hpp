#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "monodomain/grid_diffusion.hpp"
#include "monodomain/tissue_cells.hpp"

namespace tawara::propagation::monodomain {

/// A current into some nodes for some time.
struct Stimulus {
  std::vector<std::uint32_t> nodes;
  std::vector<double> parts;       ///< of the amplitude, one per node; empty: all of it
  double start = 0, duration = 2;  ///< ms
  double amplitude = -35.714;      ///< uA/uF, negative depolarises
};

/// The nodes that stand for muscle in a box, each with the part of what it stands for that is inside: on coarse grids
/// counting whole nodes would stimulate half a spacing more or less. @param low, high  mm
[[nodiscard]] Stimulus box_stimulus(const Grid& grid, const std::array<double, 3>& low,
                                    const std::array<double, 3>& high);

/// The monodomain equation by Strang's splitting: half a step of diffusion, a step of the cells, half a step of
/// diffusion. The halves of neighbouring steps are taken as one.
class Tissue {
 public:
  /// @param cells  one per model; together they cover the nodes that have tissue
  Tissue(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass, double dt,
         std::vector<std::unique_ptr<TissueCells>> cells, std::vector<Stimulus> stimuli, std::size_t threads = 1);

  /// One step of dt. The CPU it takes can be asked for by part: the two halves are public.
  void step() {
    diffuse();
    react();
  }
  void diffuse();
  /// @throws SolverError  a cell that cannot be stepped; the message names node, time and V_m
  void react();

  /// ms, of V().
  [[nodiscard]] double time() const { return static_cast<double>(steps_) * dt_; }
  /// V_m where half a step of diffusion is still owed: right after react(). First-order near the upstroke; see
  /// V_at_time().
  [[nodiscard]] std::span<const double> V() const { return V_; }
  /// V_m at time(), of second order: the mean of V before and after the diffusion between two steps. Right after
  /// diffuse() only.
  [[nodiscard]] std::span<const double> V_between() const { return between_; }
  [[nodiscard]] const TissueCells& cells(std::size_t model) const { return *cells_[model]; }
  [[nodiscard]] int diffusion_sub_steps() const { return diffusion_.sub_steps(); }

 private:
  double dt_;
  Team team_;
  GridDiffusion diffusion_, first_half_;
  std::vector<std::unique_ptr<TissueCells>> cells_;
  std::vector<Stimulus> stimuli_;
  std::vector<double> V_, between_, I_stim_;
  long steps_ = 0;
};

}  // namespace tawara::propagation::monodomain
