#pragma once
#include <cstddef>
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
/// were finished. May be called from any thread.
class TAWARA_EXPORT Shards {
 public:
  static constexpr const char* service_name = "shards";
  virtual ~Shards();
  /// A run that is being resumed has finished this one already.
  [[nodiscard]] virtual bool has(std::string_view name, std::size_t index) const = 0;
  /// @param table   its columns become datasets of one axis with attributes `unit`
  /// @param arrays  further datasets: name, unit and values
  /// @throws DataError  it cannot be written (full disk): what was begun is removed
  struct NamedArray {
    std::string name, unit;
    Array values;
  };
  virtual void write(std::string_view name, std::size_t index, const Table& table,
                     std::span<const NamedArray> arrays) = 0;
  /// A finished shard's table, read back.
  [[nodiscard]] virtual Table read(std::string_view name, std::size_t index) const = 0;
};

/// Host service "replay": leaves `INSTANCE.NAME.toml` in the run's folder, the resolved scenario with some settings of
/// this instance changed, so that one case can be run again alone.
class TAWARA_EXPORT Replay {
 public:
  static constexpr const char* service_name = "replay";
  virtual ~Replay();
  /// @param changes  parameter of this instance and its new value
  virtual void write(std::string_view name, std::span<const std::pair<std::string, Value>> changes) = 0;
};

}  // namespace tawara
