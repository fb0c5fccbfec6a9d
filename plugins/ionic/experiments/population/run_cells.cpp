#include "experiments/population/run_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "experiments/beat.hpp"
#include "experiments/population/clamped_block.hpp"
#include "experiments/thread_time.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// Sample times of beat n since its onset; the last beat keeps its end, the others leave it to the next one's start.
std::vector<double> times_in_beat(const CellsPlan& plan, int n) {
  std::vector<double> times;
  if (plan.run.sample_step <= 0) return times;
  const double duration = plan.drive->beat_start(n + 1) - plan.drive->beat_start(n);
  times = plan.run.sample_at;
  if (times.empty())
    for (int i = 0; i * plan.run.sample_step < duration; ++i) times.push_back(i * plan.run.sample_step);
  if (n + 1 == plan.run.beats) times.push_back(duration);
  return times;
}

/// One cell on CVODE, kept in the same form as one of a lane.
BatchedCell run_on_cvode(const CellsPlan& plan, std::span<const double> parameters) {
  BatchedCell result;
  const int first = plan.run.beats - plan.run.record_last;
  const Protocol::Drive& drive = *plan.drive;
  cvode::CellIntegrator integrator(*plan.model, "", parameters, plan.tolerances);
  CellReader reader(*plan.model, parameters);
  try {
    integrator.advance(drive, drive.beat_start(first));
    for (int n = first; n < plan.run.beats; ++n) {
      const std::vector<double> extra = times_in_beat(plan, n);
      const double offset = drive.beat_start(n) - drive.beat_start(first);
      result.beats.push_back(
          record_beat(integrator, reader, drive, n, extra, [&](double since, std::span<const double> state) {
            result.sample_t.push_back(offset + since);
            const auto observed = reader.observe(state);
            for (const std::size_t o : plan.run.recorded) result.samples.push_back(observed[o]);
          }));
    }
  } catch (const SolverError& error) {
    const std::string text = error.what();
    const bool nan_rate = text.find("not a finite number") != std::string::npos;
    // The integrator begins with a name, which here is none.
    result.failure = {nan_rate ? "nan" : "cvode", text.starts_with(": ") ? text.substr(2) : text};
  }
  result.steps = result.attempts = integrator.steps();
  return result;
}

using Keep = std::function<void(std::size_t, const BatchedCell&)>;

/// @param which  of the indices, ascending
/// @return those whose cells broke
std::vector<std::size_t> run_in_blocks(const CellsPlan& plan, std::span<const std::uint64_t> indices,
                                       std::span<const std::size_t> which, const Keep& keep,
                                       const std::function<bool()>& cancelled) {
  ClampedBlock block(plan);
  std::optional<std::uint64_t> current;
  std::vector<std::size_t> broken;
  for (const std::size_t i : which) {
    const std::uint64_t wanted = ClampedBlock::block_of(indices[i]);
    if (current != wanted) {
      if (cancelled && cancelled()) throw Cancelled();
      block.run(wanted);
      current = wanted;
    }
    const std::size_t lane = ClampedBlock::lane_of(indices[i]);
    if (block.broken(lane))
      broken.push_back(i);
    else
      keep(i, block.cell(lane));
  }
  return broken;
}

}  // namespace

std::string CellsPlan::arguments(std::uint64_t index, std::span<double> values, std::vector<double>& cell) const {
  std::uint64_t candidate = 0;
  if (candidates) {
    const Candidates& drawn = candidates->at(index);
    if (!drawn.kept) {
      std::fill(values.begin(), values.end(), std::numeric_limits<double>::quiet_NaN());
      return "not_beating: none of its " + std::to_string(drawn.drawn()) + " candidates beats by itself";
    }
    candidate = *drawn.kept;
  }
  cohort->values(index, values, candidate);
  const std::string problem = cohort->arguments(values, cell);
  return problem.empty() ? "" : "parameter: " + problem;
}

std::vector<double> CellsPlan::sample_times() const {
  std::vector<double> times;
  const int first = run.beats - run.record_last;
  if (run.sample_step > 0)
    for (int n = first; n < run.beats; ++n)
      for (const double since : times_in_beat(*this, n))
        times.push_back(drive->beat_start(n) - drive->beat_start(first) + since);
  return times;
}

std::size_t CellsPlan::samples() const { return sample_times().size(); }

CellsCost run_cells(const CellsPlan& plan, std::span<const std::uint64_t> indices, std::span<CellSummary> cells,
                    std::span<double> varied, std::size_t stride, std::span<float> traces,
                    const std::function<bool()>& cancelled) {
  CellsCost cost;
  const double begun = thread_cpu_ms();
  const std::size_t n_paths = plan.cohort->paths().size();
  const std::size_t trace_size = indices.empty() ? 0 : traces.size() / indices.size();
  std::fill(traces.begin(), traces.end(), std::numeric_limits<float>::quiet_NaN());

  // Cells whose values cannot be are failures before they begin.
  std::vector<std::vector<double>> parameters(indices.size());
  std::vector<std::size_t> sound;
  std::vector<double> values(n_paths);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::string problem = plan.arguments(indices[i], values, parameters[i]);
    for (std::size_t p = 0; p < n_paths; ++p) varied[p * stride + i] = values[p];
    if (problem.empty())
      sound.push_back(i);
    else
      cells[i].status = problem;
  }

  const auto keep = [&](std::size_t i, const BatchedCell& cell) {
    cells[i] = {};
    if (cell.failure.cause.empty()) {
      cells[i] = summarise(plan.summary, cell.beats);
      for (std::size_t k = 0; k < std::min(trace_size, cell.samples.size()); ++k)
        traces[i * trace_size + k] = static_cast<float>(cell.samples[k]);
    } else {
      cells[i].status = cell.failure.cause + ": " + cell.failure.text;
    }
    cells[i].steps = cell.steps;
    cost.evaluations += cell.attempts;
    cost.beats += plan.run.beats;
  };
  if (ClampedBlock::suits(plan)) {
    // A broken cell runs once more, in lanes, which say what is wrong with it.
    sound = run_in_blocks(plan, indices, sound, keep, cancelled);
  }
  if (plan.batched) {
    run_batched(
        *plan.model, *plan.batched, plan.run, sound.size(),
        [&](std::size_t k) {
          return CellToRun{parameters[sound[k]], {}, plan.drive};
        },
        [&](std::size_t k, const BatchedCell& cell) { keep(sound[k], cell); }, cancelled);
  } else {
    for (const std::size_t i : sound) {
      if (cancelled && cancelled()) throw Cancelled();
      keep(i, run_on_cvode(plan, parameters[i]));
    }
  }
  cost.cpu_ms = thread_cpu_ms() - begun;
  return cost;
}

}  // namespace tawara::experiments
