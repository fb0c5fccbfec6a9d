#include "experiments/population/clamped_block.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "experiments/clamped_cells.hpp"

namespace tawara::experiments {

bool ClampedBlock::suits(const CellsPlan& plan) {
  if (!plan.batched || plan.summary.kind != RunKind::clamped || !plan.drive->piecewise_constant()) return false;
  return plan.run.control.precision == lanes::Precision::f32 ? plan.batched->float_lanes().holds()
                                                             : plan.batched->double_lanes().holds();
}

ClampedBlock::ClampedBlock(const CellsPlan& plan)
    : plan_(plan),
      samples_(plan.samples()),
      observables_(plan.run.recorded.size()),
      states_(plan.model->states().size() * lane_count),
      varied_(plan.cohort->paths().size()) {
  if (plan.run.control.precision == lanes::Precision::f32) record_.emplace<std::vector<float>>();
  std::visit([&](auto& record) { record.resize(samples_ * observables_ * lane_count); }, record_);
}

void ClampedBlock::run(std::uint64_t block) {
  std::visit([&](auto& record) { run_in(block, record); }, record_);
}

template <class T>
void ClampedBlock::run_in(std::uint64_t block, std::vector<T>& record) {
  const std::optional<std::size_t> rows = plan_.cohort->design_rows();
  ClampedCellsIn<T> cells(*plan_.model, *plan_.batched);
  bool any = false;
  for (std::size_t l = 0; l < lane_count; ++l) {
    const std::uint64_t index = block * lane_count + l;
    if (rows && index >= *rows) break;
    if (!plan_.arguments(index, varied_, arguments_).empty()) continue;
    cells.load(l, arguments_);
    any = true;
  }
  if (!any) return;

  ClampRecording recording{.recorded = {},
                           .sample_step = plan_.run.sample_step,
                           .onset = plan_.onset,
                           .onset_step = plan_.onset_step,
                           .tolerance = plan_.run.control.tolerance};
  const double start = plan_.drive->beat_start(plan_.run.beats - 1), end = plan_.drive->beat_start(plan_.run.beats);
  if (start > 0) cells.follow(*plan_.drive, 0, start, recording, {});
  recording.recorded = plan_.run.recorded;
  const std::size_t taken = cells.follow(*plan_.drive, start, end, recording, record);
  // The last sample is the end, and so is one before it that only rounding keeps from there.
  std::vector<T> observed(plan_.model->observables().size() * lane_count);
  cells.observe(observed);
  for (std::size_t i = taken; i < samples_; ++i)
    for (std::size_t r = 0; r < observables_; ++r)
      std::copy_n(observed.data() + plan_.run.recorded[r] * lane_count, lane_count,
                  record.data() + (i * observables_ + r) * lane_count);
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
  std::visit(
      [&](const auto& record) {
        for (std::size_t i = 0; i < cell.samples.size(); ++i)
          cell.samples[i] = static_cast<double>(record[i * lane_count + lane]);
      },
      record_);
  cell.steps = cell.attempts = steps_;
  return cell;
}

}  // namespace tawara::experiments
