#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kernel/plugins/at_work.hpp"

namespace tawara {

/// How a task in a process of its own ended.
struct Ending {
  enum Kind { answered, crashed, timed_out, left };
  Kind kind = answered;
  int code = 0;                   ///< exit code, where there is one
  nlohmann::ordered_json answer;  ///< null when it left none
  /// "crashed (SIGSEGV)", "timed out after 10 s", "left (exit code 3)"; empty when it answered.
  std::string status;
  /// "fixture.moody 'patient' (plugin fixture-good 1.2.3) crashed in evaluate: SIGSEGV (invalid memory access)"
  std::string message;
};

/// Carry out a task in a new process of this program, so that whatever happens to it costs the task only. While it
/// runs, Ctrl-C is passed on as a request to stop; the task ends when this process does.
/// @param label       shown by ps
/// @param time_limit  seconds; then it is asked to stop, and killed when that does not help
/// @throws Error when no process can be started
[[nodiscard]] Ending in_own_process(const nlohmann::ordered_json& task, const std::string& label,
                                    std::optional<double> time_limit = {});

/// The first word of the new process's command line.
inline constexpr const char* isolated_word = "--isolated";

/// The other side: read the task, carry it out, leave the answer. @param words  the command line from isolated_word on
/// Does not return when it was started as it should be; the exit code is then the answer's member "exit".
int serve_isolated(const std::vector<std::string>& words,
                   const std::function<nlohmann::ordered_json(const nlohmann::ordered_json&)>& carry_out);

}  // namespace tawara
