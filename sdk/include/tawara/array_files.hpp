#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/export.hpp"
#include "tawara/shards.hpp"

namespace tawara {

/// Host service "array_files": HDF5 files read back, those of runs (shards.hpp, products.hpp) and any others. May be
/// called from any thread.
class TAWARA_EXPORT ArrayFiles {
 public:
  static constexpr const char* service_name = "array_files";
  virtual ~ArrayFiles();
  struct Dataset {
    std::string name;  ///< with its groups: "sweep_1/current"
    std::string unit;  ///< of the attribute `unit`, or `units`; "" without one
    std::vector<std::size_t> shape;
    bool numbers;  ///< not texts, nor compounds
  };
  /// Every dataset of a file, by name. @throws DataError  it cannot be read as HDF5
  [[nodiscard]] virtual std::vector<Dataset> list(const std::filesystem::path& file) const = 0;
  /// A dataset of numbers. Types Tawara has (array.hpp) stay as they are, others become f64.
  /// @throws DataError  it is not there (with what is), is no array of numbers, or does not read back
  [[nodiscard]] virtual Shards::NamedArray read(const std::filesystem::path& file, std::string_view name) const = 0;
  /// The files of a series of shards in their order, by what their names begin with (`OUT/cohort.cells`), by their
  /// folder when it holds one series only, or a single file by its name.
  /// @throws DataError  there is none, one is missing in the middle, or the run that writes them is not finished
  [[nodiscard]] virtual std::vector<std::filesystem::path> series(const std::filesystem::path& begins_with) const = 0;
};

}  // namespace tawara
