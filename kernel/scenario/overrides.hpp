#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/scenario/node.hpp"
#include "kernel/scenario/problems.hpp"

namespace tawara::scenario {

/// "inference.parameters[1].range" as steps: keys and indices.
struct PathStep {
  std::string key;  ///< empty for an index
  std::size_t index = 0;
};
[[nodiscard]] std::optional<std::vector<PathStep>> parse_path(std::string_view text);

/// Write PATH=VALUE of each --set into the document, in order. What is set stands at "--set #2" from then on.
void apply_overrides(Node& document, const std::vector<std::string>& sets, Problems& problems);

}  // namespace tawara::scenario
