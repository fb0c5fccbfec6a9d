#include "trace_recording.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "tawara/error.hpp"

namespace tawara::discrepancy {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\"";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = line.find(',', begin);
    cells.emplace_back(trimmed(line.substr(begin, comma - begin)));
    if (comma == std::string_view::npos) return cells;
    begin = comma + 1;
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

struct Heading {
  std::string name, unit;  // "" without a unit
};

Heading heading_of(const std::string& cell) {
  const std::size_t open = cell.find('[');
  if (open == std::string::npos || cell.back() != ']') return {cell, {}};
  return {std::string(trimmed(std::string_view(cell).substr(0, open))),
          std::string(trimmed(std::string_view(cell).substr(open + 1, cell.size() - open - 2)))};
}

struct Scale {
  std::string_view base;
  int power;
};

std::optional<Scale> scale_of(std::string_view unit) {
  // A current per capacitance: pA/pF is uA/uF.
  if (const auto slash = unit.find('/'); slash != std::string_view::npos && unit.ends_with("F")) {
    const auto current = scale_of(unit.substr(0, slash)), capacitance = scale_of(unit.substr(slash + 1));
    if (current && capacitance && current->base == "A" && capacitance->base == "F")
      return Scale{"A/F", current->power - capacitance->power};
    return std::nullopt;
  }
  static constexpr struct {
    std::string_view text;
    int power;
  } prefixes[] = {{"", 0}, {"m", -3}, {"u", -6}, {"\u00b5", -6}, {"\u03bc", -6}, {"n", -9}, {"p", -12}, {"k", 3}};
  for (const auto& prefix : prefixes) {
    if (!unit.starts_with(prefix.text)) continue;
    const std::string_view base = unit.substr(prefix.text.size());
    if (base == "s" || base == "V" || base == "A" || base == "F" || base == "mol/L") return Scale{base, prefix.power};
    if (base == "M") return Scale{"mol/L", prefix.power};
  }
  return std::nullopt;
}

/// Where a sample stands, for messages: "file:line" or "row 7 of 'cell'".
using Place = std::string;

void add_sample(Recording& r, double t, double value, double weight, const RecordingColumns& columns,
                const Place& place) {
  if (!std::isfinite(t)) throw DataError(place + ": the time is not finite");
  if (!std::isfinite(value))
    throw DataError(place + ": " + columns.value + " is not finite; leave out samples that were not measured");
  if (!(weight >= 0 && std::isfinite(weight)))
    throw DataError(place + ": the weight is " + std::to_string(weight) + "; expected a number that is not negative");
  if (!r.t.empty() && !(t > r.t.back()))
    throw DataError(place + ": times must ascend, " + std::to_string(t) + " ms follows " + std::to_string(r.t.back()) +
                    " ms");
  r.t.push_back(t);
  r.value.push_back(value);
  r.weight.push_back(weight);
}

double to_ms(const std::string& unit, const std::string& column, const Place& place) {
  const auto factor = unit_factor(unit, "ms");
  if (!factor)
    throw DataError(place + ": the times in '" + column + "' are in '" + unit + "'; expected a time (s, ms, us)");
  return *factor;
}

class CsvReader {
 public:
  CsvReader(const std::filesystem::path& file, const RecordingColumns& columns)
      : file_(file.string()), columns_(columns), in_(file) {
    if (!in_) throw DataError(file_ + ": the file cannot be opened");
  }

  Recording read() {
    std::string line;
    if (!next(line)) throw DataError(file_ + ": the file is empty; expected a header like 't [ms],V_m [mV]'");
    for (const std::string& cell : cells_of(line)) headings_.push_back(heading_of(cell));
    const std::size_t t = find(columns_.time), value = find(columns_.value);
    const std::size_t weight = columns_.weight.empty() ? headings_.size() : find(columns_.weight);
    for (const std::size_t c : {t, value})
      if (headings_[c].unit.empty())
        throw DataError(place() + ": column '" + headings_[c].name + "' has no unit; write it as '" +
                        headings_[c].name + (c == t ? " [ms]'" : " [mV]' (or what it is measured in)"));
    const double ms = to_ms(headings_[t].unit, columns_.time, place());
    Recording recording;
    recording.unit = headings_[value].unit;
    while (next(line)) {
      const auto cells = cells_of(line);
      if (cells.size() != headings_.size())
        throw DataError(place() + ": " + std::to_string(cells.size()) + " cells, the header has " +
                        std::to_string(headings_.size()));
      add_sample(recording, ms * number(cells, t), number(cells, value),
                 weight < cells.size() ? number(cells, weight) : 1, columns_, place());
    }
    if (recording.t.empty()) throw DataError(file_ + ": no samples, only a header");
    return recording;
  }

 private:
  [[nodiscard]] Place place() const { return file_ + ":" + std::to_string(line_); }
  bool next(std::string& line) {
    while (std::getline(in_, line)) {
      ++line_;
      const auto text = trimmed(line);
      if (!text.empty() && text.front() != '#') return true;
    }
    return false;
  }
  [[nodiscard]] std::size_t find(const std::string& name) const {
    std::vector<std::string> names;
    for (std::size_t c = 0; c < headings_.size(); ++c) {
      if (headings_[c].name == name) return c;
      names.push_back(headings_[c].name);
    }
    throw DataError(place() + ": there is no column '" + name + "'; the file has: " + joined(names));
  }
  [[nodiscard]] double number(const std::vector<std::string>& cells, std::size_t c) const {
    const std::string& text = cells[c];
    double x = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error != std::errc() || end != text.data() + text.size())
      throw DataError(place() + ": " + headings_[c].name + " must be a number, found '" + text + "'");
    return x;
  }

  std::string file_;
  const RecordingColumns& columns_;
  std::ifstream in_;
  long line_ = 0;
  std::vector<Heading> headings_;
};

}  // namespace

std::optional<double> unit_factor(std::string_view from, std::string_view to) {
  if (from == to) return 1;
  const auto a = scale_of(from), b = scale_of(to);
  if (!a || !b || a->base != b->base) return std::nullopt;
  // Powers of ten are exact doubles only when positive.
  const int power = a->power - b->power;
  return power >= 0 ? std::pow(10.0, power) : 1 / std::pow(10.0, -power);
}

Recording read_recording(const std::filesystem::path& file, const RecordingColumns& columns) {
  return CsvReader(file, columns).read();
}

Recording recording_of(const Table& table, const RecordingColumns& columns, const std::string& whose) {
  const auto find = [&](const std::string& name) -> const Table::Column& {
    std::vector<std::string> names;
    for (const auto& column : table.columns) {
      if (column.name == name && column.texts.empty()) return column;
      if (column.texts.empty()) names.push_back(column.name);
    }
    throw DataError("the trace of '" + whose + "' has no column '" + name + "'; it has: " + joined(names));
  };
  const Table::Column &t = find(columns.time), &value = find(columns.value);
  const Table::Column* weight = columns.weight.empty() ? nullptr : &find(columns.weight);
  const double ms = to_ms(t.unit, columns.time, "'" + whose + "'");
  Recording recording;
  recording.unit = value.unit;
  for (std::size_t i = 0; i < t.numbers.size(); ++i)
    add_sample(recording, ms * t.numbers[i], value.numbers.at(i), weight ? weight->numbers.at(i) : 1, columns,
               "row " + std::to_string(i + 1) + " of '" + whose + "'");
  if (recording.t.empty()) throw DataError("the trace of '" + whose + "' is empty");
  return recording;
}

}  // namespace tawara::discrepancy
