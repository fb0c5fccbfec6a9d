#pragma once
#include <cstddef>

#include "tawara/array.hpp"

namespace tawara::recordings {

/// Rows `first` to `first` + n - 1.
[[nodiscard]] Table rows_of(const Table& table, std::size_t first, std::size_t n);
/// Rows of the same columns behind those of `all`; an empty table takes the columns over.
/// @throws DataError  other columns
void append_rows(Table& all, Table more);

}  // namespace tawara::recordings
