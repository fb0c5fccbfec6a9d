#include "experiments/csv_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "experiments/names.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  }
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

}  // namespace

CsvRows::CsvRows(const std::filesystem::path& file, const std::vector<std::string>& required,
                 const std::vector<std::string>& optional)
    : file_(file.string()), in_(file) {
  if (!in_) fail("the file cannot be opened");
  std::string first;
  std::getline(in_, first);
  ++line_;
  std::vector<std::string> header = split(first);
  for (std::string& name : header) name = trimmed(name.substr(0, name.find('[')));
  const auto find = [&](const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), name);
    return found == header.end() ? -1 : static_cast<int>(found - header.begin());
  };
  for (const std::string& name : required) {
    const int position = find(name);
    if (position < 0)
      fail(fmt::format("the column '{}' is missing; the header must name {}, it is '{}'", name, joined(required),
                       trimmed(first)));
    columns_.push_back({name, position});
  }
  for (const std::string& name : optional) columns_.push_back({name, find(name)});
}

bool CsvRows::next() {
  for (std::string text; std::getline(in_, text);) {
    ++line_;
    cells_ = split(text);
    if (cells_.size() == 1 && cells_[0].empty()) continue;
    for (const Column& c : columns_)
      if (c.position >= static_cast<int>(cells_.size()))
        fail(fmt::format("only {} cells, '{}' is missing", cells_.size(), c.name));
    return true;
  }
  return false;
}

const CsvRows::Column& CsvRows::column(std::string_view name) const {
  return *std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.name == name; });
}

bool CsvRows::has(std::string_view name) const { return column(name).position >= 0; }

const std::string& CsvRows::text(std::string_view name) const {
  return cells_[static_cast<std::size_t>(column(name).position)];
}

double CsvRows::number(std::string_view name) const {
  const std::string& cell = text(name);
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size())
    fail(fmt::format("{} must be a number, found '{}'", name, cell));
  if (!std::isfinite(value)) fail(fmt::format("{} must be a finite number, found '{}'", name, cell));
  return value;
}

void CsvRows::fail(const std::string& what) const {
  throw DataError(line_ ? fmt::format("{}:{}: {}", file_, line_, what) : fmt::format("{}: {}", file_, what));
}

}  // namespace tawara::experiments
