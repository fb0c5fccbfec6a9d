#include "kernel/cli/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <iostream>

#include "kernel/cli/isolated_run.hpp"
#include "kernel/cli/run_folder.hpp"
#include "kernel/cli/sweep.hpp"
#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/host/isa.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/provenance.hpp"
#include "kernel/results/write.hpp"
#include "kernel/scenario/input_files.hpp"

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

/// As a shell reads it back.
std::string quoted(const std::string& word) {
  constexpr const char* plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string resume_command(const RunRequest& request, const fs::path& folder) {
  std::string command = "tawara run " + quoted(request.scenario.file.string());
  for (const std::string& set : request.scenario.sets) command += " --set " + quoted(set);
  for (const std::string& sweep : request.scenario.sweeps) command += " --sweep " + quoted(sweep);
  if (request.scenario.seed) command += fmt::format(" --seed {}", *request.scenario.seed);
  for (const fs::path& plugin : request.scenario.plugins) command += " --plugin " + quoted(plugin.string());
  if (request.isolate) command += " --isolate";
  if (request.time_limit) command += fmt::format(" --time-limit {:g}", *request.time_limit);
  return command + " --resume --output " + quoted(folder.string());
}

nlohmann::ordered_json run_one(const Scenario& scenario, const Catalogue& catalogue, const fs::path& folder,
                               bool resume, bool quiet, const std::string& to_go_on) {
  RunServices services(scenario.seed, scenario.run.threads);
  services.quiet(quiet);
  services.log_to(folder / "log.txt");
  services.keep_state_in(folder, resume);
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

}  // namespace

int run_scenario(const RunRequest& request) {
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
  const fs::path folder = make_run_folder(request, scenario);
  if (request.resume) check_same_scenario(folder, scenario);
  if (!scenario.sweep.empty()) return run_sweep(request, scenario, catalogue, rows, folder);
  if (request.isolate) return run_single_apart(request, folder);
  run_one(scenario, catalogue, folder, request.resume, request.quiet, resume_command(request, folder));
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

int report_exception(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const ScenarioProblems& e) {
    const std::string_view text = e.what();
    std::cerr << text << (text.ends_with('\n') ? "" : "\n");
    return exit_scenario;
  } catch (const CommandLineError& e) {
    std::cerr << "tawara: " << e.what() << '\n';
    return exit_command_line;
  } catch (const PluginError& e) {
    std::cerr << e.what() << '\n';
    return exit_plugin;
  } catch (const Cancelled&) {
    return exit_failed_run;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return exit_failed_run;
  }
}

}  // namespace tawara
