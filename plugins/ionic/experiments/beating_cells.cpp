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

std::vector<LeftAlone> leave_alone(const IonicModel& model, const BatchedModel& batched,
                                   std::span<const double> parameters, std::size_t n_cells,
                                   const BeatingCriteria& criteria, const lanes::StepControl& control,
                                   const std::function<bool()>& cancelled) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  const Quiet nothing;
  lanes::LaneRun run(model, batched, control);
  const std::size_t n_parameters = n_cells == 0 ? 0 : parameters.size() / n_cells;
  std::vector<LeftAlone> found(n_cells);
  std::vector<BeatingJudge> judges(lane_count, BeatingJudge(criteria));
  std::array<std::size_t, lane_count> cell;
  std::size_t next = 0;
  const auto load_next = [&](std::size_t lane) {
    cell[lane] = next < n_cells ? next++ : none;
    if (cell[lane] == none) return;
    run.load(lane, parameters.subspan(cell[lane] * n_parameters, n_parameters), {}, nothing);
    run.run_to(lane, criteria.duration);
    judges[lane] = BeatingJudge(criteria);
    judges[lane].add(0, run.V_m(lane));
  };
  for (std::size_t lane = 0; lane < lane_count; ++lane) load_next(lane);

  constexpr long steps_between_questions = 10000;
  for (long step = 0; run.step() || next < n_cells; ++step) {
    if (cancelled && step % steps_between_questions == 0 && cancelled()) throw Cancelled();
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
      if (cell[lane] == none) continue;
      LeftAlone& result = found[cell[lane]];
      if (const auto& failure = run.failure(lane); !failure.cause.empty()) {
        result = {Beating::not_finite, run.time(lane), failure.text};
        load_next(lane);
      } else if ((run.moved() >> lane & 1) != 0) {
        judges[lane].add(run.time(lane), run.V_m(lane));
        if (!judges[lane].verdict()) continue;
        result = {*judges[lane].verdict(), run.time(lane), {}};
        load_next(lane);
      }
    }
  }
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
