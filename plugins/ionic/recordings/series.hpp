#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "recordings/shard_recordings.hpp"

namespace tawara::recordings {

/// Shards of populations put together.
struct Series {
  About about;
  std::vector<ShardRecordings::Shard> shards;  ///< in the order of their cells
  std::vector<std::uint64_t> indices;          ///< of the cells, in that order
};

/// @param paths   series, or single shards
/// @param signal  an observable that was recorded; "": the first that is not V_m, or V_m
/// @throws ScenarioError("signal")  it was not recorded
/// @throws DataError  a file that does not read back or holds no traces; a shard whose times, command, units or
/// scenario
///                    are not those of the first; a cell that is there twice
[[nodiscard]] Series read_series(const std::vector<std::filesystem::path>& paths, const std::string& signal,
                                 const ShardRecordings::Files& read_by);

}  // namespace tawara::recordings
