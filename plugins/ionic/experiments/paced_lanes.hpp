#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/paced_run.hpp"
#include "lanes/lane_run.hpp"
#include "tawara/lanes.hpp"

namespace tawara::experiments {

/// What pace_in_lanes() does beside what it shares with pace_cell().
struct LanesRun {
  const IonicModel& model;
  const BatchedModel& batched;
  const Protocol::Drive& drive;
  PacedRun run;
  lanes::StepControl control;
  std::vector<std::size_t> recorded;  ///< indices into model.observables()
};

struct LanesResult {
  PacedResult result;
  lanes::LaneRun::Failure failure;  ///< its text is empty where all went well
};

/// pace_cell() in SIMD lanes, up to lane_count cells at once. What becomes of a cell does not depend on the others.
/// @param parameters  of each cell
/// @throws Cancelled
[[nodiscard]] std::vector<LanesResult> pace_in_lanes(const LanesRun& plan,
                                                     std::span<const std::vector<double>> parameters,
                                                     const std::function<bool()>& cancelled = {});

/// A drive seen from beat n on: its beat 0 is the other's beat n and begins at t = 0. Of its `beats` the last one never
/// ends, so that it can be followed beyond where the other's ends.
class LaterDrive final : public Protocol::Drive {
 public:
  LaterDrive(const Protocol::Drive& drive, int n, int beats)
      : drive_(drive), n_(n), beats_(beats), start_(n > 0 ? drive.beat_start(n) : 0) {}
  [[nodiscard]] double I_stim(double t) const override { return drive_.I_stim(there(t)); }
  [[nodiscard]] std::optional<double> V_command(double t) const override { return drive_.V_command(there(t)); }
  [[nodiscard]] bool piecewise_constant() const override { return drive_.piecewise_constant(); }
  [[nodiscard]] double next_edge(double t) const override { return drive_.next_edge(there(t)) - start_; }
  [[nodiscard]] double beat_start(int n) const override {
    return n < beats_ ? drive_.beat_start(n_ + n) - start_ : std::numeric_limits<double>::infinity();
  }

 private:
  /// The other's time. An instant that is an edge but for rounding is that edge: whoever asks at an edge of ours means
  /// what comes after it.
  [[nodiscard]] double there(double t) const;
  const Protocol::Drive& drive_;
  int n_, beats_;
  double start_;
};

}  // namespace tawara::experiments
