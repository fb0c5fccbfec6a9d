#include "kernel/cli/isolated_run.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "kernel/cli/run.hpp"
#include "kernel/cli/sweep.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/results/provenance.hpp"

namespace tawara {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json as_json(const ScenarioRequest& r) {
  Json json = {{"file", r.file.string()}, {"sets", r.sets}, {"sweeps", r.sweeps}, {"one_row", r.one_row}};
  if (r.seed) json["seed"] = *r.seed;
  if (r.threads) json["threads"] = *r.threads;
  json["plugins"] = Json::array();
  for (const fs::path& p : r.plugins) json["plugins"].push_back(p.string());
  return json;
}

ScenarioRequest request_from(const Json& json) {
  ScenarioRequest r;
  r.file = json.at("file").get<std::string>();
  r.sets = json.at("sets").get<std::vector<std::string>>();
  r.sweeps = json.at("sweeps").get<std::vector<std::string>>();
  r.one_row = json.at("one_row");
  if (json.contains("seed")) r.seed = json["seed"].get<std::uint64_t>();
  if (json.contains("threads")) r.threads = json["threads"].get<int>();
  for (const auto& p : json.at("plugins")) r.plugins.emplace_back(p.get<std::string>());
  return r;
}

/// The log of a process that crashed ends where it crashed; this says so in the same hand.
void log_ending(const fs::path& folder, const Ending& ending) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  std::ofstream(folder / "log.txt", std::ios::app)
      << timestamp() << " error " << ending.status << ": " << ending.message << '\n';
}

void construct(const Scenario& scenario, const Catalogue& catalogue) {
  construct_all(scenario, catalogue);
  for (const std::string& warning : catalogue.take_warnings()) std::cerr << "warning: " << warning << '\n';
}

}  // namespace

Ending run_apart(const IsolatedRun& run, std::optional<double> time_limit) {
  const Json task = {{"scenario", as_json(run.scenario)},
                     {"folder", run.folder.string()},
                     {"resume", run.resume},
                     {"quiet", run.quiet},
                     {"tells_errors", run.tells_errors},
                     {"to_go_on", run.to_go_on}};
  Ending ending =
      in_own_process(task, run.folder.empty() ? run.scenario.file.string() : run.folder.string(), time_limit);
  if (ending.kind != Ending::answered && !run.folder.empty()) log_ending(run.folder, ending);
  return ending;
}

Json carry_out_run(const Json& task) {
  const ScenarioRequest request = request_from(task.at("scenario"));
  const fs::path folder = task.at("folder").get<std::string>();
  try {
    const Catalogue catalogue = Catalogue::discover({request.plugins, plugin_paths_of(request)});
    const Scenario scenario = load_scenario(request, catalogue);
    if (folder.empty()) {
      construct(scenario, catalogue);
    } else {
      construct_all(scenario, catalogue);
      fs::create_directories(folder);
      (void)run_one(scenario, catalogue, folder, task.at("resume"), task.at("quiet"), task.at("to_go_on"));
    }
    return {{"exit", static_cast<int>(exit_fine)}};
  } catch (const Cancelled&) {
    return {{"exit", static_cast<int>(exit_failed_run)}, {"stopped", true}};
  } catch (...) {
    const auto exception = std::current_exception();
    return {{"exit", task.at("tells_errors") ? report_exception(exception, std::cerr) : exit_failed_run},
            {"message", message_of(exception)}};
  }
}

}  // namespace tawara
