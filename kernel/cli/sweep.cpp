#include "kernel/cli/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "kernel/cli/isolated_run.hpp"
#include "kernel/cli/run_folder.hpp"
#include "kernel/cluster/group.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/host/host.hpp"
#include "kernel/results/csv.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/report.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

struct RowResult {
  std::string status = "not run", message;
  nlohmann::ordered_json summary;
};

/// Without the quotes TOML puts round a text.
std::string bare(std::string value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    return value.substr(1, value.size() - 2);
  return value;
}

using Keys = std::vector<std::pair<std::string, std::string>>;

/// Numbers of the summaries as components declare them, whatever each row happens to have.
Keys keys_of(const Scenario& scenario, const std::vector<RowResult>& results) {
  Keys keys;
  const auto in_some_row = [&](const std::string& instance, const std::string& key) {
    return std::any_of(results.begin(), results.end(), [&](const RowResult& r) {
      return r.summary.contains(instance) && r.summary[instance].contains(key);
    });
  };
  for (const Instance& instance : scenario.instances)
    for (const Output& o : instance.component.descriptor->outputs)
      if (const std::pair key(instance.name, o.summary_key.empty() ? o.name : o.summary_key);
          in_some_row(key.first, key.second) && std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(key);
  // A row may swap a component, which then has numbers of its own.
  for (const RowResult& r : results)
    for (const auto& [instance, values] : r.summary.items())
      for (const auto& [key, value] : values.items())
        if (std::find(keys.begin(), keys.end(), std::pair(instance, key)) == keys.end())
          keys.emplace_back(instance, key);
  return keys;
}

void write_runs(const fs::path& file, const Scenario& scenario, const std::vector<std::vector<std::string>>& rows,
                const std::vector<RowResult>& results) {
  const Keys keys = keys_of(scenario, results);
  std::string csv = "run";
  for (const std::string& o : rows.front()) csv += "," + csv_cell(o.substr(0, o.find('=')));
  csv += ",status,message";
  for (const auto& [instance, key] : keys) csv += "," + csv_cell(instance + "." + key);
  csv += '\n';
  for (std::size_t r = 0; r < rows.size(); ++r) {
    csv += fmt::format("{}", r + 1);
    for (const std::string& o : rows[r]) csv += "," + csv_cell(bare(o.substr(o.find('=') + 1)));
    csv += "," + results[r].status + "," + csv_cell(results[r].message);
    for (const auto& [instance, key] : keys) {
      csv += ',';
      if (!results[r].summary.contains(instance) || !results[r].summary[instance].contains(key)) continue;
      const auto& value = results[r].summary[instance][key];
      csv += value.is_string() ? csv_cell(value.get<std::string>()) : value.dump();
    }
    csv += '\n';
  }
  write_whole(file, csv);
}

/// Unit of the parameter "instance.name", or of that instance's number in the summary; "1" when unknown.
std::string unit_of(const Scenario& scenario, const std::string& instance, const std::string& name) {
  for (const Instance& i : scenario.instances) {
    if (i.name != instance) continue;
    const Descriptor& d = *i.component.descriptor;
    for (const Parameter& p : d.parameters)
      if (p.name == name) return p.unit;
    for (const Output& o : d.outputs)
      if ((o.summary_key.empty() ? o.name : o.summary_key) == name) return o.unit;
  }
  return "1";
}

/// Settings, then results of the finished runs; a number where all are numbers.
Table table_of(const Scenario& scenario, const std::vector<std::vector<std::string>>& rows,
               const std::vector<RowResult>& results) {
  Table table;
  const auto add = [&](const std::string& path, const std::string& unit, const std::vector<std::string>& cells) {
    std::vector<double> numbers;
    for (const std::string& cell : cells) {
      char* end = nullptr;
      const double number = std::strtod(cell.c_str(), &end);
      if (end == cell.c_str() && cell != "null" && !cell.empty()) break;
      if (*end != '\0' && cell != "null") break;
      numbers.push_back(cell.empty() || cell == "null" ? std::nan("") : number);
    }
    if (numbers.size() == cells.size())
      table.add(path, unit, std::move(numbers));
    else
      table.add_text(path, cells);
  };
  const auto of_finished = [&](const auto& cell_of) {
    std::vector<std::string> cells;
    for (std::size_t r = 0; r < rows.size(); ++r)
      if (results[r].status == "finished") cells.push_back(cell_of(r));
    return cells;
  };
  for (std::size_t s = 0; s < rows.front().size(); ++s) {
    const std::string path = rows.front()[s].substr(0, rows.front()[s].find('='));
    const std::size_t dot = path.find('.');
    add(path, unit_of(scenario, path.substr(0, dot), path.substr(dot + 1)),
        of_finished([&](std::size_t r) { return bare(rows[r][s].substr(rows[r][s].find('=') + 1)); }));
  }
  for (const auto& [instance, key] : keys_of(scenario, results))
    add(instance + "." + key, unit_of(scenario, instance, key), of_finished([&](std::size_t r) -> std::string {
          if (!results[r].summary.contains(instance) || !results[r].summary[instance].contains(key)) return "";
          const auto& value = results[r].summary[instance][key];
          return value.is_string() ? value.get<std::string>() : value.dump();
        }));
  return table;
}

}  // namespace

std::string row_folder(std::size_t number, const std::vector<std::string>& overrides) {
  std::string name = fmt::format("{:04}", number);
  for (const std::string& o : overrides) {
    const std::size_t equals = o.find('=');
    const std::string path = o.substr(0, equals);
    std::string value;
    for (const char c : bare(o.substr(equals + 1))) {
      const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '+';
      if (plain || value.empty() || value.back() != '_') value += plain ? c : '_';
    }
    name += "__" + path.substr(path.rfind('.') + 1) + "=" + value.substr(0, 40);
  }
  return name;
}

namespace {

/// How a run that is not finished ended, for whoever puts the rows together: its status, and from the second line on
/// why.
fs::path ending_file(const fs::path& run_folder) { return run_folder / "failed.txt"; }

RowResult finished_row(const fs::path& run_folder) {
  const fs::path file = run_folder / "summary.json";
  auto summary = nlohmann::ordered_json::parse(read_whole(file), nullptr, false);
  if (!summary.is_object() || !std::all_of(summary.begin(), summary.end(), [](const auto& v) { return v.is_object(); }))
    throw CommandLineError(file.string() + " is damaged; remove it, and its run is done again");
  return {"finished", "", std::move(summary)};
}

/// What there is of a row that this process has not run.
RowResult found_row(const fs::path& run_folder) {
  if (fs::exists(run_folder / "summary.json")) return finished_row(run_folder);
  if (fs::exists(ending_file(run_folder))) {
    const std::string text = read_whole(ending_file(run_folder));
    const std::size_t line = std::min(text.find('\n'), text.size());
    return {text.substr(0, line), text.substr(std::min(line + 1, text.size())), {}};
  }
  if (fs::exists(run_folder / "log.txt"))
    return {"stopped", "its process ended before the run did (killed, out of memory or of time?); see its log.txt", {}};
  return {};
}

std::size_t with_status(const std::vector<RowResult>& results, std::string_view status) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [&](const RowResult& r) { return r.status == status; }));
}

/// runs.csv and report.html of all rows. @returns the exit code
int put_together(const Scenario& scenario, const std::vector<std::vector<std::string>>& rows,
                 const std::vector<RowResult>& results, const fs::path& folder) {
  write_runs(folder / "runs.csv", scenario, rows, results);
  const std::size_t finished = with_status(results, "finished");
  if (finished > 0)
    write_whole(folder / "report.html", sweep_page(scenario.title.empty() ? folder.filename().string() : scenario.title,
                                                   table_of(scenario, rows, results), rows.front().size()));
  if (finished == rows.size()) write_whole(folder / "runs.done", fmt::format("{} runs\n", rows.size()));
  std::cerr << fmt::format("{} of {} runs finished: {}\n", finished, rows.size(), (folder / "runs.csv").string());
  return finished == rows.size() ? exit_fine : exit_failed_run;
}

using Row = std::vector<std::string>;

ScenarioRequest request_of(const RunRequest& request, const Row& overrides) {
  ScenarioRequest row = request.scenario;
  row.sweeps.clear();
  row.one_row = true;
  row.sets.insert(row.sets.end(), overrides.begin(), overrides.end());
  return row;
}

bool goes_on(const RunRequest& request, const fs::path& run_folder) {
  return (request.resume || request.division.part) && fs::exists(run_folder / "log.txt");
}

RowResult run_row(const RunRequest& request, const Catalogue& catalogue, const Row& overrides,
                  const fs::path& run_folder, const std::string& announcement, const std::string& to_go_on) {
  try {
    const Scenario varied = load_scenario(request_of(request, overrides), catalogue);
    construct_all(varied, catalogue);
    fs::create_directories(run_folder);
    if (!request.quiet) std::cerr << announcement;
    return {"finished", "",
            run_one(varied, catalogue, run_folder, goes_on(request, run_folder), request.quiet, to_go_on)};
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    return {"failed", message_of(std::current_exception()), {}};
  }
}

/// The row in a process of its own.
RowResult run_row_apart(const RunRequest& request, const Row& overrides, const fs::path& run_folder,
                        const std::string& announcement, const std::string& to_go_on) {
  if (interrupted()) {
    std::cerr << "stopped; what is finished is kept. Go on with: " << to_go_on << '\n';
    throw Cancelled();
  }
  if (!request.quiet) std::cerr << announcement;
  IsolatedRun run;
  run.scenario = request_of(request, overrides);
  run.folder = run_folder;
  run.resume = goes_on(request, run_folder);
  run.quiet = request.quiet;
  run.tells_errors = false;
  run.to_go_on = to_go_on;
  const Ending ending = run_apart(run, request.time_limit);
  if (ending.answer.contains("stopped") && interrupted()) throw Cancelled();
  if (is_finished(run_folder)) {
    RowResult result = finished_row(run_folder);
    if (ending.kind != Ending::answered) result.message = ending.message + "; its results were whole by then";
    return result;
  }
  if (ending.kind != Ending::answered) return {ending.status, ending.message, {}};
  if (ending.answer.contains("stopped")) return {"stopped", "its process was asked to stop from outside", {}};
  return {"failed", ending.answer.value("message", ""), {}};
}

}  // namespace

namespace {

/// The rows of all processes.
void gather(std::vector<RowResult>& results) {
  Group& group = Group::get();
  nlohmann::ordered_json mine = nlohmann::ordered_json::object();
  for (std::size_t r = group.rank(); r < results.size(); r += group.size())
    mine[std::to_string(r)] = {results[r].status, results[r].message, results[r].summary};
  const std::vector<std::string> all = group.exchange("rows of the sweep", mine.dump());
  for (std::size_t rank = 1; group.is_first() && rank < all.size(); ++rank) {
    const auto theirs = nlohmann::ordered_json::parse(all[rank]);
    for (const auto& [number, row] : theirs.items()) {
      const std::size_t r = std::stoul(number);
      results[r] = {row[0], row[1], row[2]};
      if (results[r].status != "finished")
        std::cerr << fmt::format("run {} {}: {}\n", r + 1, results[r].status, results[r].message);
    }
  }
}

}  // namespace

int run_sweep(const RunRequest& request, const Scenario& scenario, const Catalogue& catalogue,
              const std::vector<std::vector<std::string>>& rows, const fs::path& folder) {
  const std::optional<Part>& part = request.division.part;
  Group& group = Group::get();
  const Part dealt{group.rank(), group.size()};
  const bool writes = !part && group.is_first();
  if (writes) write_whole(folder / "scenario.resolved.toml", scenario.resolved);
  std::vector<RowResult> results(rows.size());
  const std::string to_go_on = resume_command(request, folder);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (!(part ? *part : dealt).has(r)) continue;
    const fs::path run_folder = folder / row_folder(r + 1, rows[r]);
    RowResult& result = results[r];
    result = found_row(run_folder);
    if (request.division.collect || result.status == "finished") continue;
    fs::remove(ending_file(run_folder));
    const std::string announcement = fmt::format("run {} of {}\n", r + 1, rows.size());
    try {
      const Group::Solo alone;
      result = request.isolate ? run_row_apart(request, rows[r], run_folder, announcement, to_go_on)
                               : run_row(request, catalogue, rows[r], run_folder, announcement, to_go_on);
    } catch (const Cancelled&) {
      result = {};
      if (writes) write_runs(folder / "runs.csv", scenario, rows, results);
      throw;
    }
    if (!result.message.empty()) std::cerr << fmt::format("run {} {}: {}\n", r + 1, result.status, result.message);
    if (result.status != "finished") {
      fs::create_directories(run_folder);
      write_whole(ending_file(run_folder), result.status + "\n" + result.message);
    }
    if (writes) write_runs(folder / "runs.csv", scenario, rows, results);
  }
  if (!group.alone()) gather(results);
  if (!group.is_first()) return exit_fine;
  if (!part) return put_together(scenario, rows, results, folder);
  const std::size_t mine = rows.size() - with_status(results, "not run"), finished = with_status(results, "finished");
  std::cerr << fmt::format("part {}: {} of {} runs finished in {}\n", part->text(), finished, mine, folder.string());
  return finished == mine ? exit_fine : exit_failed_run;
}

}  // namespace tawara
