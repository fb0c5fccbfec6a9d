#pragma once
#include <filesystem>
#include <string>

#include "tawara/shards.hpp"

namespace tawara {

class RunServices;

/// Scenarios of single cases of one instance in a run's folder.
class ReplayFiles final : public Replay {
 public:
  ReplayFiles(RunServices& services, std::filesystem::path folder, std::string instance);
  void write(std::string_view name, std::span<const std::pair<std::string, Value>> changes) override;

 private:
  RunServices& services_;
  std::filesystem::path folder_;
  std::string instance_;
};

}  // namespace tawara
