#pragma once
#include <filesystem>

#include "tawara/array.hpp"

namespace tawara {

/// A CSV as to_csv() writes it, or a spreadsheet would: comma, quotes, a header whose names may end in " [unit]".
///
/// A column with a unit holds numbers; a blank cell is NaN. One without is what its first cell is: numbers
/// (dimensionless) or texts. Lists of ids ("3 17 25") are texts, also where the first has a single id.
/// @throws DataError with file, line and column: a ragged row, a cell that is no number among numbers, no header, an
/// open quote, a name that is there twice, no rows
[[nodiscard]] Table read_csv(const std::filesystem::path& file);

}  // namespace tawara
