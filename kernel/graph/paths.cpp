#include "kernel/graph/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernel/graph/prepare.hpp"

namespace tawara {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

FoundPath find_path(const Graph& graph, const std::string& path) {
  const Scenario& s = *graph.scenario;
  const std::size_t dot = path.find('.');
  const std::string instance_name = path.substr(0, dot), parameter_name = path.substr(dot + 1);
  const auto found =
      std::find_if(s.instances.begin(), s.instances.end(), [&](const Instance& x) { return x.name == instance_name; });
  if (found == s.instances.end()) throw ScenarioError("", fmt::format("no instance for the path '{}'", path));
  const auto i = static_cast<std::size_t>(found - s.instances.begin());
  const Descriptor& d = graph.descriptor(i);
  const auto p = static_cast<std::size_t>(d.parameter_index(parameter_name));
  const Parameter& parameter = d.parameters.at(p);

  PathInfo info;
  info.path = path;
  info.type = parameter.type;
  info.unit = parameter.unit;
  info.minimum = parameter.minimum.value_or(-infinity);
  info.maximum = parameter.maximum.value_or(infinity);
  info.log_scale = parameter.log_scale;
  for (const Choice& c : parameter.choices) info.choices.push_back(c.name);
  info.scenario_value = graph.settings[i].values()[p];
  if (parameter.type == Type::subset) {
    const std::size_t separator = parameter.index_set.find('.');
    const int slot = d.slot_index(parameter.index_set.substr(0, separator));
    const std::size_t source = found->wires.at(static_cast<std::size_t>(slot)).instances.at(0);
    info.set_size = GraphInput(graph, source).array(parameter.index_set.substr(separator + 1)).extent(0);
  }
  return {i, p, std::move(info)};
}

}  // namespace tawara
