#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tawara {

struct TestPluginRequest {
  std::filesystem::path file;                 ///< of the plugin
  std::vector<std::filesystem::path> others;  ///< --plugin: also looked into for what fills slots
  std::vector<std::filesystem::path> scenarios;
  std::vector<std::string> checks, components;  ///< none: all
  int jobs = 0;                                 ///< 0: one per core
  std::optional<double> seconds;
  bool json = false;
};

/// `tawara test-plugin FILE`: does what every plugin has to, and what every component of its kinds has to.
/// @returns 0, or 4 when a check failed or the file is refused
/// @throws CommandLineError  no such file, check or component (with suggestions)
/// @throws ScenarioProblems  a given scenario does not load
int run_test_plugin(const TestPluginRequest& request, std::ostream& out, std::ostream& err);

/// `tawara test-plugin --list-checks`: their names and what they ask.
int run_list_checks(bool json, std::ostream& out);

}  // namespace tawara
