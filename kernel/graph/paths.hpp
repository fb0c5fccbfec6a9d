#pragma once
#include <string>

#include "kernel/graph/graph.hpp"
#include "tawara/simulator.hpp"

namespace tawara {

/// "instance.parameter" in a prepared graph.
struct FoundPath {
  std::size_t instance, parameter;
  PathInfo info;
};
/// @throws ScenarioError when the scenario has no such instance
[[nodiscard]] FoundPath find_path(const Graph& graph, const std::string& path);

}  // namespace tawara
