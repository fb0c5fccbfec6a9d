#include "recordings/sample_times.hpp"

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::recordings {
namespace {

/// The number of the first sample at `t` or later; one that only rounding keeps before it counts as there.
double first_at(double t, double every) { return std::ceil(t / every - 1e-9); }

SampleTimes::Run run_of(double begin, double end, double origin, double every) {
  const double first = first_at(begin - origin, every), after = first_at(end - origin, every);
  return {begin, end, origin + first * every, every, static_cast<std::size_t>(std::max(0.0, after - first))};
}

}  // namespace

std::vector<HeldVoltage> held_voltages(const Protocol::Drive& drive, double begin, double end) {
  if (!drive.V_command(begin)) throw Error("the protocol does not clamp the voltage; use protocol.voltage_clamp");
  if (!drive.piecewise_constant())
    throw Error("the command has ramps, which cells cannot be held through; use steps, or CVODE");
  std::vector<HeldVoltage> pieces;
  double next_edge = 0;
  for (double t = begin; t < end; t = next_edge) {
    next_edge = std::min(end, drive.next_edge(t));
    const double V = *drive.V_command(t);
    const bool jumps = pieces.empty() || pieces.back().V != V;
    pieces.push_back({V, t - begin, next_edge - begin, jumps ? t - begin : pieces.back().jump});
  }
  return pieces;
}

std::vector<HeldVoltage> held_voltages(std::span<const Recordings::Step> steps,
                                       const std::optional<HeldVoltage>& after) {
  std::vector<HeldVoltage> pieces;
  std::optional<HeldVoltage> before = after;
  for (const Recordings::Step& step : steps) {
    const double t = before ? before->end : 0;
    const bool jumps = !before || before->V != step.V;
    before = pieces.emplace_back(HeldVoltage{step.V, t, t + step.duration, jumps ? t : before->jump});
  }
  return pieces;
}

std::vector<Recordings::Step> command_of(std::span<const HeldVoltage> pieces) {
  constexpr double per_ms = 1e6;
  std::vector<Recordings::Step> steps;
  double begin = 0;
  for (const HeldVoltage& piece : pieces) {
    if (steps.empty() || steps.back().V != piece.V) {
      begin = piece.begin;
      steps.push_back({piece.V, 0});
    }
    steps.back().duration = std::round((piece.end - begin) * per_ms) / per_ms;
  }
  return steps;
}

std::vector<SampleTimes::Run> SampleTimes::of(const HeldVoltage& piece) const {
  std::vector<Run> runs;
  const double onset_end = std::min(piece.end, piece.jump + onset);
  if (onset > 0 && piece.begin < onset_end) runs.push_back(run_of(piece.begin, onset_end, piece.jump, onset_step));
  const double later = std::max(piece.begin, onset > 0 ? onset_end : piece.begin);
  if (later < piece.end) runs.push_back(run_of(later, piece.end, 0, step));
  return runs;
}

std::size_t SampleTimes::count(std::span<const HeldVoltage> pieces) const {
  std::size_t n = 0;
  for (const HeldVoltage& piece : pieces)
    for (const Run& run : of(piece)) n += run.count;
  return n;
}

std::vector<double> SampleTimes::of(std::span<const HeldVoltage> pieces) const {
  std::vector<double> times;
  for (const HeldVoltage& piece : pieces)
    for (const Run& run : of(piece))
      for (std::size_t k = 0; k < run.count; ++k) times.push_back(run.first + static_cast<double>(k) * run.every);
  return times;
}

}  // namespace tawara::recordings
