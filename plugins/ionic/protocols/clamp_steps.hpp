#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tawara::protocols {

/// What no cell membrane is clamped beyond, mV: lipid bilayers break down.
inline constexpr double lowest_command = -200, highest_command = 200;

/// One piece of a voltage clamp: V held, or a straight line from V to `ramp_to`.
struct ClampStep {
  double V;                       ///< mV
  double duration;                ///< ms
  std::optional<double> ramp_to;  ///< mV
};

/// What is wrong with a step, with the remedy; "" when nothing is.
[[nodiscard]] std::string problem_of(const ClampStep& step);

/// Steps from a CSV. The first row names the columns, units in brackets: `V_m [mV]` (or V), `duration [ms]` and,
/// where there are ramps, `ramp_to [mV]`, empty in rows that hold. Volts and seconds are converted. Blank lines and
/// lines beginning with # are skipped.
/// @throws DataError  file:line, what was found and expected
[[nodiscard]] std::vector<ClampStep> read_clamp_steps(const std::filesystem::path& file);

}  // namespace tawara::protocols
