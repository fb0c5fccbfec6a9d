#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/conformance/check.hpp"

namespace tawara::conformance {

struct Outcome {
  std::string_view check;
  std::vector<std::string> failures;
  std::string skipped;  ///< why, "" when it was not
  [[nodiscard]] bool failed() const { return !failures.empty(); }
};

struct ComponentOutcome {
  std::string component;
  std::vector<Outcome> checks;  ///< in their own order
};

struct SuiteRequest {
  const Catalogue& catalogue;
  const PluginFile& plugin;  ///< the one under test
  const PluginFile* toys;    ///< nullptr where there are none
  std::vector<std::filesystem::path> scenarios;
  std::vector<std::string> only_checks, only_components;  ///< none: all
  int jobs = 1;
  std::optional<double> seconds;  ///< limit of each check instead of its own
};

/// Every check of every component of the plugin, each in a process of its own. Call it before this process opens a
/// plugin or starts a thread.
/// @param done  gets one component after the other, in the catalogue's order
/// @throws Error when the system gives no process or no folder
void run_suite(const SuiteRequest& request, const std::function<void(const ComponentOutcome&)>& done);

}  // namespace tawara::conformance
