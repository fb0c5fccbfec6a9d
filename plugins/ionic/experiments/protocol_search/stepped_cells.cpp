#include "experiments/protocol_search/stepped_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiments/clamped_cells.hpp"
#include "experiments/thread_time.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// The cells of a block where they stand.
ClampedCells block_of(const IonicModel& model, const BatchedModel& batched,
                      std::span<const std::vector<double>> arguments, std::size_t block,
                      std::span<const double> states) {
  ClampedCells cells(model, batched);
  for (std::size_t i = block * lane_count; i < std::min(arguments.size(), (block + 1) * lane_count); ++i)
    cells.load(i % lane_count, arguments[i]);
  if (!states.empty()) cells.set_states(states);
  return cells;
}

/// @param record  samples x 16
void follow(ClampedCells& cells, const HeldVoltage& piece, const SegmentRecording& recording,
            std::vector<double>& record) {
  record.resize(recording.times.count({&piece, 1}) * lane_count);
  cells.hold(piece,
             {.recorded = std::span(&recording.observable, 1),
              .sample_step = recording.times.step,
              .onset = recording.times.onset,
              .onset_step = recording.times.onset_step,
              .tolerance = recording.tolerance},
             record);
}

/// Into the rows of a block's cells, from this column on.
void write(const std::vector<double>& record, std::size_t block, Eigen::Index column, Eigen::MatrixXd& records) {
  const auto first = static_cast<Eigen::Index>(block * lane_count);
  const Eigen::Index lanes = std::min(static_cast<Eigen::Index>(lane_count), records.rows() - first);
  for (std::size_t s = 0; s * lane_count < record.size(); ++s)
    for (Eigen::Index l = 0; l < lanes; ++l)
      records(first + l, column + static_cast<Eigen::Index>(s)) = record[s * lane_count + static_cast<std::size_t>(l)];
}

}  // namespace

SteppedCells::SteppedCells(const IonicModel& model, const BatchedModel& batched,
                           std::vector<std::vector<double>> arguments, SegmentRecording recording)
    : model_(model),
      batched_(batched),
      arguments_(std::move(arguments)),
      recording_(recording),
      states_((arguments_.size() + lane_count - 1) / lane_count) {}

void SteppedCells::require_whole(std::size_t block, std::span<const double> states, double V) const {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (std::isfinite(states[i])) continue;
    const std::size_t cell = block * lane_count + i % lane_count;
    throw SolverError(fmt::format(
        "cell {} breaks at {:g} mV in the segment that begins at {:g} ms: {} is no longer a number. All cells "
        "must get through every candidate; narrow what varies, or the range of candidates",
        std::min(cell, cells() - 1), V, time_, model_.states()[i / lane_count].name));
  }
}

std::vector<Eigen::MatrixXd> SteppedCells::look_ahead(Host& host, std::span<const Segment> segments) const {
  std::vector<HeldVoltage> pieces;  // instead of one another
  std::vector<Eigen::MatrixXd> records;
  for (const Segment& segment : segments) {
    pieces.push_back(recordings::held_voltages({&segment, 1}, last_)[0]);
    records.emplace_back(static_cast<Eigen::Index>(cells()),
                         static_cast<Eigen::Index>(recording_.times.count({&pieces.back(), 1})));
  }
  host.parallel_for(blocks(), [&](std::size_t b) {
    if (host.cancelled()) throw Cancelled();
    const double begun = thread_cpu_ms();
    ClampedCells cells = block_of(model_, batched_, arguments_, b, states_[b]);
    const std::vector<double> from(cells.states().begin(), cells.states().end());
    std::vector<double> record;
    for (std::size_t s = 0; s < pieces.size(); ++s) {
      cells.set_states(from);
      follow(cells, pieces[s], recording_, record);
      require_whole(b, cells.states(), pieces[s].V);
      write(record, b, 0, records[s]);
    }
    cpu_ms_ += thread_cpu_ms() - begun;
  });
  return records;
}

Eigen::MatrixXd SteppedCells::advance(Host& host, std::span<const Segment> segments) {
  const std::vector<HeldVoltage> pieces = recordings::held_voltages(segments, last_);
  const std::size_t samples = recording_.times.count(pieces);
  Eigen::MatrixXd records(static_cast<Eigen::Index>(cells()), static_cast<Eigen::Index>(samples));
  host.parallel_for(blocks(), [&](std::size_t b) {
    if (host.cancelled()) throw Cancelled();
    const double begun = thread_cpu_ms();
    ClampedCells cells = block_of(model_, batched_, arguments_, b, states_[b]);
    std::vector<double> record;
    Eigen::Index column = 0;
    for (const HeldVoltage& piece : pieces) {
      follow(cells, piece, recording_, record);
      require_whole(b, cells.states(), piece.V);
      write(record, b, column, records);
      column += static_cast<Eigen::Index>(record.size() / lane_count);
    }
    states_[b].assign(cells.states().begin(), cells.states().end());
    cpu_ms_ += thread_cpu_ms() - begun;
  });
  if (!pieces.empty()) last_ = pieces.back();
  if (last_) time_ = last_->end;
  return records;
}

}  // namespace tawara::experiments
