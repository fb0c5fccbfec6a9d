#include "experiments/drug_trial/trial_cells.hpp"

#include <limits>

#include "experiments/thread_time.hpp"

namespace tawara::experiments {
namespace {

/// Nothing is done to the cell. Beat 0 is the time it settles in, beat 1 the time it is watched.
class Watched final : public Protocol::Drive {
 public:
  explicit Watched(const TrialPlan& plan) : settle_(plan.settle), end_(plan.settle + plan.duration) {}
  [[nodiscard]] double I_stim(double) const override { return 0; }
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
  [[nodiscard]] double beat_start(int n) const override { return n == 0 ? 0 : n == 1 ? settle_ : end_; }

 private:
  double settle_, end_;
};

BatchedPlan batched_plan(const TrialPlan& plan) {
  BatchedPlan run;
  run.beats = 2;
  run.record_last = 1;
  run.control = plan.control;
  return run;
}

}  // namespace

TrialCost run_trial(const TrialPlan& plan, std::span<const std::vector<double>> arguments, std::span<TrialCell> cells,
                    const std::function<bool()>& cancelled) {
  const double begun = thread_cpu_ms();
  const Watched drive(plan);
  const BatchedPlan run = batched_plan(plan);
  TrialCost cost;
  std::vector<std::vector<double>> states(cells.size());
  run_batched(
      *plan.model, *plan.batched, run, cells.size(),
      [&](std::size_t i) {
        return CellToRun{arguments[i], {}, &drive};
      },
      [&](std::size_t i, const BatchedCell& cell) {
        cells[i] = {response_of(cell, plan.criteria), {}};
        if (plan.from_drug_free) states[i] = cell.state;
        ++cost.runs;
      },
      cancelled);

  struct Job {
    std::size_t cell, dose;
    std::vector<double> arguments;
  };
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].without.outcome != Outcome::normal) continue;
    cells[i].with.resize(plan.doses.size());
    for (std::size_t d = 0; d < plan.doses.size(); ++d) {
      jobs.push_back({i, d, arguments[i]});
      plan.doses[d].factors.apply(jobs.back().arguments);
    }
  }
  run_batched(
      *plan.model, *plan.batched, run, jobs.size(),
      [&](std::size_t j) {
        return CellToRun{jobs[j].arguments, states[jobs[j].cell], &drive};
      },
      [&](std::size_t j, const BatchedCell& cell) {
        cells[jobs[j].cell].with[jobs[j].dose] = response_of(cell, plan.criteria);
        ++cost.runs;
      },
      cancelled);
  cost.cpu_ms = thread_cpu_ms() - begun;
  return cost;
}

std::vector<double> sample_times(const TrialPlan& plan, double step) {
  std::vector<double> times;
  for (int i = 0; i * step < plan.duration; ++i) times.push_back(i * step);
  times.push_back(plan.duration);
  return times;
}

TrialTrace trace_of(const TrialPlan& plan, std::span<const double> arguments, const Dose& dose, double step) {
  const Watched drive(plan);
  BatchedPlan run = batched_plan(plan);
  run.sample_step = step;
  run.recorded = {0};  // V_m
  const BatchedCell without = run_batched(*plan.model, *plan.batched, run, {arguments, {}, &drive});
  std::vector<double> dosed(arguments.begin(), arguments.end());
  dose.factors.apply(dosed);
  const std::span<const double> begin = plan.from_drug_free ? std::span(without.state) : std::span<const double>();
  const BatchedCell with = run_batched(*plan.model, *plan.batched, run, {dosed, begin, &drive});
  return {without.samples, with.samples};
}

}  // namespace tawara::experiments
