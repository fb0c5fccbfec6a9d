#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "../text.hpp"
#include "electrode_set.hpp"
#include "tawara/error.hpp"

namespace tawara::ecg {
namespace {

Point position(const std::vector<std::string_view>& row, std::size_t first, const std::string& place) {
  Point x;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto value = to_number<double>(row[first + k]);
    if (!value || !std::isfinite(*value))
      throw DataError(fmt::format("{}: '{}' is no coordinate; expected a number in mm", place, row[first + k]));
    x[k] = *value;
  }
  return x;
}

std::size_t electrode_called(std::string_view name, const std::string& place) {
  for (std::size_t e = 0; e < n_electrodes; ++e)
    if (upper(name) == electrode_names[e]) return e;
  throw DataError(fmt::format("{}: no electrode is called '{}'; expected LA, RA, LL, RL or V1 to V6", place, name));
}

}  // namespace

ElectrodeSet read_electrodes(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw DataError(fmt::format("{}: cannot be opened", file.string()));
  ElectrodeSet electrodes{};
  std::array<bool, n_electrodes> seen{};
  std::size_t rows = 0, number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    const auto row = cells(line);
    const std::string place = fmt::format("{}:{}", file.string(), number);
    if (row.size() != 3 && row.size() != 4)
      throw DataError(fmt::format("{}: {} columns; expected name,x,y,z or x,y,z", place, row.size()));
    const bool header = rows == 0 && upper(row[row.size() - 1]) == "Z";
    if (header) continue;
    if (rows == n_electrodes) throw DataError(fmt::format("{}: an eleventh electrode; expected ten", place));
    const std::size_t e = row.size() == 4 ? electrode_called(row[0], place) : rows;
    if (seen[e]) throw DataError(fmt::format("{}: electrode {} is given twice", place, electrode_names[e]));
    seen[e] = true;
    electrodes[e] = position(row, row.size() - 3, place);
    ++rows;
  }
  for (std::size_t e = 0; e < n_electrodes; ++e)
    if (!seen[e])
      throw DataError(
          fmt::format("{}: electrode {} is missing; expected LA, RA, LL, RL, V1 to V6 as name,x,y,z or ten "
                      "rows x,y,z in this order (mm)",
                      file.string(), electrode_names[e]));
  return electrodes;
}

}  // namespace tawara::ecg
