#pragma once
#include <functional>
#include <vector>

#include "kernel/host/shard_files.hpp"

namespace tawara {

/// Which shards of an instance this process makes: those of its part (`--part`), none (`--collect`), or its share among
/// the ranks of MPI.
class DividedShards final : public ShardWork {
 public:
  DividedShards(RunServices& services, ShardFiles& shards, std::string instance)
      : services_(services), shards_(shards), instance_(std::move(instance)) {}
  void make_missing(std::string_view name, std::span<const std::size_t> indices,
                    const std::function<void(std::size_t)>& make) override;

 private:
  void make_all(std::string_view name, const std::vector<std::size_t>& mine,
                const std::function<void(std::size_t)>& make);
  void wait_for(std::string_view name, std::size_t index);
  RunServices& services_;
  ShardFiles& shards_;
  std::string instance_;
};

}  // namespace tawara
