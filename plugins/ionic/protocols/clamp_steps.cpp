#include "protocols/clamp_steps.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include "tawara/error.hpp"

namespace tawara::protocols {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\"";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string> cells_of(std::string_view line, char separator) {
  std::vector<std::string> cells;
  for (;;) {
    const auto end = line.find(separator);
    cells.emplace_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

struct Column {
  int index = -1;
  double in_our_unit = 1;  // factor on what the file says
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file.string()), in_(file) {
    if (!in_) throw DataError(fmt::format("{}: the file cannot be opened", file_));
  }

  std::vector<ClampStep> steps() {
    if (!next_line()) fail("the file is empty; its first row must name the columns V_m [mV] and duration [ms]");
    read_header();
    std::vector<ClampStep> steps;
    while (next_line()) {
      const auto cells = cells_of(line_, separator_);
      if (cells.size() != columns_)
        fail(fmt::format("{} cells where the header has {}; write one cell for each column", cells.size(), columns_));
      ClampStep step{.V = number(cells, V_, "V_m"), .duration = number(cells, duration_, "duration"), .ramp_to = {}};
      if (ramp_to_.index >= 0 && !cells[static_cast<std::size_t>(ramp_to_.index)].empty())
        step.ramp_to = number(cells, ramp_to_, "ramp_to");
      if (const auto problem = problem_of(step); !problem.empty()) fail(problem);
      steps.push_back(step);
    }
    if (steps.empty()) fail("no steps, only a header; write a row for each step");
    return steps;
  }

 private:
  bool next_line() {
    while (std::getline(in_, line_)) {
      if (++line_number_ == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.erase(0, 3);
      if (const auto text = trimmed(line_); !text.empty() && text.front() != '#') return true;
    }
    return false;
  }

  void read_header() {
    separator_ = line_.find(';') != std::string::npos ? ';' : line_.find('\t') != std::string::npos ? '\t' : ',';
    const auto headings = cells_of(line_, separator_);
    columns_ = headings.size();
    for (std::size_t c = 0; c < headings.size(); ++c) {
      const std::string_view heading = headings[c];
      const auto open = heading.find_first_of("[(");
      const auto name = trimmed(heading.substr(0, open));
      const auto unit = open == std::string_view::npos
                            ? std::string_view()
                            : trimmed(heading.substr(open + 1, heading.find_first_of("])", open) - open - 1));
      const int index = static_cast<int>(c);
      if (name == "V_m" || name == "V") {
        set(V_, name, index, factor(name, unit, "mV", "V"));
      } else if (name == "duration") {
        set(duration_, name, index, factor(name, unit, "ms", "s"));
      } else if (name == "ramp_to") {
        set(ramp_to_, name, index, factor(name, unit, "mV", "V"));
      } else {
        fail(
            fmt::format("the column '{}' is not known; columns are V_m [mV], duration [ms] and, for ramps, "
                        "ramp_to [mV]",
                        heading));
      }
    }
    for (const auto& [column, name] : {std::pair{V_, "V_m [mV]"}, std::pair{duration_, "duration [ms]"}})
      if (column.index < 0)
        fail(fmt::format("the column {} is missing; the header must name V_m [mV] and duration [ms], it is '{}'", name,
                         trimmed(line_)));
  }

  void set(Column& column, std::string_view name, int index, double in_our_unit) {
    if (column.index >= 0) fail(fmt::format("two columns are called {}; leave one", name));
    column = {index, in_our_unit};
  }

  double factor(std::string_view name, std::string_view unit, std::string_view ours, std::string_view thousand) {
    if (unit.empty() || unit == ours) return 1;
    if (unit == thousand) return 1000;
    fail(fmt::format("{} is in '{}'; expected {} or {}", name, unit, ours, thousand));
  }

  double number(const std::vector<std::string>& cells, const Column& column, const char* name) const {
    const std::string& text = cells[static_cast<std::size_t>(column.index)];
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      fail(fmt::format("{} must be a number, found '{}'", name, text));
    return column.in_our_unit * value;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}:{}: {}", file_, line_number_, what));
  }

  std::string file_, line_;
  std::ifstream in_;
  long line_number_ = 0;
  char separator_ = ',';
  std::size_t columns_ = 0;
  Column V_, duration_, ramp_to_;
};

bool in_range(double V) { return V >= lowest_command && V <= highest_command; }

}  // namespace

std::string problem_of(const ClampStep& step) {
  for (const double V : {step.V, step.ramp_to.value_or(0)})
    if (!in_range(V))
      return fmt::format(
          "a command of {} mV is outside {:g} to {:g} mV, which a membrane survives; check sign and unit", V,
          lowest_command, highest_command);
  if (!(step.duration > 0) || std::isinf(step.duration))
    return fmt::format("a step of {} ms; expected a duration above 0 ms", step.duration);
  return {};
}

std::vector<ClampStep> read_clamp_steps(const std::filesystem::path& file) { return Reader(file).steps(); }

}  // namespace tawara::protocols
