// The scenario written out whole: defaults filled in, overrides applied, defines gone, units and paths settled.
#include <algorithm>

#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/order.hpp"

namespace tawara::scenario {
namespace {

void line(std::string& text, const std::string& key, const std::string& value, const std::string& comment = {}) {
  text += key + " = " + value + (comment.empty() ? "" : "   # " + comment) + "\n";
}

template <class Strings>
std::string list_text(const Strings& strings) {
  List list;
  for (const auto& s : strings) list.emplace_back(s);
  return toml_text(Value(list));
}

std::string header_text(const Draft& draft) {
  const Scenario& s = draft.scenario;
  std::string text = "[tawara]\n";
  if (!s.title.empty()) line(text, "title", toml_text(Value(s.title)));
  if (!draft.requires_version.empty()) line(text, "requires", toml_text(Value(draft.requires_version)));
  line(text, "seed", std::to_string(s.seed));
  if (!draft.plugins.empty()) line(text, "plugins", list_text(draft.plugins));
  return text;
}

std::string instance_text(const Draft& draft, std::size_t index) {
  const Instance& instance = draft.scenario.instances[index];
  const Descriptor& d = draft.descriptor(index);
  std::string text = "\n[" + instance.name + "]\n";
  line(text, "use", toml_text(Value(instance.use)));
  for (std::size_t s = 0; s < d.slots.size(); ++s) {
    std::vector<std::string> names;
    for (const std::size_t i : instance.wires[s].instances) names.push_back(draft.scenario.instances[i].name);
    if (d.slots[s].how_many == HowMany::many) {
      if (!names.empty()) line(text, d.slots[s].name, list_text(names));
    } else if (!names.empty()) {
      line(text, d.slots[s].name, toml_text(Value(names.front())));
    }
  }
  for (std::size_t p = 0; p < d.parameters.size(); ++p) {
    const Parameter& parameter = d.parameters[p];
    const Value& value = draft.values[index][p];
    if (parameter.type == Type::priors) {
      // Priors stay as they were written: their checked form is for the SDK, not for readers.
      if (const Node* written = draft.tables[index]->find(parameter.name)) {
        text += toml_key(parameter.name) + " = [\n";
        for (const Node& prior : *written->as<Node::Array>()) text += "  " + toml_text(prior) + ",\n";
        text += "]\n";
      }
      continue;
    }
    if (value.empty()) continue;
    const bool united = parameter.type == Type::number && parameter.unit != "1";
    line(text, toml_key(parameter.name), toml_text(value), united ? parameter.unit : "");
  }
  return text;
}

std::string sweep_text(const SweepAxis& axis) {
  std::string text = "\n[[sweep]]\n";
  line(text, axis.paths.size() == 1 ? "path" : "paths",
       axis.paths.size() == 1 ? toml_text(Value(axis.paths[0])) : list_text(axis.paths));
  text += axis.paths.size() == 1 ? "values = [" : "rows = [";
  for (std::size_t r = 0; r < axis.rows.size(); ++r) {
    std::string row;
    for (const std::string& value : axis.rows[r]) row += (row.empty() ? "" : ", ") + value;
    text += (r > 0 ? ", " : "") + (axis.paths.size() == 1 ? row : "[" + row + "]");
  }
  return text + "]\n";
}

}  // namespace

std::string resolved_text(const Draft& draft) {
  const Scenario& s = draft.scenario;
  std::string text = header_text(draft);
  const std::vector<bool> reached = upstream_of(s, s.run.targets);
  for (std::size_t i = 0; i < s.instances.size(); ++i)
    if (reached[i] || !draft.request.reached_only) text += instance_text(draft, i);
  for (const SweepAxis& axis : s.sweep) text += sweep_text(axis);
  text += "\n[run]\n";
  std::vector<std::string> targets;
  for (const std::size_t i : s.run.targets) targets.push_back(s.instances[i].name);
  line(text, "targets", list_text(targets));
  line(text, "threads", std::to_string(s.run.threads));
  line(text, "max_prepared", std::to_string(s.run.max_prepared));
  if (!s.run.isa.empty()) line(text, "isa", toml_text(Value(s.run.isa)));
  if (draft.request.reached_only) return text;
  if (s.output.directory || !s.output.save.empty()) text += "\n[output]\n";
  if (s.output.directory) line(text, "directory", toml_text(Value(s.output.directory->string())));
  if (!s.output.save.empty()) line(text, "save", list_text(s.output.save));
  return text;
}

}  // namespace tawara::scenario
