#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "recordings/kept_recordings.hpp"
#include "tawara/array_files.hpp"
#include "tawara/table_files.hpp"

namespace tawara::recordings {

/// Names of what a population writes into its shards beside the columns of its table.
inline constexpr const char *trace_prefix = "trace_", *trace_times = "trace_t", *command_V = "command_V",
                            *command_duration = "command_duration", *scenario_prefix = "scenario_",
                            *drug_prefix = "drug_";

/// Recordings in the shards of populations, read when they are asked for. The shards read last stay in memory, so that
/// one who reads on, or to and fro between two, opens each file once.
class ShardRecordings final : public Described {
 public:
  struct Shard {
    std::filesystem::path file;
    std::size_t cells;
  };
  struct Files {
    const ArrayFiles& arrays;
    const TableFiles& tables;
  };
  /// @param shards  in the order of cells  @param first, cells  which of their cells
  /// @param remedy  what to do when one does not read back: "copy it again"
  ShardRecordings(About about, std::vector<Shard> shards, std::size_t first, std::size_t cells, Files files,
                  std::string remedy);
  [[nodiscard]] std::size_t cells() const override { return cells_; }
  [[nodiscard]] Table known(std::size_t first, std::size_t n) const override;
  void read(std::size_t first, std::size_t n, std::span<float> out) const override;

 private:
  template <class T>
  struct Recent {  // the shards read last, the latest first
    std::vector<std::pair<std::size_t, std::shared_ptr<const T>>> shards;
  };
  template <class T, class Load>
  std::shared_ptr<const T> recent(Recent<T>& kept, std::size_t shard, const Load& load) const;
  /// part(shard, its first row, rows) for the shards that hold these cells.
  void for_parts(std::size_t first, std::size_t n,
                 const std::function<void(std::size_t, std::size_t, std::size_t)>& part) const;
  [[nodiscard]] Array read_traces(const Shard& shard) const;
  [[nodiscard]] Table read_table(const Shard& shard) const;

  std::vector<Shard> shards_;
  std::vector<std::size_t> begins_;  // first cell of each shard, and the number of all
  std::size_t first_, cells_;
  Files files_;
  std::string remedy_;
  mutable std::mutex mutex_;
  mutable Recent<Array> traces_;
  mutable Recent<Table> tables_;
};

}  // namespace tawara::recordings
