#include "experiments/beating_cells.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// No stimulus, ever.
class Quiet final : public Protocol::Drive {
 public:
  double I_stim(double) const override { return 0; }
  bool piecewise_constant() const override { return true; }
  double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
  double beat_start(int n) const override { return n == 0 ? 0 : std::numeric_limits<double>::infinity(); }
};

}  // namespace

void leave_alone(const IonicModel& model, const BatchedModel& batched,
                 const std::function<bool(std::vector<double>& parameters)>& next,
                 const std::function<bool(std::size_t cell, const LeftAlone& found)>& done,
                 const BeatingCriteria& criteria, const lanes::StepControl& control,
                 const std::function<bool()>& cancelled) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  const Quiet nothing;
  lanes::LaneRun run(model, batched, control);
  std::vector<BeatingJudge> judges(lane_count, BeatingJudge(criteria));
  std::array<std::size_t, lane_count> cell;
  std::size_t given = 0, under_way = 0;
  bool enough = false;
  std::vector<double> parameters;
  const auto load_next = [&](std::size_t lane) {
    cell[lane] = next(parameters) ? given++ : none;
    if (cell[lane] == none) return;
    ++under_way;
    run.load(lane, parameters, {}, nothing);
    run.run_to(lane, criteria.duration);
    judges[lane] = BeatingJudge(criteria);
    judges[lane].add(0, run.V_m(lane));
  };
  const auto decided = [&](std::size_t lane, const LeftAlone& found) {
    --under_way;
    if (done(cell[lane], found))
      load_next(lane);
    else
      enough = true;
  };
  for (std::size_t lane = 0; lane < lane_count; ++lane) load_next(lane);

  constexpr long steps_between_questions = 10000;
  for (long step = 0; under_way > 0 && !enough; ++step) {
    if (cancelled && step % steps_between_questions == 0 && cancelled()) throw Cancelled();
    run.step();
    for (std::size_t lane = 0; lane < lane_count && !enough; ++lane) {
      if (cell[lane] == none) continue;
      if (const auto& failure = run.failure(lane); !failure.cause.empty()) {
        decided(lane, {Beating::not_finite, run.time(lane), failure.text});
      } else if ((run.moved() >> lane & 1) != 0) {
        judges[lane].add(run.time(lane), run.V_m(lane));
        if (const auto verdict = judges[lane].verdict()) decided(lane, {*verdict, run.time(lane), {}});
      }
    }
  }
}

std::vector<LeftAlone> leave_alone(const IonicModel& model, const BatchedModel& batched,
                                   std::span<const double> parameters, std::size_t n_cells,
                                   const BeatingCriteria& criteria, const lanes::StepControl& control,
                                   const std::function<bool()>& cancelled) {
  const std::size_t n_parameters = n_cells == 0 ? 0 : parameters.size() / n_cells;
  std::vector<LeftAlone> found(n_cells);
  std::size_t given = 0;
  leave_alone(
      model, batched,
      [&](std::vector<double>& of_cell) {
        if (given == n_cells) return false;
        const auto its = parameters.subspan(given++ * n_parameters, n_parameters);
        of_cell.assign(its.begin(), its.end());
        return true;
      },
      [&](std::size_t cell, const LeftAlone& result) {
        found[cell] = result;
        return true;
      },
      criteria, control, cancelled);
  return found;
}

LeftAlone leave_alone(const IonicModel& model, const std::string& name, std::span<const double> parameters,
                      const BeatingCriteria& criteria, cvode::Tolerances tolerances) {
  constexpr double every = 2, chunk = 500;  // ms
  const Quiet nothing;
  cvode::CellIntegrator cell(model, name, parameters, tolerances);
  BeatingJudge judge(criteria);
  judge.add(0, model.membrane().V_m(cell.state()[0]));
  double t = 0;
  std::vector<double> times;
  try {
    while (!judge.verdict()) {
      const double end = std::min(t + chunk, criteria.duration);
      times.clear();
      for (int i = 1; t + i * every < end; ++i) times.push_back(t + i * every);
      times.push_back(end);
      cell.advance(nothing, end, times, [&](double at, std::span<const double> state, double) {
        judge.add(at, model.membrane().V_m(state[0]));
      });
      t = end;
    }
  } catch (const SolverError& error) {
    return {Beating::not_finite, cell.time(), error.what()};
  }
  return {*judge.verdict(), t, {}};
}

}  // namespace tawara::experiments
