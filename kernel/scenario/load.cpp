#include <fmt/format.h>

#include "kernel/scenario/define.hpp"
#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/overrides.hpp"

namespace tawara {

using namespace scenario;

const Instance* Scenario::find(std::string_view name) const {
  for (const Instance& instance : instances)
    if (instance.name == name) return &instance;
  return nullptr;
}

Location Instance::locate(const std::string& parameter) const {
  for (std::string key = parameter;;) {
    if (const auto found = set_at.find(key); found != set_at.end()) return found->second;
    const std::size_t cut = key.find_last_of(".[");
    if (cut == std::string::npos) break;
    key.resize(cut);
  }
  for (const Wire& wire : wires)
    if (wire.slot == parameter) return wire.where;
  return where;
}

namespace {

/// The document with overrides in and defines gone.
Node read(const ScenarioRequest& request, Problems& problems, std::vector<std::string>* defines = nullptr) {
  Node document = read_document(request.file);
  apply_overrides(document, request.sets, problems);
  problems.stop_if_any();
  if (const Node* define = document.find("define"); define && defines && define->as<Node::Table>())
    for (const Entry& entry : *define->as<Node::Table>()) defines->push_back(entry.key);
  apply_defines(document, problems);
  problems.stop_if_any();
  return document;
}

std::filesystem::path absolute_path(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).lexically_normal();
}

}  // namespace

std::vector<std::filesystem::path> plugin_paths_of(const ScenarioRequest& request) {
  Problems problems;
  const Node document = read(request, problems);
  std::vector<std::filesystem::path> paths;
  const Node* header = document.find("tawara");
  const Node* plugins = header ? header->find("plugins") : nullptr;
  if (plugins && plugins->as<Node::Array>())
    for (const Node& item : *plugins->as<Node::Array>())
      if (const auto* text = item.as<std::string>())
        paths.push_back((absolute_path(request.file).parent_path() / *text).lexically_normal());
  return paths;
}

Scenario load_scenario(const ScenarioRequest& request, const ComponentLookup& lookup) {
  Draft draft{request, lookup, {}, {}, {}, {}, {}, {}, {}, {}};
  draft.document = read(request, draft.problems, &draft.defines);
  draft.scenario.file = absolute_path(request.file);
  for (const auto phase :
       {read_header, find_components, check_values, check_wiring, check_columns, check_priors, check_sweep}) {
    phase(draft);
    draft.problems.stop_if_any();
  }
  Scenario& scenario = draft.scenario;
  for (std::size_t i = 0; i < scenario.instances.size(); ++i)
    scenario.instances[i].settings = Settings(scenario.instances[i].name, &draft.descriptor(i), draft.values[i]);
  scenario.resolved = resolved_text(draft);
  scenario.warnings = draft.problems.warnings();
  return std::move(draft.scenario);
}

}  // namespace tawara
