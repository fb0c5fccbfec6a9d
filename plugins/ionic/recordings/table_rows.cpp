#include "recordings/table_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "tawara/error.hpp"

namespace tawara::recordings {

Table rows_of(const Table& table, std::size_t first, std::size_t n) {
  const auto part = [&](const auto& values) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
    return std::decay_t<decltype(values)>(begin, begin + static_cast<std::ptrdiff_t>(n));
  };
  Table rows;
  for (const Table::Column& column : table.columns)
    if (column.texts.empty())
      rows.add(column.name, column.unit, part(column.numbers));
    else
      rows.add_text(column.name, part(column.texts));
  return rows;
}

void append_rows(Table& all, Table more) {
  if (all.columns.empty()) {
    all = std::move(more);
    return;
  }
  if (all.columns.size() != more.columns.size())
    throw DataError(
        fmt::format("rows of {} columns cannot follow on rows of {}", more.columns.size(), all.columns.size()));
  for (std::size_t c = 0; c < all.columns.size(); ++c) {
    Table::Column &to = all.columns[c], &from = more.columns[c];
    if (to.name != from.name || to.unit != from.unit)
      throw DataError(
          fmt::format("a column '{}' [{}] cannot follow on '{}' [{}]", from.name, from.unit, to.name, to.unit));
    to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
    std::move(from.texts.begin(), from.texts.end(), std::back_inserter(to.texts));
  }
}

}  // namespace tawara::recordings
