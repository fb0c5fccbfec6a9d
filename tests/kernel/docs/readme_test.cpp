#include <doctest/doctest.h>

#include <regex>
#include <sstream>
#include <vector>

#include "../../tawara_command.hpp"
#include "../temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path source = TAWARA_SOURCE;

/// The contents of README.md's blocks in one language.
std::vector<std::string> blocks(const std::string& language) {
  std::vector<std::string> found;
  bool inside = false;
  std::istringstream lines(contents(source / "README.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = !inside && line == "```" + language;
      if (inside) found.emplace_back();
    } else if (inside) {
      found.back() += line + '\n';
    }
  }
  return found;
}

/// README speaks of the reader's own scenario; one cell stands in for it.
std::string readers_scenario() { return contents(source / "scenarios" / "single_cell.toml"); }

}  // namespace

TEST_CASE("every tawara command in README.md is one that works") {
  const TemporaryFolder temporary;
  const std::string twin = temporary.write("my_twin.toml", readers_scenario()).string();
  std::size_t run = 0;
  for (const std::string& block : blocks("sh")) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);) {
      const std::string command = "build/bin/tawara ";
      if (!line.starts_with(command)) continue;
      std::string arguments = line.substr(command.size(), line.find('#') - command.size());
      arguments = std::regex_replace(arguments, std::regex("my_twin\\.toml"), twin);
      if (arguments.starts_with("run ")) arguments += " --dry-run";
      if (arguments.starts_with("docs ")) arguments = "docs " + (temporary.path() / "docs").string();
      const CommandResult result = tawara_command(arguments);
      // The doctor speaks of everything it finds, and may find a refused file of this machine's user.
      const bool well = result.code == 0 || (arguments.starts_with("doctor") && result.code == 4);
      CHECK_MESSAGE(well, line << '\n' << result.out << result.err);
      ++run;
    }
  }
  CHECK(run >= 6);
}

TEST_CASE("every scenario block in README.md loads beside the instances it names") {
  const TemporaryFolder temporary;
  const std::vector<std::string> scenarios = blocks("toml");
  CHECK_FALSE(scenarios.empty());
  for (const std::string& block : scenarios) {
    const fs::path file = temporary.write("block.toml", readers_scenario() + '\n' + block);
    const CommandResult result = tawara_command("check '" + file.string() + "'");
    CHECK_MESSAGE(result.code == 0, block << '\n' << result.out << result.err);
  }
}

TEST_CASE("every file README.md names in the tree is there") {
  const std::string text = contents(source / "README.md");
  const std::regex path("`((?:scenarios|sdk|plugins|kernel|tests|bench)/[A-Za-z0-9_./-]*[A-Za-z0-9_])");
  std::size_t found = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), path), end; it != end; ++it, ++found)
    CHECK_MESSAGE(fs::exists(source / (*it)[1].str()), (*it)[1].str());
  CHECK(found > 0);
}
