#include "experiments/cell_twins/clamped_currents.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiments/clamped_cells.hpp"

namespace tawara::experiments {
namespace {

constexpr double same_time = 1e-6;  // ms

}  // namespace

ClampedCurrents::ClampedCurrents(ClampedSimulation simulation) : simulation_(std::move(simulation)) {
  const std::vector<double>& t = simulation_.times;
  double begin = 0;
  std::size_t next = 0;
  for (const Recordings::Step& step : simulation_.command) {
    const double end = begin + step.duration;
    // Where the spacing changes, and where the first sample is not at the beginning, a piece ends.
    for (double at = begin; at < end - same_time;) {
      Piece piece{step.V, end - at, step.duration, next, 0};
      if (next < t.size() && t[next] < end - same_time) {
        if (t[next] > at + same_time) {
          piece.duration = t[next] - at;
        } else {
          piece.samples = 1;
          if (next + 1 < t.size()) piece.every = t[next + 1] - t[next];
          const auto fits = [&](std::size_t i) {
            return i < t.size() && t[i] < end - same_time &&
                   std::fabs(t[i] - t[next] - static_cast<double>(i - next) * piece.every) < same_time;
          };
          while (fits(next + piece.samples)) ++piece.samples;
          next += piece.samples;
          if (next < t.size() && t[next] < end - same_time) piece.duration = t[next] - at;
        }
      }
      at += piece.duration;
      pieces_.push_back(piece);
    }
    begin = end;
  }
}

void ClampedCurrents::simulate(std::span<const std::vector<double>> arguments, Eigen::MatrixXd& out) const {
  const std::size_t n = arguments.size(), samples = simulation_.times.size();
  ClampedCells cells(*simulation_.model, *simulation_.batched);
  for (std::size_t l = 0; l < n; ++l) cells.load(l, arguments[l]);
  std::vector<double> record(samples * lane_count);
  const ClampRecording unrecorded{.recorded = {}, .tolerance = simulation_.tolerance};
  ClampRecording recording = unrecorded;
  recording.recorded = std::span(&simulation_.observable, 1);
  std::size_t taken = 0;
  for (const Piece& piece : pieces_) {
    if (piece.samples == 0) {
      cells.hold(piece.V, piece.duration, unrecorded, {});
      continue;
    }
    // hold() takes samples up to the end of the piece: a spacing that leaves just as many is asked for.
    const auto wanted = static_cast<double>(piece.samples);
    recording.sample_step = piece.samples == 1 ? piece.duration : piece.every;
    double rest = piece.duration - wanted * recording.sample_step;
    if (rest > same_time) {
      cells.hold(piece.V, piece.duration - rest, recording, std::span(record).subspan(taken * lane_count));
      cells.hold(piece.V, rest, unrecorded, {});
    } else {
      cells.hold(piece.V, piece.duration, recording, std::span(record).subspan(taken * lane_count));
    }
    taken += piece.samples;
  }
  if (taken < samples) {  // the end of the command
    std::vector<double> observed(simulation_.model->observables().size() * lane_count);
    cells.observe(observed);
    for (; taken < samples; ++taken)
      std::copy_n(observed.data() + simulation_.observable * lane_count, lane_count,
                  record.data() + taken * lane_count);
  }
  out.resize(static_cast<Eigen::Index>(samples), static_cast<Eigen::Index>(n));
  for (std::size_t s = 0; s < samples; ++s)
    for (std::size_t l = 0; l < n; ++l)
      out(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(l)) = record[s * lane_count + l];
}

}  // namespace tawara::experiments
