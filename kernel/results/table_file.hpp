#pragma once
#include <filesystem>
#include <vector>

#include "tawara/table_files.hpp"

namespace tawara {

/// What the service "table_files" does (table_files.hpp). @throws DataError
[[nodiscard]] Table read_table_file(const std::filesystem::path& file);

/// Must a series begin with shard 0? A part of a population, made on a machine of its own, begins later.
enum class SeriesBegins { at_zero, anywhere };
/// The one file, or the shards of a series in their order (ArrayFiles::series). @throws DataError
[[nodiscard]] std::vector<std::filesystem::path> series_files(const std::filesystem::path& begins_with,
                                                              SeriesBegins begins = SeriesBegins::at_zero);

/// The service itself; it keeps nothing.
[[nodiscard]] TableFiles& table_files();

}  // namespace tawara
