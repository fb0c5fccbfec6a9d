#include "kernel/cli/run_folder.hpp"

#include <fmt/format.h>

#include <sstream>

#include "kernel/results/files.hpp"

namespace tawara {
namespace fs = std::filesystem;

bool is_finished(const fs::path& folder) {
  return fs::exists(folder / "summary.json") || fs::exists(folder / "runs.done");
}

namespace {

bool is_taken(const fs::path& folder) {
  return fs::exists(folder) && !(fs::is_directory(folder) && fs::is_empty(folder));
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
  if (request.resume && !request.output)
    throw CommandLineError("--resume needs --output DIR, the folder of the run to go on with");
  fs::path folder;
  if (request.output) {
    folder = fs::absolute(*request.output).lexically_normal();
    if (is_finished(folder))
      throw CommandLineError(
          fmt::format("{} holds a finished run, which is never overwritten; choose another --output", folder.string()));
    if (request.resume && !fs::exists(folder / "scenario.resolved.toml"))
      throw CommandLineError(fmt::format("{} holds no run to resume; start one without --resume", folder.string()));
    if (!request.resume && is_taken(folder))
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

void check_same_scenario(const fs::path& folder, const std::string& resolved) {
  std::istringstream before(read_whole(folder / "scenario.resolved.toml")), now(resolved);
  std::string a, b;
  for (int line = 1;; ++line) {
    const bool more_a = static_cast<bool>(std::getline(before, a)), more_b = static_cast<bool>(std::getline(now, b));
    if (!more_a && !more_b) return;
    if (more_a == more_b && a == b) continue;
    throw CommandLineError(
        fmt::format("the scenario is not the one {} was made with (scenario.resolved.toml line {}: "
                    "'{}' then, '{}' now); start afresh with another --output",
                    folder.string(), line, more_a ? a : "", more_b ? b : ""));
  }
}

}  // namespace tawara
