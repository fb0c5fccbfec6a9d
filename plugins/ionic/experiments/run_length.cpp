#include "experiments/run_length.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

constexpr int many_beats = 1 << 22;

bool ends(const Protocol::Drive& drive, int beat) { return std::isfinite(drive.beat_start(beat + 1)); }

[[noreturn]] void never_ends(const std::string& protocol, int finite, std::optional<int> beats,
                             std::optional<double> duration) {
  if (finite == 0 && beats.value_or(1) > 1)
    throw ScenarioError(
        "beats", fmt::format("'{}' leaves the cell alone: it has one beat, which never ends, and beats = {} are asked "
                             "for. Leave beats out; {}",
                             protocol, *beats,
                             duration ? fmt::format("the cell is watched for duration = {:g} ms", *duration)
                                      : "say with duration how long to watch, for example duration = 10000 (ms)"));
  if (finite == 0)
    throw ScenarioError("duration", fmt::format("'{}' leaves the cell alone: its one beat never ends. Say how long to "
                                                "watch, for example duration = 10000 (ms)",
                                                protocol));
  throw ScenarioError(
      "beats", fmt::format("'{}' has {} beats that end, {} are asked for; set beats = {} or less, or leave it out",
                           protocol, finite, beats.value_or(finite + 1), finite));
}

}  // namespace

std::optional<int> finite_beats(const Protocol::Drive& drive) {
  if (ends(drive, many_beats)) return std::nullopt;
  int low = 0, high = many_beats;  // beat `high` does not end; those below `low` do
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (ends(drive, middle))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

RunLength run_length(const Protocol::Drive& drive, const std::string& protocol, std::optional<int> beats,
                     std::optional<double> duration) {
  constexpr int usual_beats = 100;
  RunLength run{};
  run.clamped = drive.V_command(drive.beat_start(0)).has_value();
  const std::optional<int> finite = finite_beats(drive);
  run.beats = beats.value_or(run.clamped ? 1 : finite ? std::max(1, *finite) : usual_beats);
  if (finite && run.beats > *finite && (run.beats > *finite + 1 || !duration))
    never_ends(protocol, *finite, beats, duration);

  const double start = drive.beat_start(run.beats - 1), own = drive.beat_start(run.beats) - start;
  run.last_beat = duration.value_or(own);
  run.free = !run.clamped && std::isinf(own) && run.beats == 1;
  if (!run.clamped && run.last_beat > own * (1 + 1e-12))
    throw ScenarioError(
        "duration", fmt::format("duration = {:g} ms reaches beyond the next stimulus of '{}', {:g} ms after the last "
                                "beat begins; lengthen the period, or leave duration out",
                                *duration, protocol, own));
  return run;
}

std::string check_commands(const Protocol::Drive& drive, const std::string& protocol, const RunLength& length) {
  constexpr int most_edges = 1'000'000;
  const double end = drive.beat_start(length.beats - 1) + length.last_beat;
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  double t = drive.beat_start(0);
  for (int edges = 0; t < end && edges < most_edges; ++edges) {
    const double next = std::min(drive.next_edge(t), end);
    // A ramp is furthest out at one of its ends, a curve not far from one.
    for (const double at : {t, 0.5 * (t + next), std::nextafter(next, t)}) {
      const double V = drive.V_command(at).value_or(std::numeric_limits<double>::quiet_NaN());
      if (!(V >= lowest_command && V <= highest_command))
        throw ScenarioError("protocol",
                            fmt::format("'{}' commands {:g} mV at t = {:g} ms; a membrane is clamped between {:g} and "
                                        "{:g} mV. Is the unit right?",
                                        protocol, V, at, lowest_command, highest_command));
      lowest = std::min(lowest, V);
      highest = std::max(highest, V);
    }
    t = next;
  }
  if (lowest >= lowest_fitted && highest <= highest_fitted) return "";
  return fmt::format(
      "'{}' commands {:g} to {:g} mV; cell models are fitted to recordings between {:g} and {:g} mV and extrapolate "
      "beyond",
      protocol, lowest, highest, lowest_fitted, highest_fitted);
}

}  // namespace tawara::experiments
