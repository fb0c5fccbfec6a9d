#pragma once
#include <span>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/simulator.hpp"

namespace tawara::population {

/// One path of many rows as a column named after it: numbers with their unit, choices by name, subsets as ids with
/// blanks between them.
void add_column(Table& table, const PathInfo& path, std::span<const Values> rows, std::size_t index);

/// Rows from such columns, one entry per path; a column's unit must be the path's.
/// @throws DataError  a column is missing, has another unit, or holds what the parameter cannot be
[[nodiscard]] std::vector<Values> read_rows(const Table& table, std::span<const PathInfo> paths);

}  // namespace tawara::population
