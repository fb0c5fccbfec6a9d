#include "kernel/results/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "kernel/results/csv_read.hpp"
#include "kernel/results/hdf5.hpp"
#include "kernel/scenario/input_files.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

bool is_hdf5(const fs::path& file) {
  char signature[4] = {};
  std::ifstream(file, std::ios::binary).read(signature, sizeof signature);
  return std::string_view(signature, 4) == "\x89HDF";
}

Table read_one_hdf5(const fs::path& file) {
  try {
    return Hdf5Reader(file).columns();
  } catch (const Error& e) {
    throw DataError(fmt::format("{} does not read back as a table Tawara wrote ({})", file.string(), e.what()));
  }
}

/// Columns of further rows put below those there are.
void append(Table& all, Table&& more, const fs::path& file) {
  const auto differs = [&](const std::string& what) {
    throw DataError(fmt::format("{} does not go with the shards before it: {}", file.string(), what));
  };
  if (all.columns.size() != more.columns.size())
    differs(fmt::format("{} columns, not {}", more.columns.size(), all.columns.size()));
  for (std::size_t c = 0; c < all.columns.size(); ++c) {
    Table::Column &to = all.columns[c], &from = more.columns[c];
    if (to.name != from.name || to.unit != from.unit || to.texts.empty() != from.texts.empty())
      differs(fmt::format("column '{}' [{}] where they have '{}' [{}]", from.name, from.unit, to.name, to.unit));
    to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
    std::move(from.texts.begin(), from.texts.end(), std::back_inserter(to.texts));
  }
}

Table read_series(const std::vector<fs::path>& files) {
  Table all = read_one_hdf5(files.front());
  for (std::size_t k = 1; k < files.size(); ++k) append(all, read_one_hdf5(files[k]), files[k]);
  return all;
}

class Service final : public TableFiles {
 public:
  Table read(const fs::path& file) const override { return read_table_file(file); }
};

}  // namespace

std::vector<fs::path> series_files(const fs::path& begins_with, SeriesBegins begins) {
  std::vector<fs::path> files = input_files(begins_with);
  if (files.empty())
    throw DataError(
        fmt::format("no such file: {}; expected a CSV, an HDF5 file, or what the names of shards begin with",
                    begins_with.string()));
  if (files.size() == 1 && files[0] == begins_with) {
    if (!fs::is_directory(begins_with)) return files;
    std::string names;
    for (const auto& [name, series] : shard_series_in(begins_with)) names += (names.empty() ? "" : ", ") + name;
    throw DataError(
        names.empty()
            ? fmt::format("{} is a folder without shards (NAME.00000.h5); name the file", begins_with.string())
            : fmt::format("{} holds the shards of {}; name one of them, as in {}", begins_with.string(), names,
                          (begins_with / names.substr(0, names.find(','))).string()));
  }
  const fs::path folder = files.front().parent_path();
  if (fs::exists(folder / "scenario.resolved.toml") && !fs::exists(folder / "summary.json"))
    throw DataError(
        fmt::format("the run in {} is not finished, so some of its rows are missing; go on with it (tawara "
                    "run ... --resume --output {}), or name a single shard",
                    folder.string(), folder.string()));
  std::size_t expected = begins == SeriesBegins::at_zero ? 0 : shard_number(files.front());
  for (const fs::path& shard : files) {
    if (shard_number(shard) != expected)
      throw DataError(fmt::format("shard {:05} is missing before {}; copy the whole series", expected, shard.string()));
    ++expected;
  }
  return files;
}

Table read_table_file(const fs::path& file) {
  const auto files = series_files(file);
  if (files.size() == 1 && files[0] == file) {
    Table table = is_hdf5(file) ? read_one_hdf5(file) : read_csv(file);
    if (table.rows() == 0) throw DataError(file.string() + " holds no rows");
    return table;
  }
  Table table = read_series(files);
  if (table.rows() == 0) throw DataError(file.string() + ": its shards hold no rows");
  return table;
}

TableFiles& table_files() {
  static Service service;
  return service;
}

}  // namespace tawara
