#pragma once
#include <filesystem>
#include <string>

#include "kernel/cli/run.hpp"

namespace tawara {

/// Whether a folder holds a run that ended well. summary.json is the last file a run writes.
[[nodiscard]] bool is_finished(const std::filesystem::path& folder);

/// Where this run goes; created. A default folder that exists gets "-2", "-3", ...; one the user named must be new,
/// empty, or (with --resume) unfinished. @throws CommandLineError with the remedy
[[nodiscard]] std::filesystem::path make_run_folder(const RunRequest& request, const Scenario& scenario);

/// When resuming: the scenario must be the one the folder was made with, but for what does not change results (threads,
/// limits of time). @throws CommandLineError naming the first line that differs
void check_same_scenario(const std::filesystem::path& folder, const Scenario& scenario);

}  // namespace tawara
