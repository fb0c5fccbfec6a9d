#include "recordings/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "tawara/error.hpp"

namespace tawara::recordings {
namespace {

namespace fs = std::filesystem;
using Dataset = ArrayFiles::Dataset;

std::vector<double> numbers_of(const Array& array) {
  std::vector<double> numbers(array.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = array.at(i);
  return numbers;
}

/// What one shard says of itself.
class Description {
 public:
  Description(const ArrayFiles& files, fs::path file)
      : files_(files), file_(std::move(file)), datasets_(files.list(file_)) {}

  [[nodiscard]] const Dataset* find(std::string_view name) const {
    const auto found =
        std::find_if(datasets_.begin(), datasets_.end(), [&](const Dataset& d) { return d.name == name; });
    return found == datasets_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::vector<double> numbers(std::string_view name) const {
    return numbers_of(files_.read(file_, name).values);
  }
  /// Datasets whose names begin so, without that beginning.
  [[nodiscard]] std::vector<std::string> with(std::string_view prefix) const {
    std::vector<std::string> names;
    for (const Dataset& d : datasets_)
      if (d.name.starts_with(prefix)) names.push_back(d.name.substr(prefix.size()));
    return names;
  }
  [[nodiscard]] const fs::path& file() const { return file_; }

  [[nodiscard]] std::vector<std::string> signals() const {
    std::vector<std::string> names = with(trace_prefix);
    std::erase_if(names, [](const std::string& name) { return trace_prefix + name == trace_times; });
    return names;
  }

  [[nodiscard]] About about(const std::string& signal) const {
    About about;
    about.signal = {signal, find(trace_prefix + signal)->unit};
    about.times = numbers(trace_times);
    if (find(command_V) && find(command_duration)) {
      const std::vector<double> V = numbers(command_V), durations = numbers(command_duration);
      if (V.size() != durations.size())
        throw DataError(fmt::format("{}: {} has {} voltages and {} {} durations", file_.string(), command_V, V.size(),
                                    command_duration, durations.size()));
      for (std::size_t k = 0; k < V.size(); ++k) about.command.push_back({V[k], durations[k]});
    }
    for (const std::string& path : with(scenario_prefix))
      add(about, scenario_prefix, path, path.substr(path.find('.') + 1));
    for (const std::string& path : with(drug_prefix)) add(about, drug_prefix, path, path);
    sort_by_name(about.conditions);
    return about;
  }

 private:
  void add(About& about, const char* prefix, const std::string& path, const std::string& name) const {
    const std::string unit = find(prefix + path)->unit;
    const double value = numbers(prefix + path).at(0);
    if (find(path)) about.varied.push_back({path, unit, value});
    if (std::isfinite(value)) about.conditions.push_back({name, unit, value});
  }

  const ArrayFiles& files_;
  fs::path file_;
  std::vector<Dataset> datasets_;
};

std::string signal_of(const Description& shard, const std::string& wanted) {
  const std::vector<std::string> recorded = shard.signals();
  if (recorded.empty() || !shard.find(trace_times))
    throw DataError(fmt::format("{} holds no traces; run the population with `record` (record = [\"I_ion\"])",
                                shard.file().string()));
  if (wanted.empty()) {
    // The file lists them by name; what an amplifier measures comes first.
    if (std::find(recorded.begin(), recorded.end(), "I_ion") != recorded.end()) return "I_ion";
    const auto other = std::find_if(recorded.begin(), recorded.end(), [](const auto& name) { return name != "V_m"; });
    return other == recorded.end() ? recorded.front() : *other;
  }
  if (std::find(recorded.begin(), recorded.end(), wanted) != recorded.end()) return wanted;
  std::string names;
  for (const std::string& name : recorded) names += (names.empty() ? "" : ", ") + name;
  throw ScenarioError(
      "signal", fmt::format("'{}' was not recorded in {}; recorded are {}", wanted, shard.file().string(), names));
}

/// The first thing that two shards say differently; "" when they go together.
std::string difference(const About& a, const About& b) {
  if (a.signal.unit != b.signal.unit)
    return fmt::format("{} in {}, not {}", b.signal.name, b.signal.unit, a.signal.unit);
  if (a.times.size() != b.times.size()) return fmt::format("{} samples, not {}", b.times.size(), a.times.size());
  for (std::size_t i = 0; i < a.times.size(); ++i)
    if (a.times[i] != b.times[i]) return fmt::format("sample {} at {:g} ms, not at {:g} ms", i, b.times[i], a.times[i]);
  if (a.command.size() != b.command.size())
    return fmt::format("a command of {} steps, not {}", b.command.size(), a.command.size());
  for (std::size_t k = 0; k < a.command.size(); ++k)
    if (!(a.command[k] == b.command[k]))
      return fmt::format("step {} of the command at {:g} mV for {:g} ms, not {:g} mV for {:g} ms", k + 1,
                         b.command[k].V, b.command[k].duration, a.command[k].V, a.command[k].duration);
  const auto of_quantities = [](const std::vector<Recordings::Quantity>& ours,
                                const std::vector<Recordings::Quantity>& theirs, const char* what) -> std::string {
    for (std::size_t k = 0; k < std::max(ours.size(), theirs.size()); ++k) {
      if (k >= ours.size()) return fmt::format("{}{}, which they do not have", what, theirs[k].name);
      if (k >= theirs.size() || ours[k].name != theirs[k].name)
        return fmt::format("{}{} is not there", what, ours[k].name);
      const bool same = ours[k].value == theirs[k].value || (std::isnan(ours[k].value) && std::isnan(theirs[k].value));
      if (!same || ours[k].unit != theirs[k].unit)
        return fmt::format("{}{} is {:g} {}, not {:g} {}", what, ours[k].name, theirs[k].value, theirs[k].unit,
                           ours[k].value, ours[k].unit);
    }
    return "";
  };
  if (auto text = of_quantities(a.varied, b.varied, "of what varies, "); !text.empty()) return text;
  return of_quantities(a.conditions, b.conditions, "of the scenario, ");
}

[[noreturn]] void unreadable(const fs::path& file, const DataError& e) {
  throw DataError(
      fmt::format("{} does not read back ({}); copy it again, or run its population again", file.string(), e.what()));
}

/// Files list datasets by name; the table has its columns as the population had them.
void order_as_columns(std::vector<Recordings::Quantity>& varied, const Table& table) {
  const auto place = [&](const Recordings::Quantity& q) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c].name == q.name) return c;
    return table.columns.size();
  };
  std::stable_sort(varied.begin(), varied.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

Series read_series(const std::vector<fs::path>& paths, const std::string& signal,
                   const ShardRecordings::Files& read_by) {
  const ArrayFiles& files = read_by.arrays;
  Series series;
  struct Part {
    ShardRecordings::Shard shard;
    std::vector<std::uint64_t> indices;
  };
  std::vector<Part> parts;
  fs::path first;
  About first_about;
  std::string name;
  for (const fs::path& path : paths)
    for (const fs::path& file : files.series(path)) {
      std::optional<Description> shard;
      About about;
      std::vector<double> index;
      try {
        shard.emplace(files, file);
        if (!shard->find("index")) throw DataError("it has no column index; expected a shard of experiment.population");
        if (first.empty()) name = signal_of(*shard, signal);
        const Dataset* traces = shard->find(trace_prefix + name);
        if (!traces || !shard->find(trace_times)) throw DataError(fmt::format("{} was not recorded in it", name));
        about = shard->about(name);
        index = shard->numbers("index");
        if (traces->shape != std::vector<std::size_t>{index.size(), about.times.size()})
          throw DataError(
              fmt::format("{}{} is not {} cells x {} samples", trace_prefix, name, index.size(), about.times.size()));
      } catch (const DataError& e) {
        unreadable(file, e);
      }
      if (first.empty()) {
        first = file;
        series.about = about;
        first_about = std::move(about);
      } else if (const std::string what = difference(first_about, about); !what.empty()) {
        throw DataError(
            fmt::format("{} does not go with {}: {}; take recordings under the same command, with the same "
                        "samples, of the same scenario",
                        file.string(), first.string(), what));
      }
      parts.push_back({{file, index.size()}, {index.begin(), index.end()}});
    }
  order_as_columns(series.about.varied, read_by.tables.read(first));
  std::erase_if(parts, [](const Part& part) { return part.indices.empty(); });
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.indices[0] < b.indices[0]; });
  for (Part& part : parts) {
    for (const std::uint64_t index : part.indices)
      if (!series.indices.empty() && index <= series.indices.back())
        throw DataError(
            fmt::format("cell {} of {} is there already, in {}; parts of a population made on several "
                        "machines must not overlap (first_cell, cells)",
                        index, part.shard.file.string(),
                        series.shards.empty() ? part.shard.file.string() : series.shards.back().file.string()));
      else
        series.indices.push_back(index);
    series.shards.push_back(std::move(part.shard));
  }
  return series;
}

}  // namespace tawara::recordings
