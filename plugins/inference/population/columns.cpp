#include "columns.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "tawara/error.hpp"

namespace tawara::population {
namespace {

std::string ids_text(const std::vector<double>& ids) {
  std::string out;
  for (const double id : ids) out += (out.empty() ? "" : " ") + std::to_string(static_cast<long>(id));
  return out;
}

[[noreturn]] void refuse(const PathInfo& path, std::size_t row, const std::string& found, const std::string& expected) {
  throw DataError("population column " + path.path + ", row " + std::to_string(row + 1) + ": '" + found +
                  "'; expected " + expected);
}

/// A blank cell is the empty subset.
std::string id_text(double id) {
  if (std::isnan(id)) return "";
  return id == std::floor(id) && id >= 0 && id < 1e15 ? std::to_string(static_cast<long long>(id)) : std::to_string(id);
}

std::vector<double> read_ids(const PathInfo& path, std::size_t row, const std::string& text) {
  const auto bad = [&] {
    refuse(path, row, text,
           "different ids from 0 to " + std::to_string(path.set_size - 1) + " with blanks between them");
  };
  std::vector<double> ids;
  const char *at = text.data(), *end = at + text.size();
  while (at != end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    std::size_t id = 0;
    const auto [next, error] = std::from_chars(at, end, id);
    if (error != std::errc{} || id >= path.set_size) bad();
    ids.push_back(static_cast<double>(id));
    at = next;
  }
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) bad();
  return ids;
}

double read_choice(const PathInfo& path, std::size_t row, const std::string& text) {
  const auto found = std::find(path.choices.begin(), path.choices.end(), text);
  std::string known;
  for (const auto& c : path.choices) known += (known.empty() ? "" : ", ") + c;
  if (found == path.choices.end()) refuse(path, row, text, "one of " + known);
  return static_cast<double>(found - path.choices.begin());
}

double read_number(const PathInfo& path, std::size_t row, double x) {
  if (!std::isfinite(x) || x < path.minimum || x > path.maximum)
    refuse(path, row, std::to_string(x), "a number the parameter may be");
  return x;
}

}  // namespace

void add_column(Table& table, const PathInfo& path, std::span<const Values> rows, std::size_t index) {
  std::vector<std::string> texts;
  std::vector<double> numbers;
  for (const Values& row : rows) {
    const auto& value = row[index];
    if (path.type == Type::subset)
      texts.push_back(ids_text(value));
    else if (path.type == Type::choice)
      texts.push_back(path.choices.at(static_cast<std::size_t>(value[0])));
    else
      numbers.push_back(value[0]);
  }
  if (texts.empty())
    table.add(path.path, path.unit, std::move(numbers));
  else
    table.add_text(path.path, std::move(texts));
}

std::vector<Values> read_rows(const Table& table, std::span<const PathInfo> paths) {
  std::vector<Values> rows(table.rows());
  for (const PathInfo& path : paths) {
    const Table::Column* column = table.find(path.path);
    if (!column)
      throw DataError("the population has no column " + path.path +
                      "; leave it out of `parameters`, or add the column");
    // Subsets of one id each look like numbers to whoever reads a file.
    const bool lone_ids = path.type == Type::subset && column->texts.empty();
    const bool words = (path.type == Type::subset && !lone_ids) || path.type == Type::choice;
    if (words ? column->texts.empty() && !rows.empty() : !column->texts.empty())
      throw DataError("population column " + path.path + " holds " + (words ? "numbers" : "texts") + "; expected " +
                      (words ? "texts" : "numbers"));
    if (!words && !lone_ids && column->unit != path.unit)
      throw DataError("population column " + path.path + " is in " + column->unit + "; expected " + path.unit);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (lone_ids)
        rows[i].push_back(read_ids(path, i, id_text(column->numbers[i])));
      else if (path.type == Type::subset)
        rows[i].push_back(read_ids(path, i, column->texts[i]));
      else if (path.type == Type::choice)
        rows[i].push_back({read_choice(path, i, column->texts[i])});
      else
        rows[i].push_back({read_number(path, i, column->numbers[i])});
    }
  }
  return rows;
}

}  // namespace tawara::population
