#pragma once
#include <nlohmann/json.hpp>

#include "kernel/cli/commands.hpp"

namespace tawara {

/// Open a plugin and let it register in a process of its own, so that a plugin that crashes then can be told from
/// others.
[[nodiscard]] OpenTrial open_apart(const PluginFile& file);

/// What the new process does.
[[nodiscard]] nlohmann::ordered_json carry_out_opening(const nlohmann::ordered_json& task);

}  // namespace tawara
