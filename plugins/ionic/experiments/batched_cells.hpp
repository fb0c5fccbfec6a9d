#pragma once
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "experiments/biomarkers.hpp"
#include "lanes/lane_run.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// What every cell of a run in lanes does and what is kept of it.
struct BatchedPlan {
  int beats = 100;      ///< that many, from the drive's beat 0
  int record_last = 1;  ///< recorded, counted from the last one back
  /// ms; where the last beat ends when the drive has it never end (a free run, a train's last beat)
  double end = std::numeric_limits<double>::infinity();
  /// ms, of the trace of recorded beats; 0: none. A sample on a jump has the voltage after it and the gates from
  /// before.
  double sample_step = 0;
  std::vector<double> sample_at =
      {};                             ///< instead of its multiples, ms since the onset of each recorded beat, ascending
  std::vector<std::size_t> recorded;  ///< its observables: indices into model.observables()
  lanes::StepControl control;
};

struct CellToRun {
  std::span<const double> parameters;  ///< evaluate parameters in descriptor order
  std::span<const double> state;       ///< to begin in, at t = 0; empty: the model's initial state
  const Protocol::Drive* drive;
};

/// What became of one cell. A beat is there when it was reached its end; a failed cell has those before.
struct BatchedCell {
  std::vector<Beat> beats;       ///< the recorded ones, at the ends of accepted steps; the stimulus onset first
  std::vector<double> sample_t;  ///< ms since the onset of the first recorded beat
  std::vector<double> samples;   ///< sample_t.size() x recorded.size()
  std::vector<double> state;     ///< at the end
  lanes::LaneRun::Failure failure;
  long steps = 0, attempts = 0;
};

/// Run n cells of one model in lanes on this thread. A lane takes the next cell as soon as it is free; results depend
/// neither on that nor on the order, because cells step independently of one another.
///
/// @param cell  asked once per cell, in order; what it points to must stay until that cell is done
/// @param done  called once per cell as they end, in no particular order; what it gets is valid during the call
/// @param cancelled  asked now and then
/// @throws Cancelled
void run_batched(const IonicModel& model, const BatchedModel& batched, const BatchedPlan& plan, std::size_t n,
                 const std::function<CellToRun(std::size_t)>& cell,
                 const std::function<void(std::size_t, const BatchedCell&)>& done,
                 const std::function<bool()>& cancelled = {});

/// The same for one.
[[nodiscard]] BatchedCell run_batched(const IonicModel& model, const BatchedModel& batched, const BatchedPlan& plan,
                                      const CellToRun& cell, const std::function<bool()>& cancelled = {});

}  // namespace tawara::experiments
