#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "kernel/cli/run.hpp"

namespace tawara {

/// One run into an existing folder. @param to_go_on  the command that resumes it, for the message of a stopped run
/// @returns the content of summary.json
nlohmann::ordered_json run_one(const Scenario& scenario, const Catalogue& catalogue,
                               const std::filesystem::path& folder, bool resume, bool quiet,
                               const std::string& to_go_on, const Division& division = {});

/// The command line that goes on with this request in its folder, with all that was set on the first one.
[[nodiscard]] std::string resume_command(const RunRequest& request, const std::filesystem::path& folder);

/// Every row in a folder of its own, and runs.csv: a line per row with what was varied, status and summary numbers. A
/// failed row is a line, not the end, and leaves its message in its folder's failed.txt. With --resume and --part
/// finished rows are kept as they are; --part runs its rows and writes nothing else, --collect writes the rest and runs
/// nothing.
int run_sweep(const RunRequest& request, const Scenario& scenario, const Catalogue& catalogue,
              const std::vector<std::vector<std::string>>& rows, const std::filesystem::path& folder);

/// "0003__sex=male__period=400"
[[nodiscard]] std::string row_folder(std::size_t number, const std::vector<std::string>& overrides);

}  // namespace tawara
