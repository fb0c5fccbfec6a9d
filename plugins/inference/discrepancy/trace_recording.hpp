#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/array.hpp"

namespace tawara::discrepancy {

/// Something measured over time.
struct Recording {
  std::vector<double> t;       ///< ms, ascending
  std::vector<double> value;   ///< in `unit`
  std::vector<double> weight;  ///< not negative, one per sample
  std::string unit;
};

/// Which columns hold it; an empty weight means 1 everywhere.
struct RecordingColumns {
  std::string time, value, weight;
};

/// What a number in one unit is multiplied by to be in another: decimal prefixes of s, V, A, F, A/F and mol/L (M), and
/// units that are spelt alike. Nothing where the two cannot be compared.
[[nodiscard]] std::optional<double> unit_factor(std::string_view from, std::string_view to);

/// Reads a CSV whose first line that is not blank and no comment (#) names the columns with their units: "t [ms],V_m
/// [mV]". Further columns are ignored.
/// @throws DataError  naming file and line: no such column, no unit, no number, times that do not ascend, no samples
[[nodiscard]] Recording read_recording(const std::filesystem::path& file, const RecordingColumns& columns);

/// The same from a table. @param whose  the instance it comes from, for messages
/// @throws DataError  as above, naming instance and row
[[nodiscard]] Recording recording_of(const Table& table, const RecordingColumns& columns, const std::string& whose);

}  // namespace tawara::discrepancy
