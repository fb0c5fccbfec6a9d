#include "kernel/results/csv_read.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "kernel/results/files.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<double> as_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_list_of_ids(std::string_view text) {
  return text.find_first_not_of("0123456789 ") == text.npos && text.find(' ') != text.npos;
}

std::string shown(std::string_view cell) {
  std::string text(cell.substr(0, 40));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return "'" + text + (cell.size() > 40 ? "...'" : "'");
}

/// Cells of a row, with quotes taken off; a quoted cell may hold line ends.
class Rows {
 public:
  Rows(const std::filesystem::path& file, std::string_view bytes) : file_(file), rest_(bytes) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    if (rest_.find('\0') != rest_.npos) fail("this is no text; expected a CSV or one of Tawara's HDF5 files");
  }
  [[nodiscard]] bool next(std::vector<std::string>& cells) {
    if (rest_.empty()) return false;
    line_ = next_line_;
    cells.clear();
    for (bool more = true; more;) more = next_cell(cells.emplace_back());
    return true;
  }
  [[nodiscard]] std::size_t line() const { return line_; }
  [[noreturn]] void fail(const std::string& text) const {
    throw DataError(fmt::format("{}:{}: {}", file_.string(), line_, text));
  }

 private:
  /// @returns whether the row goes on
  bool next_cell(std::string& cell) {
    if (rest_.starts_with('"')) {
      rest_.remove_prefix(1);
      while (true) {
        const std::size_t quote = rest_.find('"');
        if (quote == rest_.npos) fail("a quote is opened and never closed");
        for (const char c : rest_.substr(0, quote)) next_line_ += c == '\n';
        cell += rest_.substr(0, quote);
        rest_.remove_prefix(quote + 1);
        if (!rest_.starts_with('"')) break;
        cell += '"';
        rest_.remove_prefix(1);
      }
    }
    const std::size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string_view plain = rest_.substr(0, end);
    const bool more = end < rest_.size() && rest_[end] == ',';
    if (!more && plain.ends_with('\r')) plain.remove_suffix(1);
    cell += plain;
    if (end < rest_.size() && !more) ++next_line_;
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (more && rest_.empty()) return true;  // "a," at the very end: a last, empty cell
    return more;
  }

  const std::filesystem::path& file_;
  std::string_view rest_;
  std::size_t line_ = 1, next_line_ = 1;
};

/// A column while its kind is being found out.
struct Growing {
  std::string name, unit;
  enum class Kind { blank, numbers, ids, texts } kind = Kind::blank;
  std::size_t blanks = 0;  ///< before anything else
  std::vector<double> numbers;
  std::vector<std::string> texts;

  void add(const Rows& rows, std::size_t place, const std::string& cell) {
    const std::string_view text = trimmed(cell);
    const auto number = as_number(text);
    if (kind == Kind::blank) {
      if (text.empty()) {
        ++blanks;
        return;
      }
      kind = number || !unit.empty() ? Kind::numbers : is_list_of_ids(text) ? Kind::ids : Kind::texts;
      if (kind == Kind::numbers)
        numbers.assign(blanks, nan);
      else
        texts.assign(blanks, "");
    }
    if (kind == Kind::numbers && unit.empty() && is_list_of_ids(text)) {
      kind = Kind::ids;
      for (const double x : numbers) texts.push_back(std::isnan(x) ? "" : fmt::format("{}", x));
      numbers.clear();
    }
    const auto refuse = [&](const char* why) {
      rows.fail(fmt::format("column {} ({}): {} is {}", place + 1, name, shown(cell), why));
    };
    switch (kind) {
      case Kind::numbers:
        if (!number && !text.empty()) refuse(unit.empty() ? "no number, as the cells above it are" : "no number");
        numbers.push_back(number.value_or(nan));
        break;
      case Kind::ids:
        if (text.find_first_not_of("0123456789 ") != text.npos) refuse("no list of ids, as the cells above it are");
        texts.emplace_back(text);
        break;
      default:
        texts.push_back(cell);
    }
  }
};

Growing column_of_header(const std::string& heading) {
  const std::string_view text = trimmed(heading);
  const std::size_t open = text.rfind(" [");
  if (open == text.npos || !text.ends_with(']')) return {std::string(text), {}, {}, 0, {}, {}};
  return {std::string(trimmed(text.substr(0, open))),
          std::string(text.substr(open + 2, text.size() - open - 3)),
          {},
          0,
          {},
          {}};
}

}  // namespace

Table read_csv(const std::filesystem::path& file) {
  std::string bytes;
  try {
    bytes = read_whole(file);
  } catch (const Error& e) {
    throw DataError(e.what());
  }
  Rows rows(file, bytes);
  std::vector<std::string> cells;
  if (!rows.next(cells)) rows.fail("the file is empty; expected a header with the names of the columns");
  std::vector<Growing> columns;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    Growing column = column_of_header(cells[c]);
    if (column.name.empty()) rows.fail(fmt::format("column {} has no name", c + 1));
    if (as_number(column.name))
      rows.fail(fmt::format("column {} is called {}: the first line is a header with the names of the columns", c + 1,
                            shown(column.name)));
    for (const Growing& other : columns)
      if (other.name == column.name) rows.fail(fmt::format("there are two columns called {}", shown(column.name)));
    columns.push_back(std::move(column));
  }
  std::size_t n = 0;
  while (rows.next(cells)) {
    if (cells.size() == 1 && cells[0].empty() && columns.size() > 1) continue;
    if (cells.size() != columns.size())
      rows.fail(fmt::format("{} cell{} where the header has {} columns", cells.size(), cells.size() == 1 ? "" : "s",
                            columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].add(rows, c, cells[c]);
    ++n;
  }
  if (n == 0) rows.fail("there is a header and no row below it");
  Table table;
  for (Growing& c : columns) {
    if (c.kind == Growing::Kind::numbers)
      table.add(std::move(c.name), c.unit.empty() ? "1" : c.unit, std::move(c.numbers));
    else if (c.kind == Growing::Kind::blank && !c.unit.empty())
      table.add(std::move(c.name), c.unit, std::vector<double>(n, nan));
    else
      table.add_text(std::move(c.name),
                     c.kind == Growing::Kind::blank ? std::vector<std::string>(n) : std::move(c.texts));
  }
  return table;
}

}  // namespace tawara
