#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tawara/protocol.hpp"
#include "tawara/recordings.hpp"

namespace tawara::recordings {

/// A command voltage held for a while, in a trace that begins at 0.
struct HeldVoltage {
  double V;           ///< mV
  double begin, end;  ///< ms
  double jump;        ///< ms; when the command came to V. Before `begin` where the voltage has been held already.
};

/// The command of a drive from `begin` to `end`, from edge to edge. Where it begins it jumps; where two steps with the
/// same voltage meet it does not.
/// @throws Error  the drive does not clamp, or has ramps
[[nodiscard]] std::vector<HeldVoltage> held_voltages(const Protocol::Drive& drive, double begin, double end);
/// Steps one after another, likewise. @param after  what they follow on; nothing: they begin
[[nodiscard]] std::vector<HeldVoltage> held_voltages(std::span<const Recordings::Step> steps,
                                                     const std::optional<HeldVoltage>& after = {});
/// Without pieces that follow on at the same voltage; durations to the nanosecond, so that commands that came about in
/// different ways are equal.
[[nodiscard]] std::vector<Recordings::Step> command_of(std::span<const HeldVoltage> pieces);

/// When a trace is sampled. In the first `onset` ms after each jump of the command, where fast currents flow: every
/// `onset_step` ms from the jump. Elsewhere: at 0, `step`, 2 `step`, ... of the trace. A sample on a jump has the
/// voltage after it and the gates from before; one on the end of a piece belongs to the next.
struct SampleTimes {
  double step = 1, onset = 0, onset_step = 0.1;  ///< ms

  /// Evenly spaced samples.
  struct Run {
    double begin, end;    ///< ms of the trace: the part of the piece that they are in
    double first, every;  ///< ms of the trace
    std::size_t count;
  };
  /// Those of one piece: after the jump, and later. One or two runs, which cover it.
  [[nodiscard]] std::vector<Run> of(const HeldVoltage& piece) const;
  [[nodiscard]] std::size_t count(std::span<const HeldVoltage> pieces) const;
  [[nodiscard]] std::vector<double> of(std::span<const HeldVoltage> pieces) const;
};

}  // namespace tawara::recordings
