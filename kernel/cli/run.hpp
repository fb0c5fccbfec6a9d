#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>

#include "kernel/cli/slurm.hpp"
#include "kernel/cluster/part.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara {

struct RunRequest {
  ScenarioRequest scenario;
  std::optional<std::filesystem::path> output;  ///< --output, relative to the current folder
  bool dry_run = false;
  bool resume = false;
  bool quiet = false;
  bool isolate = false;              ///< every run in a process of its own
  std::optional<double> time_limit;  ///< seconds for each of them; with `isolate` only
  Division division;                 ///< --part, --collect
  std::optional<SlurmJob> slurm;     ///< --slurm: write its scripts, run nothing
};

/// Exit codes of the command line.
enum Exit : int { exit_fine = 0, exit_failed_run = 1, exit_command_line = 2, exit_scenario = 3, exit_plugin = 4 };

/// The command line asks for something that cannot be done (an output folder that is in the way).
class CommandLineError : public Error {
 public:
  using Error::Error;
};

/// `tawara run`: one run, or every row of a sweep. @returns an exit code; reports failures itself
/// @throws what load_scenario and Catalogue::discover throw, CommandLineError
int run_scenario(const RunRequest& request);

/// The first line or so of it, for a cell of runs.csv.
[[nodiscard]] std::string message_of(const std::exception_ptr& exception);

/// As a shell reads it back.
[[nodiscard]] std::string quoted(const std::string& word);
/// The command line of this request, without what says where results go and which of them. @param program  "tawara"
[[nodiscard]] std::string run_command(const RunRequest& request, const std::filesystem::path& program = "tawara");

/// What to tell the user about an exception that ended a command, and the exit code it means.
int report_exception(std::exception_ptr exception, std::ostream& out);

}  // namespace tawara
