#include "kernel/cli/slurm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ostream>

#include "kernel/cli/run.hpp"
#include "kernel/results/files.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_tasks = 1000;  ///< Slurm's MaxArraySize, unless configured otherwise

/// "cpus-per-task" of "cpus-per-task=4"; also without the dashes some will give.
std::string name_of(const std::string& option) {
  const std::size_t from = option.find_first_not_of('-');
  return from == std::string::npos ? "" : option.substr(from, option.find('=') - from);
}

void check_options(const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    const std::string name = name_of(option);
    if (name.empty() || option.find('\n') != std::string::npos)
      throw CommandLineError(
          fmt::format("--slurm-option '{}' is no option of sbatch; write it as partition=long", option));
    if (name == "array" || name == "a")
      throw CommandLineError("--slurm-option array is given by --tasks and --at-once");
    if (name == "output" || name == "o" || name == "job-name" || name == "J" || name == "dependency" || name == "d")
      throw CommandLineError(fmt::format("--slurm-option {}: the scripts set that themselves", name));
  }
}

std::size_t tasks_of(const SlurmJob& job, const Scenario& scenario, std::size_t rows) {
  const bool sweep = !scenario.sweep.empty();
  if (!job.tasks && !sweep)
    throw CommandLineError(
        "--slurm: this is one run, not a sweep; say with --tasks N to how many tasks the shards of its population are "
        "dealt. A sampler runs on many cores with mpirun or srun instead");
  const std::size_t tasks = job.tasks.value_or(std::min(rows, most_tasks));
  if (sweep && tasks > rows)
    throw CommandLineError(fmt::format("--tasks {} is more than the {} rows of the sweep", tasks, rows));
  return tasks;
}

/// '%' begins a replacement in the names of Slurm's output files.
std::string as_pattern(const fs::path& path) {
  std::string text;
  for (const char c : path.string()) text += c == '%' ? "%%" : c == '"' ? "\\\"" : std::string(1, c);
  return text;
}

std::string job_name(const Scenario& scenario) {
  std::string name = "tawara-" + scenario.file.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '_';
  return name;
}

std::string header(const std::string& name, const fs::path& log, const std::vector<std::string>& more,
                   const SlurmJob& job, const std::string& what) {
  std::string text =
      fmt::format("#!/bin/bash\n#SBATCH --job-name={}\n#SBATCH --output=\"{}\"\n", name, as_pattern(log));
  for (const std::string& line : more) text += "#SBATCH --" + line + "\n";
  for (const std::string& option : job.options)
    text += "#SBATCH --" + option.substr(option.find_first_not_of('-')) + "\n";
  return text + "# " + what + "\n";
}

}  // namespace

void write_slurm_job(const RunRequest& request, const Scenario& scenario, std::size_t rows, const fs::path& folder,
                     std::ostream& out) {
  const SlurmJob& job = *request.slurm;
  check_options(job.options);
  const std::size_t tasks = tasks_of(job, scenario, rows);
  const fs::path scripts = folder / "slurm";
  fs::create_directories(scripts);

  RunRequest there = request;
  there.scenario.file = fs::absolute(request.scenario.file);
  const std::string run = fmt::format("cd {}\nexec {} --output {}", quoted(fs::current_path().string()),
                                      run_command(there, fs::read_symlink("/proc/self/exe")), quoted(folder.string()));

  const bool says_processors = std::any_of(job.options.begin(), job.options.end(), [](const std::string& option) {
    return name_of(option) == "cpus-per-task" || name_of(option) == "c";
  });
  std::vector<std::string> array{fmt::format("array=0-{}", tasks - 1)};
  if (job.at_once) array[0] += fmt::format("%{}", *job.at_once);
  if (!says_processors) array.push_back(fmt::format("cpus-per-task={}", std::max(1, scenario.run.threads)));
  const std::string name = job_name(scenario);
  // %a of Slurm is put in after as_pattern, which would take its meaning away.
  std::string array_script = header(name, scripts / "TASK.out", array, job,
                                    "One part of the run; again alone: sbatch --array=INDEX array.sh") +
                             run + fmt::format(" --part \"$SLURM_ARRAY_TASK_ID/{}\" --quiet\n", tasks);
  array_script.replace(array_script.find("TASK.out"), 4, "%a");
  write_whole(scripts / "array.sh", array_script);
  write_whole(scripts / "collect.sh",
              header(name + "-collect", scripts / "collect.out", {}, job, "Tables and report of what the parts left.") +
                  run + " --collect\n");
  write_whole(scripts / "submit.sh",
              fmt::format("#!/bin/bash\n# The array, and what waits for all its tasks to end, well or not.\nset -e\n"
                          "array=$(sbatch --parsable {})\nsbatch --dependency=afterany:\"${{array%%;*}}\" {}\n",
                          quoted((scripts / "array.sh").string()), quoted((scripts / "collect.sh").string())));
  write_whole(folder / "scenario.resolved.toml", scenario.resolved);  // a part refuses another scenario than this
  out << fmt::format("{} task{}, then one that collects: submit with\n  bash {}\n", tasks, tasks == 1 ? "" : "s",
                     quoted((scripts / "submit.sh").string()));
}

}  // namespace tawara
