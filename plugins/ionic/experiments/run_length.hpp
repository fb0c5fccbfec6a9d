#pragma once
#include <optional>
#include <string>

#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// How many beats a cell is run for, and how long the last of them is followed. Under a clamp a beat is a sweep; a cell
/// left alone has one beat that never ends.
struct RunLength {
  int beats;
  double last_beat;      ///< ms
  bool clamped = false;  ///< the protocol gives the voltage
  bool free = false;     ///< the last beat has no end of its own and nothing stimulates: beats come as they like
};

/// Beats of a drive that end; nothing when there is no last one (more than a few million).
[[nodiscard]] std::optional<int> finite_beats(const Protocol::Drive& drive);

/// @param protocol  instance, for messages
/// @param beats     absent: one sweep under a clamp, all beats where the protocol has a last one, 100 otherwise
/// @param duration  ms, of the last beat; absent: until the next would begin
/// @throws ScenarioError("beats", "duration")  a beat that never ends without a duration; more beats than there are; a
/// duration that would reach into the next stimulus
[[nodiscard]] RunLength run_length(const Protocol::Drive& drive, const std::string& protocol, std::optional<int> beats,
                                   std::optional<double> duration);

/// Commands outside this are no experiment on a cell (lipid membranes break down): refused, mV.
inline constexpr double lowest_command = -200, highest_command = 200;
/// Models are fitted to data within this; beyond it they extrapolate: warned of, mV.
inline constexpr double lowest_fitted = -150, highest_fitted = 100;

/// Look at the commands of all sweeps of a run.
/// @return a warning, or ""
/// @throws ScenarioError("protocol")  commands outside lowest_command..highest_command or that are no numbers
[[nodiscard]] std::string check_commands(const Protocol::Drive& drive, const std::string& protocol,
                                         const RunLength& length);

}  // namespace tawara::experiments
