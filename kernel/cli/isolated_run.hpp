#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "kernel/cli/isolate.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara {

/// One run, as it is told to a process of its own.
struct IsolatedRun {
  ScenarioRequest scenario;
  std::filesystem::path folder;  ///< empty: only construct the components, which opens their plugins
  bool resume = false;
  bool quiet = false;
  bool tells_errors = true;  ///< on stderr; otherwise in the answer only
  std::string to_go_on;      ///< the command that resumes it
};

/// The answer: "exit" code, "message" of a failure, and "stopped" where Ctrl-C ended it. A crash is also a line of the
/// folder's log.
[[nodiscard]] Ending run_apart(const IsolatedRun& run, std::optional<double> time_limit);

/// What the new process does.
[[nodiscard]] nlohmann::ordered_json carry_out_run(const nlohmann::ordered_json& task);

}  // namespace tawara
