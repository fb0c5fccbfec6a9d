#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "recording.hpp"
#include "tawara/error.hpp"
#include "text.hpp"

namespace tawara::ecg {
namespace {

struct Heading {
  std::string name, unit;  ///< "V1 [uV]" or "V1 (uV)"; empty unit where none is given
};

Heading heading(std::string_view cell) {
  const auto open = cell.find_first_of("[(");
  if (open == std::string_view::npos) return {std::string(cell), ""};
  const auto close = cell.find_first_of("])", open);
  return {std::string(trimmed(cell.substr(0, open))), std::string(trimmed(cell.substr(open + 1, close - open - 1)))};
}

bool is_time(const Heading& h) { return upper(h.name) == "T" || upper(h.name) == "TIME"; }

char separator_of(std::string_view header) {
  for (const char c : {';', '\t'})
    if (header.find(c) != std::string_view::npos) return c;
  return ',';
}

/// Evenly spaced times to a rate in Hz. Rounded times are allowed to be off by a fifth of a step.
double rate_of(const std::vector<double>& time, double per_second, const std::string& file) {
  if (time.size() < 2) throw DataError(fmt::format("{}: {} samples; expected a recording", file, time.size()));
  const double step = (time.back() - time.front()) / static_cast<double>(time.size() - 1);
  for (std::size_t j = 0; j < time.size(); ++j)
    if (!(std::abs(time[j] - time[0] - static_cast<double>(j) * step) <= 0.2 * step))
      throw DataError(fmt::format("{}: data row {}: time {} is not evenly spaced ({} expected)", file, j + 1, time[j],
                                  time[0] + static_cast<double>(j) * step));
  return per_second / step;
}

}  // namespace

Recording read_csv(const std::filesystem::path& path, std::optional<double> sampling_rate) {
  std::ifstream in(path);
  if (!in) throw DataError(fmt::format("{}: cannot be opened", path.string()));
  Recording recording;
  recording.file = path.string();
  std::string line;
  std::size_t row = 0;
  do ++row;
  while (std::getline(in, line) && (trimmed(line).empty() || trimmed(line).starts_with('#')));
  const char separator = separator_of(line);
  std::vector<Heading> headings;
  for (const auto cell : cells(line, separator)) {
    if (cell.empty() || to_number<double>(cell))
      throw DataError(fmt::format("{}:{}: '{}' is no lead; the first row must name the leads (I, II, V1 ... V6)",
                                  path.string(), row, cell));
    headings.push_back(heading(cell));
  }

  std::vector<std::vector<double>> columns(headings.size());
  while (std::getline(in, line)) {
    ++row;
    if (trimmed(line).empty()) continue;
    const auto values = cells(line, separator);
    if (values.size() != headings.size())
      throw DataError(
          fmt::format("{}:{}: {} columns; the header has {}", path.string(), row, values.size(), headings.size()));
    for (std::size_t c = 0; c < values.size(); ++c) {
      const auto value = to_number<double>(values[c]);
      if (!value || !std::isfinite(*value))
        throw DataError(fmt::format("{}:{}: column {} ('{}') holds '{}'; expected a number", path.string(), row, c + 1,
                                    headings[c].name, values[c]));
      columns[c].push_back(*value);
    }
  }

  std::optional<double> rate_in_file;
  for (std::size_t c = 0; c < headings.size(); ++c) {
    if (!is_time(headings[c])) {
      recording.names.push_back(headings[c].name);
      recording.units.push_back(headings[c].unit.empty() ? "mV" : headings[c].unit);
      recording.signals.push_back(std::move(columns[c]));
      continue;
    }
    const std::string unit = upper(headings[c].unit);
    if (unit != "" && unit != "MS" && unit != "S")
      throw DataError(fmt::format("{}: time is in '{}'; expected ms or s", path.string(), headings[c].unit));
    rate_in_file = rate_of(columns[c], unit == "S" ? 1.0 : 1000.0, path.string());
  }
  if (!rate_in_file && !sampling_rate)
    throw ScenarioError("sampling_rate",
                        fmt::format("{} has no time column; say how fast it was sampled, e.g. sampling_rate "
                                    "= \"500 Hz\"",
                                    path.string()));
  if (rate_in_file && sampling_rate && std::abs(*rate_in_file - *sampling_rate) > 0.01 * *rate_in_file)
    throw ScenarioError("sampling_rate", fmt::format("{} Hz contradicts the time column of {}, which says {:.6g} Hz",
                                                     *sampling_rate, path.string(), *rate_in_file));
  recording.sampling_rate = rate_in_file ? *rate_in_file : *sampling_rate;
  return recording;
}

}  // namespace tawara::ecg
