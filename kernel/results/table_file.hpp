#pragma once
#include <filesystem>

#include "tawara/table_files.hpp"

namespace tawara {

/// What the service "table_files" does (table_files.hpp). @throws DataError
[[nodiscard]] Table read_table_file(const std::filesystem::path& file);

/// The service itself; it keeps nothing.
[[nodiscard]] TableFiles& table_files();

}  // namespace tawara
