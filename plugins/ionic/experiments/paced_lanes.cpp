#include "experiments/paced_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "experiments/batched_cells.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// Where recording begins, and in which state.
struct Start {
  int beat = 0;
  std::vector<double> state;
  SteadyState steady;
  lanes::LaneRun::Failure failure;
};

/// Each lane beats until it repeats itself or `beats` are over.
std::vector<Start> search_steady_states(const LanesRun& plan, std::span<const std::vector<double>> parameters,
                                        const std::function<bool()>& cancelled) {
  const int most = plan.run.beats - plan.run.record_last;
  const std::size_t n = parameters.size();
  lanes::LaneRun run(plan.model, plan.batched, plan.control);
  std::vector<Start> starts(n);
  std::vector<SteadyStateSearch> searches(n, SteadyStateSearch(plan.model, plan.run.steady_tolerance));
  std::uint32_t busy = 0;
  for (std::size_t l = 0; l < n; ++l) {
    run.load(l, parameters[l], plan.run.initial, plan.drive);
    run.run_to(l, plan.drive.beat_start(0));
    starts[l].state.resize(plan.model.states().size());
    busy |= 1u << l;
  }
  const auto arrive = [&](std::size_t l) {  // at the start of a beat; false: this lane is done
    Start& start = starts[l];
    start.failure = run.failure(l);
    run.copy_state(l, start.state);
    const bool found = searches[l].add(start.state);
    start.steady = searches[l].found();
    if (!start.failure.text.empty() || found || start.beat == most) return false;
    run.run_to(l, plan.drive.beat_start(++start.beat));
    return true;
  };
  constexpr std::size_t steps_between_questions = 4096;
  for (std::size_t steps = 0; busy != 0; ++steps) {
    if (steps % steps_between_questions == 0 && cancelled && cancelled()) throw Cancelled();
    for (std::size_t l = 0; l < n; ++l)
      if ((busy & ~run.running()) >> l & 1 && !arrive(l)) busy &= ~(1u << l);
    run.step();
  }
  return starts;
}

LanesResult as_result(const LanesRun& plan, const BatchedCell& cell, int first, bool clamped,
                      std::span<const double> lengths) {
  LanesResult out;
  out.failure = cell.failure;
  PacedResult& result = out.result;
  result.trace = empty_trace(plan.model, plan.recorded);
  result.trace.columns[0].numbers = cell.sample_t;
  const std::size_t columns = plan.recorded.size();
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t i = 0; i < cell.sample_t.size(); ++i)
      result.trace.columns[c + 1].numbers.push_back(cell.samples[i * columns + c]);
  for (std::size_t b = 0; b < cell.beats.size(); ++b)
    add_beat(result, cell.beats[b], first + static_cast<int>(b) + 1, lengths[b], clamped);
  result.state = cell.state;
  return out;
}

/// Run cells whose beats begin and end together. @param first  the drive's beat 0 is this beat, for their numbers
std::vector<LanesResult> record_in_lanes(const LanesRun& plan, const Protocol::Drive& drive, int beats, int first,
                                         std::span<const CellToRun> cells, const std::function<bool()>& cancelled) {
  const bool clamped = drive.V_command(drive.beat_start(0)).has_value();
  BatchedPlan batch{.beats = beats,
                    .record_last = plan.run.record_last,
                    .sample_step = plan.run.sample_step,
                    .recorded = plan.recorded,
                    .control = plan.control};
  std::vector<double> lengths;
  for (int b = beats - plan.run.record_last; b < beats; ++b)
    lengths.push_back(beat_length(plan.run, b + 1 == beats, drive.beat_start(b + 1) - drive.beat_start(b), clamped));
  if (std::isfinite(plan.run.last_beat)) batch.end = drive.beat_start(beats - 1) + lengths.back();
  std::vector<LanesResult> results(cells.size());
  run_batched(
      plan.model, plan.batched, batch, cells.size(), [&](std::size_t i) { return cells[i]; },
      [&](std::size_t i, const BatchedCell& cell) {
        results[i] = as_result(plan, cell, first + beats - plan.run.record_last, clamped, lengths);
      },
      cancelled);
  return results;
}

}  // namespace

double LaterDrive::there(double t) const {
  const double at = t + start_, edge = drive_.next_edge(at);
  return edge - at <= 1e-9 * std::max(1.0, std::fabs(start_)) ? edge : at;
}

std::vector<LanesResult> pace_in_lanes(const LanesRun& plan, std::span<const std::vector<double>> parameters,
                                       const std::function<bool()>& cancelled) {
  const PacedRun& run = plan.run;
  if (!(run.steady_tolerance > 0)) {
    // Only a sweep that is followed beyond its end needs to see the protocol differently.
    const LaterDrive followed(plan.drive, 0, run.beats);
    const bool beyond = std::isfinite(run.last_beat) && plan.drive.V_command(plan.drive.beat_start(0));
    const Protocol::Drive& drive = beyond ? static_cast<const Protocol::Drive&>(followed) : plan.drive;
    std::vector<CellToRun> cells;
    for (const auto& p : parameters) cells.push_back({p, run.initial, &drive});
    return record_in_lanes(plan, drive, run.beats, 0, cells, cancelled);
  }
  // Each cell begins its recorded beats when it is steady, so these are run by itself.
  std::vector<LanesResult> results;
  for (const Start& start : search_steady_states(plan, parameters, cancelled)) {
    LanesResult result;
    result.failure = start.failure;
    if (start.failure.text.empty()) {
      const LaterDrive later(plan.drive, start.beat, run.record_last + (std::isfinite(run.last_beat) ? 0 : 1));
      const CellToRun cell{parameters[results.size()], start.state, &later};
      result = record_in_lanes(plan, later, run.record_last, start.beat, {&cell, 1}, cancelled).front();
    }
    result.result.steady = start.steady;
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace tawara::experiments
