#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tawara {

struct RunRequest;
struct Scenario;

/// `tawara run FILE --slurm`: how the run is to be spread over a cluster.
struct SlurmJob {
  std::vector<std::string> options;    ///< of sbatch, without dashes: "partition=long", "exclusive"
  std::optional<std::size_t> tasks;    ///< of the array; by default one per row of the sweep, at most 1000
  std::optional<std::size_t> at_once;  ///< how many of them run at the same time; by default as Slurm likes
};

/// Writes FOLDER/slurm: array.sh (a task per part of the run), collect.sh (puts them together), submit.sh (submits
/// both, the second to wait for the first), and runs nothing. @param rows of the sweep
/// @throws CommandLineError  an option that the scripts set themselves, a number of tasks that makes no sense
void write_slurm_job(const RunRequest& request, const Scenario& scenario, std::size_t rows,
                     const std::filesystem::path& folder, std::ostream& out);

}  // namespace tawara
