#include "experiments/paced_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiments/beat.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// 0, step, 2 step, ... below `duration`.
std::vector<double> even_times(double step, double duration) {
  std::vector<double> times;
  for (int i = 0; i * step < duration; ++i) times.push_back(i * step);
  return times;
}

}  // namespace

double beat_length(const PacedRun& run, bool last, double own, bool clamped) {
  double length = own;
  if (last && std::isfinite(run.last_beat)) length = clamped ? run.last_beat : std::min(own, run.last_beat);
  if (!std::isfinite(length)) throw Error("a beat that never ends cannot be run without a duration");
  return length;
}

Table empty_trace(const IonicModel& model, std::span<const std::size_t> recorded) {
  Table trace;
  trace.columns.push_back({"t", "ms", {}, {}});
  for (const std::size_t o : recorded)
    trace.columns.push_back({model.observables()[o].name, model.observables()[o].unit, {}, {}});
  return trace;
}

void add_beat(PacedResult& result, Beat beat, int number, double length, bool clamped) {
  Biomarkers biomarkers;
  if (clamped)
    biomarkers.problem = "clamped";
  else
    biomarkers = biomarkers_of(beat);
  result.beats.push_back(std::move(biomarkers));
  result.recorded.push_back(std::move(beat));
  result.beat_numbers.push_back(number);
  result.beat_lengths.push_back(length);
}

PacedResult pace_cell(const IonicModel& model, const std::string& name, std::span<const double> parameters,
                      const Protocol::Drive& drive, const PacedRun& run, std::span<const std::size_t> recorded,
                      const std::function<bool()>& cancelled) {
  cvode::CellIntegrator integrator(model, name, parameters, run.tolerances);
  if (!run.initial.empty()) integrator.set_state(0, run.initial);
  CellReader reader(model, parameters);
  const bool clamped = drive.V_command(drive.beat_start(0)).has_value();
  PacedResult result;
  result.trace = empty_trace(model, recorded);

  if (drive.beat_start(0) > 0) integrator.advance(drive, drive.beat_start(0));
  const auto ask = [&] {
    if (cancelled && cancelled()) throw Cancelled();
  };
  int first = 0;
  SteadyStateSearch search(model, run.steady_tolerance);
  for (; first < run.beats - run.record_last; ++first) {
    ask();
    if (run.steady_tolerance > 0 && search.add(integrator.state())) break;
    integrator.advance(drive, drive.beat_start(first + 1));
  }
  if (run.steady_tolerance > 0 && !search.found().reached) search.add(integrator.state());
  result.steady = search.found();

  const double first_start = drive.beat_start(first);
  for (int n = first; n < first + run.record_last; ++n) {
    ask();
    const bool last = n + 1 == first + run.record_last;
    const double start = drive.beat_start(n), own = drive.beat_start(n + 1) - start;
    const Stretch stretch{start, start + beat_length(run, last, own, clamped)};
    // The last beat keeps its end, the others leave it to the next one's start.
    std::vector<double> samples = even_times(run.sample_step, stretch.duration());
    if (last) samples.push_back(stretch.duration());
    const auto keep = [&](double since, std::span<const double> y) {
      const auto values = reader.observe(y);
      result.trace.columns[0].numbers.push_back(start - first_start + since);
      for (std::size_t c = 0; c < recorded.size(); ++c)
        result.trace.columns[c + 1].numbers.push_back(values[recorded[c]]);
    };
    const bool free = std::isinf(own) && !clamped && n == 0;
    std::vector<double> grid;
    if (free) {
      grid = even_times(free_run_step, stretch.duration());
      grid.push_back(stretch.duration());
    } else if (!clamped) {
      grid = beat_grid(stretch.duration());
    }
    Beat beat = record_stretch(integrator, reader, drive, stretch, grid, samples, keep, free ? &result.dVdt : nullptr);
    add_beat(result, std::move(beat), n + 1, stretch.duration(), clamped);
  }
  result.state.assign(integrator.state().begin(), integrator.state().end());
  return result;
}

}  // namespace tawara::experiments
