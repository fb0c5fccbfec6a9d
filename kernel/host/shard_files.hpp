#pragma once
#include <filesystem>
#include <string>

#include "tawara/shards.hpp"

namespace tawara {

class RunServices;

/// The shards of one instance in a run's folder. Each is made in memory and written under a temporary name, so that a
/// full disk leaves neither half a file nor an HDF5 library that cannot close one.
class ShardFiles final : public Shards {
 public:
  /// @param key  of the prepared instance: a shard made from something else does not count as there
  ShardFiles(RunServices& services, std::filesystem::path folder, std::string instance, std::string key);
  bool has(std::string_view name, std::size_t index) const override;
  void write(std::string_view name, std::size_t index, const Table& table, std::span<const NamedArray> arrays) override;
  Table read(std::string_view name, std::size_t index) const override;
  std::filesystem::path file(std::string_view name, std::size_t index) const override;

 private:
  RunServices& services_;
  std::filesystem::path folder_;
  std::string instance_, key_;
};

/// What follows the instance in a file's name. @throws Error unless it is letters, digits, '_' and '-'
void check_file_word(std::string_view name);

}  // namespace tawara
