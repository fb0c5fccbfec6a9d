#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/export.hpp"
#include "tawara/value.hpp"

namespace tawara {

/// Host service "shards": results too large to keep, written piece by piece into the run's folder as
/// `INSTANCE.NAME.00000.h5`, `.00001.h5`, ... A shard is there whole or not at all, and a resumed run finds those that
/// were finished. May be called from any thread; keeps nothing of what it has written.
///
/// Only for results of the run itself: nullptr in a dry run, while a component is prepared whose constants are cached
/// on disk, and for what a sampler evaluates at other values than the scenario's.
class TAWARA_EXPORT Shards {
 public:
  static constexpr const char* service_name = "shards";
  virtual ~Shards();
  /// Is this shard there, finished, and of this instance as it is now (settings, inputs, files read, plugin, seed)?
  [[nodiscard]] virtual bool has(std::string_view name, std::size_t index) const = 0;
  struct NamedArray {
    std::string name, unit;
    Array values;
  };
  /// @param name    letters, digits, '_' and '-'
  /// @param table   its columns become datasets of one axis with attributes `unit`, texts as UTF-8 strings
  /// @param arrays  further datasets: name, unit and values
  /// @throws DataError  it cannot be written (full disk): what was begun is removed
  virtual void write(std::string_view name, std::size_t index, const Table& table,
                     std::span<const NamedArray> arrays) = 0;
  /// A finished shard's table, read back. @throws DataError  it is not there, or damaged
  [[nodiscard]] virtual Table read(std::string_view name, std::size_t index) const = 0;
  /// Where it is, or will be: for what reads shards back after prepare(), when this service is gone, by "array_files"
  /// and "table_files", which stay.
  [[nodiscard]] virtual std::filesystem::path file(std::string_view name, std::size_t index) const = 0;
};

/// Host service "shard_work": the shards of this run are made by several processes (tasks of a cluster's array, ranks
/// of MPI). nullptr in a process that makes them all, and where "shards" is.
class TAWARA_EXPORT ShardWork {
 public:
  static constexpr const char* service_name = "shard_work";
  virtual ~ShardWork();
  /// make(index), which is to write that shard, for those of `indices` that are missing and fall to this process. When
  /// it returns, all of them are there to be read. Every process must call it with the same `indices`.
  /// @throws what `make` throws, in this process or another; what ends a process that has done its part
  virtual void make_missing(std::string_view name, std::span<const std::size_t> indices,
                            const std::function<void(std::size_t)>& make) = 0;
};

/// Host service "replay": leaves `INSTANCE.NAME.toml` in the run's folder, a scenario of this instance and what it
/// stands on with some of its settings changed, so that one case can be run again alone. nullptr where "shards" is.
class TAWARA_EXPORT Replay {
 public:
  static constexpr const char* service_name = "replay";
  virtual ~Replay();
  /// @param name     letters, digits, '_' and '-'
  /// @param changes  parameter of this instance and its new value, numbers in the declared unit
  /// @throws Error  the scenario with these changes is refused, or the file cannot be written
  virtual void write(std::string_view name, std::span<const std::pair<std::string, Value>> changes) = 0;
};

}  // namespace tawara
