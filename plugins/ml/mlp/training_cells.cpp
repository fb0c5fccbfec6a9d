#include "mlp/training_cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

constexpr std::size_t read_at_once = 1024;
constexpr std::size_t least_training = 10, least_judged = 2;

std::string amount(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, bytes < 1e9 ? "%.3g MB" : "%.3g GB", bytes / (bytes < 1e9 ? 1e6 : 1e9));
  return text;
}

void check_varied(const Recordings& recordings) {
  if (recordings.varied().empty())
    throw ScenarioError("recordings",
                        "nothing is known of the cells of these recordings, so there is nothing to learn; expected a "
                        "population whose parameters differ from cell to cell (its 'parameters')");
  for (const auto& v : recordings.varied())
    if (v.value == 0 || !std::isfinite(v.value))
      throw ScenarioError("recordings", "the scenario's value of " + v.name +
                                            " is 0, and what is learnt are factors of scenario values; give it another "
                                            "value, or leave it out of what varies");
  if (recordings.times().empty()) throw ScenarioError("recordings", "these recordings have no samples");
}

void check_memory(const Recordings& recordings, std::size_t cells, std::size_t beside, Host& host) {
  const double samples = static_cast<double>(recordings.times().size());
  const double need = static_cast<double>(cells) * (samples + static_cast<double>(beside)) * sizeof(float);
  const double there = available_memory();
  host.info("recordings of " + std::to_string(cells) + " cells, " + std::to_string(recordings.times().size()) +
            " samples each: " + amount(need) + " of memory");
  if (there > 0 && need > 0.9 * there)
    throw DataError("these recordings take " + amount(need) + " of memory and " + amount(there) +
                    " are free; use fewer of them (cells = " +
                    std::to_string(static_cast<std::size_t>(0.8 * there / need * static_cast<double>(cells))) +
                    "), or fewer samples of each");
}

bool whole(std::span<const float> trace) {
  return std::all_of(trace.begin(), trace.end(), [](float x) { return std::isfinite(x); });
}

void check_parts(const TrainingCells& c, const Split& split, const std::map<std::string, std::size_t>& causes) {
  if (c.training.size() >= least_training && c.validation.size() >= least_judged && c.test.size() >= least_judged)
    return;
  const auto needed = [](std::size_t least, double share) {
    return share > 0 ? static_cast<double>(least) / share : std::numeric_limits<double>::infinity();
  };
  const double cells =
      std::ceil(std::max({needed(least_training, split.training), needed(least_judged, split.validation),
                          needed(least_judged, 1 - split.training - split.validation)}));
  std::string text = std::to_string(c.cells.size()) + " usable recordings are too few: split into " +
                     std::to_string(c.training.size()) + " for training, " + std::to_string(c.validation.size()) +
                     " for validation and " + std::to_string(c.test.size()) + " for the test, where " +
                     std::to_string(least_training) + ", " + std::to_string(least_judged) + " and " +
                     std::to_string(least_judged) + " are the least; about " +
                     std::to_string(static_cast<long>(cells)) + " cells would do, thousands learn well";
  for (const auto& [status, count] : causes) text += "; left out: " + std::to_string(count) + " (" + status + ")";
  throw ScenarioError("recordings", text);
}

}  // namespace

double available_memory() {
  std::ifstream info("/proc/meminfo");
  std::string name, unit;
  double kilobytes = 0;
  while (info >> name >> kilobytes) {
    if (name == "MemAvailable:") return kilobytes * 1024;
    std::getline(info, unit);
  }
  return 0;
}

PartName part_of(std::size_t cell, const Split& split) {
  constexpr double golden = 0.6180339887498949;  // its multiples fill (0, 1) most evenly
  const double place = std::fmod((static_cast<double>(cell) + 0.5) * golden, 1.0);
  if (place < split.training) return PartName::training;
  return place < split.training + split.validation ? PartName::validation : PartName::test;
}

TrainingCells read_training_cells(const Recordings& recordings, std::size_t most, const Split& split,
                                  std::size_t beside, Host& host) {
  check_varied(recordings);
  const std::size_t all = most > 0 ? std::min(most, recordings.cells()) : recordings.cells();
  check_memory(recordings, all, beside, host);
  const auto varied = recordings.varied();
  TrainingCells c;
  c.samples = recordings.times().size();
  c.traces.reserve(all * c.samples);
  std::map<std::string, std::size_t> causes;
  std::vector<float> some;
  for (std::size_t first = 0; first < all; first += read_at_once) {
    if (host.cancelled()) throw Cancelled();
    const std::size_t n = std::min(read_at_once, all - first);
    some.resize(n * c.samples);
    recordings.read(first, n, some);
    const Table known = recordings.known(first, n);
    const auto& status = known.at("status").texts;
    std::vector<const Table::Column*> columns;
    for (const auto& v : varied) columns.push_back(&known.at(v.name));
    for (std::size_t k = 0; k < n; ++k) {
      const std::span<const float> trace(some.data() + k * c.samples, c.samples);
      const bool ok = status.at(k) == "ok";
      if (!ok || !whole(trace)) {
        ++causes[ok ? "gaps in its recording" : status[k]];
        ++c.left_out;
        continue;
      }
      const std::size_t row = c.cells.size();
      c.cells.push_back(first + k);
      c.traces.insert(c.traces.end(), trace.begin(), trace.end());
      for (std::size_t t = 0; t < varied.size(); ++t) c.factors.push_back(columns[t]->numbers.at(k) / varied[t].value);
      switch (part_of(first + k, split)) {
        case PartName::training:
          c.training.push_back(row);
          break;
        case PartName::validation:
          c.validation.push_back(row);
          break;
        case PartName::test:
          c.test.push_back(row);
          break;
      }
    }
  }
  check_parts(c, split, causes);
  for (const auto& [text, count] : causes)
    host.info(std::to_string(count) + " of " + std::to_string(all) + " cells are left out: " + text);
  for (std::size_t t = 0; t < varied.size(); ++t) {
    Regressor::Target target{varied[t].name, varied[t].unit, varied[t].value, 0, 0};
    target.low = std::numeric_limits<double>::infinity();
    target.high = -target.low;
    for (const std::size_t row : c.training) {
      const double value = c.factors[row * varied.size() + t] * varied[t].value;
      target.low = std::min(target.low, value);
      target.high = std::max(target.high, value);
    }
    c.targets.push_back(target);
  }
  return c;
}

}  // namespace tawara::mlp
