#include "kernel/cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

#include "kernel/cli/isolated_run.hpp"
#include "kernel/cli/run_folder.hpp"
#include "kernel/cli/sweep.hpp"
#include "kernel/cluster/group.hpp"
#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/host/isa.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/provenance.hpp"
#include "kernel/results/write.hpp"
#include "kernel/scenario/input_files.hpp"
#include "tawara/version.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

void print_warnings(const Scenario& scenario) {
  for (const Problem& p : scenario.warnings) std::cerr << render(p);
}

/// "nodes 58706, mean_edge_mm 1.498, ..." for the log; the numbers themselves are in summary.json.
void log_summary(const nlohmann::ordered_json& summary, RunServices& services) {
  for (const auto& [instance, values] : summary.items()) {
    std::string line;
    for (const auto& [key, value] : values.items())
      line += fmt::format("{}{} {}", line.empty() ? "" : ", ", key,
                          value.is_number_float() ? fmt::format("{:.5g}", value.get<double>())
                          : value.is_string()     ? value.get<std::string>()
                                                  : value.dump());
    services.log(Host::Level::info, instance, line);
  }
}

/// The shards this run's instances wrote or found again, by "cohort.cells.*.h5".
ShardSeries shards_of(const RunServices& services) {
  const auto noted = services.shards();
  ShardSeries found;
  if (noted.empty()) return found;
  for (const auto& [series, files] : shard_series_in(services.folder()))
    if (const auto known = noted.find(series); known != noted.end())
      for (const fs::path& file : files)
        if (known->second.contains(shard_number(file))) found[series + ".*.h5"].push_back(file);
  return found;
}

/// What a resumed run has no use for, because its rows became fewer: nobody may take it for a result.
void remove_left_over_shards(const RunServices& services) {
  const auto noted = services.shards();
  if (noted.empty()) return;
  std::error_code failed;
  for (const auto& [series, files] : shard_series_in(services.folder()))
    if (const auto known = noted.find(series); known != noted.end())
      for (const fs::path& file : files)
        if (!known->second.contains(shard_number(file))) fs::remove(file, failed);
}

std::string size_of_all(const std::vector<fs::path>& files) {
  double bytes = 0;
  std::error_code failed;
  for (const fs::path& file : files) bytes += static_cast<double>(fs::file_size(file, failed));
  return bytes < 1e6 ? fmt::format("{:.0f} kB", std::ceil(bytes / 1e3)) : fmt::format("{:.1f} MB", bytes / 1e6);
}

}  // namespace

std::string quoted(const std::string& word) {
  constexpr const char* plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string run_command(const RunRequest& request, const fs::path& program) {
  std::string command = quoted(program.string()) + " run " + quoted(request.scenario.file.string());
  for (const std::string& set : request.scenario.sets) command += " --set " + quoted(set);
  for (const std::string& sweep : request.scenario.sweeps) command += " --sweep " + quoted(sweep);
  if (request.scenario.seed) command += fmt::format(" --seed {}", *request.scenario.seed);
  for (const fs::path& plugin : request.scenario.plugins) command += " --plugin " + quoted(plugin.string());
  return command;
}

std::string resume_command(const RunRequest& request, const fs::path& folder) {
  std::string command = run_command(request);
  if (request.isolate) command += " --isolate";
  if (request.time_limit) command += fmt::format(" --time-limit {:g}", *request.time_limit);
  const std::string how = request.division.part      ? " --part " + request.division.part->text()
                          : request.division.collect ? " --collect"
                                                     : " --resume";
  return command + how + " --output " + quoted(folder.string());
}

nlohmann::ordered_json run_one(const Scenario& scenario, const Catalogue& catalogue, const fs::path& folder,
                               bool resume, bool quiet, const std::string& to_go_on, const Division& division) {
  RunServices services(scenario.seed, scenario.run.threads);
  services.quiet(quiet);
  services.log_to(folder / "log.txt");
  services.keep_state_in(folder, resume);
  services.divide(division);
  choose_isa(scenario.run.isa);
  write_whole(folder / "scenario.resolved.toml", scenario.resolved);
  services.change_scenario_with([&](const std::vector<std::string>& sets) {
    ScenarioRequest request;
    request.file = folder / "scenario.resolved.toml";
    request.sets = sets;
    request.files_must_exist = false;
    request.reached_only = true;
    return load_scenario(request, catalogue).resolved;
  });
  nlohmann::ordered_json provenance = provenance_of(scenario, services.threads());
  if (!Group::get().alone()) provenance["processes"] = Group::get().size();
  provenance["started"] = timestamp();
  const auto finish = [&](std::string status) {
    provenance["ended"] = timestamp();
    provenance["status"] = std::move(status);
    for (const auto& [names, files] : shards_of(services)) provenance["shards"][names] = files.size();
    services.sum_up_warnings();
    write_whole(folder / "provenance.json", provenance.dump(2) + "\n");
  };
  services.log(Host::Level::info, "",
               fmt::format("{} -> {}", scenario.title.empty() ? scenario.file.filename().string() : scenario.title,
                           folder.string()));

  const auto begin = std::chrono::steady_clock::now();
  Preparer preparer(scenario, catalogue, services);
  try {
    const Graph graph = preparer.prepare(upstream(scenario, scenario.run.targets));
    FixedEvaluator evaluator(graph, services);
    nlohmann::ordered_json summary = nlohmann::ordered_json::object();
    Report report(scenario.title.empty() ? scenario.file.stem().string() : scenario.title);
    write_results(graph, evaluator, evaluated_upstream(scenario, scenario.run.targets), folder, summary, report);
    if (interrupted()) throw Cancelled();
    remove_left_over_shards(services);
    for (const auto& [names, files] : shards_of(services))
      report.files(names, fmt::format("{} file{}, {}", files.size(), files.size() == 1 ? "" : "s", size_of_all(files)));
    log_summary(summary, services);
    finish("finished");
    write_whole(folder / "report.html", report.html(provenance));
    write_whole(folder / "summary.json", summary.dump(2) + "\n");  // last: its presence means finished
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    services.log(Host::Level::info, "", fmt::format("done in {:.1f} s: {}", seconds, folder.string()));
    return summary;
  } catch (const Cancelled&) {
    if (const auto& unfinished = preparer.unfinished()) write_unfinished(*unfinished, folder);
    finish("stopped");
    services.log(Host::Level::warn, "", "stopped; what is finished is kept. Go on with: " + to_go_on);
    throw;
  } catch (const std::exception& e) {
    finish("failed");
    services.log(Host::Level::debug, "", e.what());
    throw;
  }
}

namespace {

/// What construct_all does, without opening a plugin here. A crash of components that every row may change is a
/// warning.
int construct_apart(const RunRequest& request, const Scenario& scenario) {
  IsolatedRun only_construct;
  only_construct.scenario = request.scenario;
  const Ending ending = run_apart(only_construct, request.time_limit);
  if (ending.kind == Ending::answered) return ending.answer.value("exit", 1);
  if (scenario.sweep.empty()) {
    std::cerr << ending.status << ": " << ending.message << '\n';
    return exit_failed_run;
  }
  std::cerr << "warning: with the scenario's own values, " << ending.message << '\n';
  return exit_fine;
}

int run_single_apart(const RunRequest& request, const fs::path& folder) {
  const std::string to_go_on = resume_command(request, folder);
  IsolatedRun run;
  run.scenario = request.scenario;
  run.folder = folder;
  run.resume = request.resume;
  run.quiet = request.quiet;
  run.to_go_on = to_go_on;
  const Ending ending = run_apart(run, request.time_limit);
  if (ending.kind == Ending::answered) return ending.answer.value("exit", 1);
  std::cerr << ending.status << ": " << ending.message << '\n';
  if (is_finished(folder)) {
    std::cerr << "its results were whole by then: " << folder.string() << '\n';
    return exit_fine;
  }
  std::cerr << "its log: " << (folder / "log.txt").string() << "\nWhen the cause is gone, go on with: " << to_go_on
            << '\n';
  return exit_failed_run;
}

/// What a process does that makes its share and leaves the results to another one.
void prepare_share(const Scenario& scenario, const Catalogue& catalogue, RunServices& services) {
  choose_isa(scenario.run.isa);
  Preparer preparer(scenario, catalogue, services);
  try {
    (void)preparer.prepare(upstream(scenario, scenario.run.targets));
  } catch (const PartDone&) {
  } catch (const HelpEnded&) {
  }
}

/// Leaves the shards of one part, a log, and nothing that another part writes too.
void run_part(const Scenario& scenario, const Catalogue& catalogue, const fs::path& folder, const RunRequest& request) {
  const Part& part = *request.division.part;
  RunServices services(scenario.seed, scenario.run.threads);
  services.quiet(request.quiet);
  services.log_to(folder / fmt::format("log.part{}.txt", part.index));
  services.keep_state_in(folder, false);
  services.divide(request.division);
  services.log(Host::Level::info, "", fmt::format("part {} -> {}", part.text(), folder.string()));
  try {
    prepare_share(scenario, catalogue, services);
  } catch (const std::exception& e) {
    services.log(Host::Level::debug, "", e.what());
    throw;
  }
  if (!services.has_divided_work())
    throw CommandLineError(
        "--part: nothing in this scenario is made in parts, neither rows of a sweep nor shards of a population; run it "
        "without --part");
  services.sum_up_warnings();
  services.log(Host::Level::info, "", fmt::format("part {} is done", part.text()));
}

/// A rank other than the first.
void help(const Scenario& scenario, const Catalogue& catalogue, const fs::path& folder) {
  RunServices services(scenario.seed, scenario.run.threads);
  services.keep_state_in(folder, false);
  prepare_share(scenario, catalogue, services);
}

/// Results must not depend on which process made them.
void check_agreement(const Scenario& scenario) {
  choose_isa(scenario.run.isa);
  std::string words = fmt::format("tawara {} with {} instructions\n", project_version, chosen_isa());
  for (const Instance& instance : scenario.instances)
    words += instance.component.plugin->manifest.digest + " " + instance.component.descriptor->name + "\n";
  words += scenario.resolved;
  const std::vector<std::string> all = Group::get().exchange("scenario", words);
  for (std::size_t r = 1; r < all.size(); ++r) {
    if (all[r] == all[0]) continue;
    const auto line_of = [&](const std::string& text) {
      const auto at = static_cast<std::size_t>(
          std::mismatch(all[0].begin(), all[0].end(), all[r].begin(), all[r].end()).first - all[0].begin());
      const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
      return text.substr(begin, text.find('\n', begin) - begin);
    };
    throw Error(
        fmt::format("processes 1 and {} of {} would not compute the same: '{}' here, '{}' there; use the same "
                    "installation on machines of one kind, or set run.isa to what all of them have",
                    r + 1, all.size(), line_of(all[0]), line_of(all[r])));
  }
}

/// The first process decides.
fs::path common_folder(const RunRequest& request, const Scenario& scenario) {
  Group& group = Group::get();
  return group.from_first("output folder", group.is_first() ? make_run_folder(request, scenario).string() : "");
}

}  // namespace

int run_scenario(const RunRequest& request) {
  Group& group = Group::get();
  if (!group.alone() && (!request.division.whole() || request.slurm))
    throw CommandLineError("--part, --collect and --slurm are for single processes; start them without mpirun or srun");
  if (!group.alone() && request.isolate && request.scenario.sweeps.empty())
    throw CommandLineError(
        "--isolate and --time-limit with mpirun or srun are for a --sweep, whose rows are dealt to them");
  DiscoveryOptions where{request.scenario.plugins, plugin_paths_of(request.scenario)};
  const Catalogue catalogue = Catalogue::discover(where);
  const Scenario scenario = load_scenario(request.scenario, catalogue);
  print_warnings(scenario);
  if (request.isolate) {
    if (const int code = construct_apart(request, scenario); code != exit_fine) return code;
  } else {
    construct_all(scenario, catalogue);
    for (const std::string& warning : catalogue.take_warnings()) std::cerr << "warning: " << warning << '\n';
  }
  const auto rows = sweep_rows(scenario);
  if (request.dry_run) {
    std::cout << scenario.resolved << "\n# order:";
    for (const std::size_t i : upstream(scenario, scenario.run.targets)) std::cout << ' ' << scenario.instances[i].name;
    std::cout << "\n# runs: " << rows.size() << '\n';
    return exit_fine;
  }
  if (!group.alone()) check_agreement(scenario);
  const fs::path folder = common_folder(request, scenario);
  if (request.slurm) {
    write_slurm_job(request, scenario, rows.size(), folder, std::cout);
    return exit_fine;
  }
  const fs::path resolved = folder / "scenario.resolved.toml";
  if (request.resume || (!request.division.whole() && fs::exists(resolved))) check_same_scenario(folder, scenario);
  if (request.division.part && !fs::exists(resolved)) write_whole(resolved, scenario.resolved);
  if (!scenario.sweep.empty()) return run_sweep(request, scenario, catalogue, rows, folder);
  if (request.division.part) {
    run_part(scenario, catalogue, folder, request);
    return exit_fine;
  }
  if (!group.is_first()) {
    help(scenario, catalogue, folder);
    return exit_fine;
  }
  if (request.isolate && request.division.whole()) return run_single_apart(request, folder);
  run_one(scenario, catalogue, folder, request.resume, request.quiet, resume_command(request, folder),
          request.division);
  return exit_fine;
}

std::string message_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const ScenarioProblems& e) {
    return e.problems().empty() ? e.what() : e.problems().front().message;
  } catch (const std::exception& e) {
    return e.what();
  }
}

int report_exception(std::exception_ptr exception, std::ostream& out) {
  try {
    std::rethrow_exception(exception);
  } catch (const ScenarioProblems& e) {
    const std::string_view text = e.what();
    out << text << (text.ends_with('\n') ? "" : "\n");
    return exit_scenario;
  } catch (const CommandLineError& e) {
    out << "tawara: " << e.what() << '\n';
    return exit_command_line;
  } catch (const PluginError& e) {
    out << e.what() << '\n';
    return exit_plugin;
  } catch (const Cancelled&) {
    return exit_failed_run;
  } catch (const std::exception& e) {
    out << e.what() << '\n';
    return exit_failed_run;
  }
}

}  // namespace tawara
