#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tawara/descriptor.hpp"

namespace tawara {

/// Files NAME.00000.h5, NAME.00001.h5, ... by NAME, each in the order of its numbers.
using ShardSeries = std::map<std::string, std::vector<std::filesystem::path>>;
/// All series in a folder; empty where there is no such folder.
[[nodiscard]] ShardSeries shard_series_in(const std::filesystem::path& folder);
/// The number in "cohort.cells.00012.h5"; the name was matched before.
[[nodiscard]] std::size_t shard_number(const std::filesystem::path& file);

/// The files a `path` parameter stands for: the file itself; the shards of a series, by what their names begin with or,
/// when a folder holds one series only, by the folder. A folder of anything else stands for itself. Empty when nothing
/// is there.
[[nodiscard]] std::vector<std::filesystem::path> input_files(const std::filesystem::path& path);

/// The paths that a parameter's value names: of a `path`, and of a list of them.
[[nodiscard]] std::vector<std::string> files_in(const Parameter& parameter, const Value& value);

}  // namespace tawara
