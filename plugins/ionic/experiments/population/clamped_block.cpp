#include "experiments/population/clamped_block.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/clamped_cells.hpp"

namespace tawara::experiments {

bool ClampedBlock::suits(const CellsPlan& plan) {
  return plan.batched && plan.summary.kind == RunKind::clamped && plan.drive->piecewise_constant() &&
         plan.run.control.precision == lanes::Precision::f64 && plan.batched->double_lanes().holds();
}

ClampedBlock::ClampedBlock(const CellsPlan& plan)
    : plan_(plan),
      samples_(plan.samples()),
      observables_(plan.run.recorded.size()),
      record_(samples_ * observables_ * lane_count),
      states_(plan.model->states().size() * lane_count),
      varied_(plan.cohort->paths().size()),
      observed_(plan.model->observables().size() * lane_count) {}

void ClampedBlock::run(std::uint64_t block) {
  const std::optional<std::size_t> rows = plan_.cohort->design_rows();
  ClampedCells cells(*plan_.model, *plan_.batched);
  bool any = false;
  for (std::size_t l = 0; l < lane_count; ++l) {
    const std::uint64_t index = block * lane_count + l;
    if (rows && index >= *rows) break;
    plan_.cohort->values(index, varied_);
    if (!plan_.cohort->arguments(varied_, arguments_).empty()) continue;
    cells.load(l, arguments_);
    any = true;
  }
  if (!any) return;

  ClampRecording recording{
      .recorded = {}, .sample_step = plan_.run.sample_step, .tolerance = plan_.run.control.tolerance};
  const double start = plan_.drive->beat_start(plan_.run.beats - 1), end = plan_.drive->beat_start(plan_.run.beats);
  if (start > 0) cells.follow(*plan_.drive, 0, start, recording, {});
  recording.recorded = plan_.run.recorded;
  // One that is on the end but for rounding is left to what is observed there, like the last one.
  const std::size_t taken = cells.follow(*plan_.drive, start, end, recording, record_);
  cells.observe(observed_);
  for (std::size_t i = taken; i < samples_; ++i)
    for (std::size_t r = 0; r < observables_; ++r)
      std::copy_n(observed_.data() + plan_.run.recorded[r] * lane_count, lane_count,
                  record_.data() + (i * observables_ + r) * lane_count);
  std::copy(cells.states().begin(), cells.states().end(), states_.begin());
  steps_ = cells.steps();
}

bool ClampedBlock::broken(std::size_t lane) const {
  for (std::size_t i = lane; i < states_.size(); i += lane_count)
    if (!std::isfinite(states_[i])) return true;
  return false;
}

BatchedCell ClampedBlock::cell(std::size_t lane) const {
  BatchedCell cell;
  cell.samples.resize(samples_ * observables_);
  for (std::size_t i = 0; i < cell.samples.size(); ++i) cell.samples[i] = record_[i * lane_count + lane];
  cell.steps = cell.attempts = steps_;
  return cell;
}

}  // namespace tawara::experiments
