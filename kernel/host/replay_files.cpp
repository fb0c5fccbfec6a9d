#include "kernel/host/replay_files.hpp"

#include <fmt/format.h>

#include "kernel/host/host.hpp"
#include "kernel/host/shard_files.hpp"
#include "kernel/results/files.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara {

ReplayFiles::ReplayFiles(RunServices& services, std::filesystem::path folder, std::string instance)
    : services_(services), folder_(std::move(folder)), instance_(std::move(instance)) {}

void ReplayFiles::write(std::string_view name, std::span<const std::pair<std::string, Value>> changes) {
  check_file_word(name);
  const std::string stem = fmt::format("{}.{}", instance_, name);
  std::vector<std::string> sets{fmt::format("run.targets=[\"{}\"]", instance_),
                                "tawara.title=" + scenario::toml_text(Value(stem))};
  for (const auto& [parameter, value] : changes)
    sets.push_back(fmt::format("{}.{}={}", instance_, parameter, scenario::toml_text(value)));
  write_whole(folder_ / (stem + ".toml"), services_.changed_scenario(sets));
}

}  // namespace tawara
