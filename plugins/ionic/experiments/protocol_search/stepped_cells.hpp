#pragma once
#include <Eigen/Dense>
#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "experiments/clamped_cells.hpp"
#include "tawara/host.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"

namespace tawara::experiments {

using Segment = Recordings::Step;

/// What is recorded of a command.
struct SegmentRecording {
  std::size_t observable;
  SampleTimes times;
  double tolerance = 1;  ///< ClampRecording
};

/// Cells that have all come the same way, and may be tried a segment further at many voltages: the states at the end of
/// the way are kept, so that a trial costs the segment and not the way. In blocks of 16 (ClampedCells): block b is
/// cells 16 b to 16 b + 15.
class SteppedCells {
 public:
  /// @param arguments  one per cell: evaluate parameters in descriptor order
  SteppedCells(const IonicModel& model, const BatchedModel& batched, std::vector<std::vector<double>> arguments,
               SegmentRecording recording);

  [[nodiscard]] std::size_t cells() const { return arguments_.size(); }
  /// ms from the initial state.
  [[nodiscard]] double time() const { return time_; }
  /// CPU time spent so far, all threads together.
  [[nodiscard]] double cpu_ms() const { return cpu_ms_; }

  /// What each segment would record, from where the cells stand.
  /// @return one per segment: cells x samples
  /// @throws SolverError  a cell that breaks  @throws Cancelled
  [[nodiscard]] std::vector<Eigen::MatrixXd> look_ahead(Host& host, std::span<const Segment> segments) const;
  /// The same of segments one after another, and there the cells stand then.
  [[nodiscard]] Eigen::MatrixXd advance(Host& host, std::span<const Segment> segments);

 private:
  [[nodiscard]] std::size_t blocks() const { return states_.size(); }
  void require_whole(std::size_t block, std::span<const double> states, double V) const;

  const IonicModel& model_;
  const BatchedModel& batched_;
  std::vector<std::vector<double>> arguments_;
  SegmentRecording recording_;
  std::vector<std::vector<double>> states_;  // of each block, n_states x 16; empty: the initial ones
  std::optional<HeldVoltage> last_;          // of the way
  double time_ = 0;
  mutable std::atomic<double> cpu_ms_ = 0;
};

}  // namespace tawara::experiments
