#pragma once
#include <string>

#include "tawara/array.hpp"

namespace tawara {

/// A table as CSV: "name [unit]" headers, shortest text that reads back to the same double, LF.
[[nodiscard]] std::string to_csv(const Table& table);
/// A cell of a CSV, quoted where it must be.
[[nodiscard]] std::string csv_cell(const std::string& text);

}  // namespace tawara
