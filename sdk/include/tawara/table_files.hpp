#pragma once
#include <filesystem>

#include "tawara/array.hpp"
#include "tawara/export.hpp"

namespace tawara {

/// Host service "table_files": tables as runs leave them, read back. May be called from any thread.
class TAWARA_EXPORT TableFiles {
 public:
  static constexpr const char* service_name = "table_files";
  virtual ~TableFiles();
  /// @param file  a CSV with units in its header ("APD90 [ms]"; without one a column is a text or dimensionless); one
  ///              shard (shards.hpp); or all shards of a series by what their names begin with (`OUT/cohort.cells`) or,
  ///              when it holds one series only, by their folder. A `path` parameter takes and hashes all of these.
  /// @throws DataError  what is wrong, with file and, in a CSV, line and column
  [[nodiscard]] virtual Table read(const std::filesystem::path& file) const = 0;
};

}  // namespace tawara
