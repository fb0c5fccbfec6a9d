#include "kernel/results/array_file.hpp"

#include <fmt/format.h>

#include "kernel/results/hdf5.hpp"
#include "kernel/results/table_file.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

std::string names_of(const std::vector<ArrayFiles::Dataset>& datasets) {
  std::string names;
  for (const auto& dataset : datasets) {
    if (!dataset.numbers) continue;
    if (names.size() > 300) return names + ", ...";
    names += (names.empty() ? "" : ", ") + dataset.name;
  }
  return names;
}

class Service final : public ArrayFiles {
 public:
  std::vector<Dataset> list(const fs::path& file) const override {
    try {
      return open(file).datasets();
    } catch (const DataError&) {
      throw;
    } catch (const Error& e) {
      throw DataError(fmt::format("{} cannot be listed ({})", file.string(), e.what()));
    }
  }

  Shards::NamedArray read(const fs::path& file, std::string_view name) const override {
    const Hdf5Reader reader = open(file);
    try {
      return reader.numbers(std::string(name));
    } catch (const Error& e) {
      throw DataError(fmt::format("{} holds no array '{}' that can be read ({}); it has: {}", file.string(), name,
                                  e.what(), names_of(list(file))));
    }
  }

  std::vector<fs::path> series(const fs::path& begins_with) const override {
    return series_files(begins_with, SeriesBegins::anywhere);
  }

 private:
  static Hdf5Reader open(const fs::path& file) {
    if (std::error_code failed; !fs::is_regular_file(file, failed))
      throw DataError(fmt::format("no such file: {}", file.string()));
    try {
      return Hdf5Reader(file, Hdf5Reader::Written::by_anyone);
    } catch (const Error&) {
      throw DataError(fmt::format("{} cannot be read as HDF5: it is another kind of file, or cut off", file.string()));
    }
  }
};

}  // namespace

ArrayFiles& array_files() {
  static Service service;
  return service;
}

}  // namespace tawara
