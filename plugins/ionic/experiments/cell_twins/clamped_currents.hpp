#pragma once
#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <vector>

#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/recordings.hpp"

namespace tawara::experiments {

/// What is simulated of a cell to be compared with its recording.
struct ClampedSimulation {
  const IonicModel* model;
  const BatchedModel* batched;            ///< its steppers hold()
  std::size_t observable;                 ///< what the amplifier measured
  std::vector<Recordings::Step> command;  ///< from the model's initial state
  std::vector<double> times;              ///< ms from its beginning, ascending, none beyond its end; any spacing
  double tolerance = 0.3;                 ///< of the steps; larger is coarser
};

/// The recorded signal of up to 16 cells under one command, at a recording's own times. The 16 share the sizes of their
/// steps, so that differences between lanes of one call are smooth in their parameters: derivatives can be taken of
/// them. Const and concurrent.
class ClampedCurrents {
 public:
  explicit ClampedCurrents(ClampedSimulation simulation);

  [[nodiscard]] std::size_t samples() const { return simulation_.times.size(); }
  [[nodiscard]] const ClampedSimulation& simulation() const { return simulation_; }
  /// @param arguments  of each cell, evaluate parameters in descriptor order; 16 at most
  /// @param out        samples x cells; NaN from where a cell breaks
  void simulate(std::span<const std::vector<double>> arguments, Eigen::MatrixXd& out) const;

 private:
  /// Evenly spaced samples under one voltage: what ClampedCells::hold takes at once.
  struct Piece {
    double V, duration, every;
    std::size_t first, samples;  // of times
  };
  ClampedSimulation simulation_;
  std::vector<Piece> pieces_;
};

}  // namespace tawara::experiments
