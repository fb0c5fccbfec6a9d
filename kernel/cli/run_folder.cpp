#include "kernel/cli/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "kernel/results/files.hpp"

namespace tawara {
namespace fs = std::filesystem;

bool is_finished(const fs::path& folder) {
  return fs::exists(folder / "summary.json") || fs::exists(folder / "runs.done");
}

namespace {

/// A run failed in here before it had any result: nothing to resume, nothing to lose.
bool holds_a_failed_start(const fs::path& folder) {
  static const std::set<std::string> first_files = {"log.txt", "provenance.json", "scenario.resolved.toml"};
  if (!fs::exists(folder / "provenance.json")) return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (!first_files.contains(entry.path().filename().string())) return false;
  const auto provenance = nlohmann::json::parse(read_whole(folder / "provenance.json"), nullptr, false);
  return provenance.is_object() && provenance.contains("status") && provenance["status"] == "failed";
}

bool is_taken(const fs::path& folder) {
  if (!fs::exists(folder)) return false;
  return !fs::is_directory(folder) || !(fs::is_empty(folder) || holds_a_failed_start(folder));
}

/// out/twin, or out/twin-2, out/twin-3, ... whichever is free first.
fs::path first_free(const fs::path& wish) {
  fs::path folder = wish;
  for (int n = 2; is_taken(folder); ++n) folder = fmt::format("{}-{}", wish.string(), n);
  return folder;
}

void create(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    throw CommandLineError(fmt::format("cannot make the output folder {}: {}", folder.string(),
                                       error ? error.message() : "a file of that name is in the way"));
}

}  // namespace

fs::path make_run_folder(const RunRequest& request, const Scenario& scenario) {
  const std::string option = request.resume             ? "--resume"
                             : request.division.part    ? "--part"
                             : request.division.collect ? "--collect"
                                                        : "";
  if (!option.empty() && !request.output)
    throw CommandLineError(option + (option == "--part" ? " needs --output DIR, a folder that all parts share"
                                                        : " needs --output DIR, the folder of the run to go on with"));
  fs::path folder;
  if (request.output) {
    folder = fs::absolute(*request.output).lexically_normal();
    if (is_finished(folder))
      throw CommandLineError(
          fmt::format("{} holds a finished run, which is never overwritten; choose another --output", folder.string()));
    if ((request.resume || request.division.collect) && !fs::exists(folder / "scenario.resolved.toml"))
      throw CommandLineError(fmt::format("{} holds no run to {}; start one without {}", folder.string(),
                                         request.resume ? "resume" : "collect", option));
    if (option.empty() && is_taken(folder))
      throw CommandLineError(
          fmt::format("{} is not empty{}", folder.string(),
                      fs::exists(folder / "scenario.resolved.toml")
                          ? "; add --resume to go on with the unfinished run in it, or choose another --output"
                          : "; choose another --output"));
  } else {
    const fs::path wish = scenario.output.directory.value_or(fs::current_path() / "out" / scenario.file.stem());
    folder = first_free(wish);
  }
  create(folder);
  return folder;
}

void check_same_scenario(const fs::path& folder, const Scenario& scenario) {
  std::set<std::string> without_effect{"threads"};
  for (const Instance& instance : scenario.instances)
    for (const Parameter& p : instance.component.descriptor->parameters)
      if (!p.changes_results) without_effect.insert(p.name);
  const auto lines_of = [&](const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
      if (!without_effect.contains(line.substr(0, line.find(' ')))) lines.push_back(std::move(line));
    return lines;
  };
  const auto before = lines_of(read_whole(folder / "scenario.resolved.toml")), now = lines_of(scenario.resolved);
  const auto [a, b] = std::mismatch(before.begin(), before.end(), now.begin(), now.end());
  if (a == before.end() && b == now.end()) return;
  throw CommandLineError(
      fmt::format("the scenario is not the one {} was made with: '{}' then, '{}' now; start afresh "
                  "with another --output",
                  folder.string(), a == before.end() ? "" : *a, b == now.end() ? "" : *b));
}

}  // namespace tawara
