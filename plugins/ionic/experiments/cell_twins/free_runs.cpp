#include "experiments/cell_twins/free_runs.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/batched_cells.hpp"
#include "experiments/beating_cells.hpp"
#include "protocols/quiet.hpp"

namespace tawara::experiments {
namespace {

BatchedPlan plan_of(double duration) {
  BatchedPlan plan;
  plan.beats = 1;
  plan.end = duration;
  return plan;
}

}  // namespace

std::vector<CellSummary> FreeRuns::summaries(std::span<const std::vector<double>> cells) const {
  const protocols::QuietDrive quiet;
  std::vector<CellSummary> found(cells.size());
  run_batched(
      *model, *batched, plan_of(duration), cells.size(),
      [&](std::size_t i) {
        return CellToRun{cells[i], {}, &quiet};
      },
      [&](std::size_t i, const BatchedCell& cell) {
        if (cell.beats.empty())
          found[i].status = cell.failure.cause + ": " + cell.failure.text;
        else
          found[i] = summarise({.kind = RunKind::free, .settle = settle}, cell.beats);
      },
      cancelled);
  return found;
}

std::vector<bool> FreeRuns::beat(std::span<const std::vector<double>> cells) const {
  std::vector<double> all;
  for (const auto& cell : cells) all.insert(all.end(), cell.begin(), cell.end());
  std::vector<bool> beats;
  for (const LeftAlone& found : leave_alone(*model, *batched, all, cells.size(), {}, {.tolerance = 0.3}, cancelled))
    beats.push_back(found.label == Beating::beating);
  return beats;
}

std::vector<std::vector<double>> FreeRuns::traces(const std::vector<double>& cell,
                                                  std::span<const std::size_t> observables, double step,
                                                  double length) const {
  constexpr double before_upstroke = 100, crossing = -20;  // ms, mV
  const protocols::QuietDrive quiet;
  BatchedPlan plan = plan_of(duration);
  plan.sample_step = step;
  plan.recorded.push_back(0);  // V_m
  plan.recorded.insert(plan.recorded.end(), observables.begin(), observables.end());
  const BatchedCell run = run_batched(*model, *batched, plan, {cell, {}, &quiet}, cancelled);
  const auto samples = static_cast<std::size_t>(length / step);
  std::vector<std::vector<double>> traces(observables.size(), std::vector<double>(samples, nan));
  const std::size_t n = run.sample_t.size(), columns = plan.recorded.size();
  const auto V = [&](std::size_t i) { return run.samples[i * columns]; };
  std::size_t begin = static_cast<std::size_t>(settle / step);
  for (std::size_t i = begin + 1; i < n; ++i)
    if (V(i - 1) < crossing && V(i) >= crossing && i + samples <= n) {
      begin = std::max(begin, i - std::min(i, static_cast<std::size_t>(before_upstroke / step)));
      break;
    }
  for (std::size_t i = begin; i < std::min(n, begin + samples); ++i)
    for (std::size_t o = 0; o < observables.size(); ++o) traces[o][i - begin] = run.samples[i * columns + o + 1];
  return traces;
}

}  // namespace tawara::experiments
