// Which component each instance is, and its values.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/reserved.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {

std::vector<ComponentEntry> ComponentLookup::find(std::string_view name) const {
  std::vector<ComponentEntry> found;
  for (const ComponentEntry& entry : components)
    if (entry.descriptor->name == name || entry.plugin->manifest.name + ":" + entry.descriptor->name == name)
      found.push_back(entry);
  return found;
}

namespace scenario {
namespace {

/// Components whose full or short name resembles the word.
std::vector<std::string> similar_components(const ComponentLookup& lookup, const std::string& word) {
  std::vector<std::string> full, brief;
  for (const ComponentEntry& entry : lookup.components) {
    full.push_back(entry.descriptor->name);
    brief.push_back(entry.descriptor->name.substr(entry.descriptor->name.find('.') + 1));
  }
  std::vector<std::string> found = suggest(word, full);
  if (!found.empty()) return found;
  for (const std::string& name : suggest(word.substr(word.find('.') + 1), brief))
    for (std::size_t i = 0; i < brief.size() && found.size() < 3; ++i)
      if (brief[i] == name && std::find(found.begin(), found.end(), full[i]) == found.end()) found.push_back(full[i]);
  return found;
}

void complain_unknown(Draft& draft, const Node& use, const std::string& name) {
  const ComponentLookup& lookup = draft.lookup;
  std::vector<std::string> hints;
  for (const LeftOut& missing : lookup.left_out)
    if (missing.component == name)
      return draft.problems.error(use.at, in_quotes(name) + " is not part of this build: " + missing.why,
                                  {missing.remedy});
  if (const auto similar = similar_components(lookup, name); !similar.empty()) {
    hints.push_back(did_you_mean(similar));
    if (similar.size() == 1)
      hints.back().insert(hints.back().size() - 1,
                          " (plugin " + lookup.find(similar[0])[0].plugin->manifest.name + ")");
  } else {
    std::vector<std::string> same_kind;
    for (const ComponentEntry& entry : lookup.components)
      if (entry.descriptor->kind() == name.substr(0, name.find('.'))) same_kind.push_back(entry.descriptor->name);
    if (!same_kind.empty()) hints.push_back("of this kind there are " + listed(same_kind));
  }
  hints.push_back(lookup.note.empty() ? "tawara list shows all components" : lookup.note);
  draft.problems.error(use.at, "no component called " + in_quotes(name), hints);
}

void complain_no_use(Draft& draft, const Entry& entry) {
  const auto near = suggest(entry.key, reserved_tables);
  std::vector<std::string> hints = {"every table but " + listed(reserved_tables) +
                                    " is an instance, and `use = \"kind.name\"` says of what"};
  if (!near.empty()) hints.insert(hints.begin(), "did you mean the table [" + near.front() + "]?");
  draft.problems.error(entry.key_at, "instance " + in_quotes(entry.key) + " has no 'use'", hints);
}

bool is_instance_name(const std::string& name) { return !name.empty() && name.size() <= 100 && toml_key(name) == name; }

void find_component(Draft& draft, const Entry& entry) {
  Problems& problems = draft.problems;
  if (!entry.value.as<Node::Table>()) {
    problems.error(entry.key_at, in_quotes(entry.key) + " stands outside every table",
                   {"put it below the [instance] it belongs to, or into [define]"});
    return;
  }
  if (!is_instance_name(entry.key)) {
    problems.error(entry.key_at, in_quotes(entry.key) + " cannot be the name of an instance",
                   {"use letters, digits, '_' and '-'"});
    return;
  }
  const Node* use = entry.value.find("use");
  if (!use) return complain_no_use(draft, entry);
  const auto* name = use->as<std::string>();
  if (!name) {
    problems.error(use->at, entry.key + ".use: expected the name of a component, found " + use->describe());
    return;
  }
  const auto found = draft.lookup.find(*name);
  if (found.empty()) return complain_unknown(draft, *use, *name);
  if (found.size() > 1) {
    std::vector<std::string> full;
    for (const ComponentEntry& e : found)
      full.push_back("'" + e.plugin->manifest.name + ":" + e.descriptor->name + "'");
    problems.error(use->at, fmt::format("{} plugins offer '{}'", found.size(), *name), {"say which: " + listed(full)});
    return;
  }
  const Descriptor& d = *found[0].descriptor;
  if (d.maturity == Maturity::deprecated)
    problems.warning(use->at,
                     "'" + d.name + "' is deprecated" + (d.replaced_by.empty() ? "" : "; use '" + d.replaced_by + "'"));
  draft.scenario.instances.push_back({entry.key, entry.key_at, found[0], *name, {}, {}, {}, {}});
  draft.tables.push_back(&entry.value);
}

}  // namespace

std::optional<std::size_t> Draft::index_of(std::string_view instance) const {
  for (std::size_t i = 0; i < scenario.instances.size(); ++i)
    if (scenario.instances[i].name == instance) return i;
  return std::nullopt;
}

std::vector<std::string> Draft::instance_names() const {
  std::vector<std::string> names;
  for (const Instance& instance : scenario.instances) names.push_back(instance.name);
  return names;
}

std::string with_line(const Instance& instance) {
  return instance.where.line > 0 ? fmt::format("{} (line {})", instance.name, instance.where.line) : instance.name;
}

Address split_address(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size() ||
      text.find('.', dot + 1) != std::string_view::npos)
    return {};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

void find_components(Draft& draft) {
  for (const Entry& entry : *draft.document.as<Node::Table>())
    if (!is_reserved(entry.key)) find_component(draft, entry);
  if (draft.scenario.instances.empty() && !draft.problems.any())
    draft.problems.error({draft.request.file.string()},
                         "no instances: a scenario has at least one table with `use = \"kind.name\"`");
}

/// What to say about a key that a component lacks. Where the component is another than the file's, the key was meant
/// for that one.
static std::string help_about(const Draft& draft, std::size_t i) {
  const Instance& instance = draft.scenario.instances[i];
  const std::string& name = instance.component.descriptor->name;
  const std::string describe = "(tawara describe " + name + ")";
  const Location& use = draft.tables[i]->find("use")->at;
  if (use.source == instance.where.source) return describe;
  return fmt::format(
      "{}; another component than the file's was set: to replace all that the file says in [{}], --set "
      "'{}={{use=\"{}\"}}'",
      describe, instance.name, instance.name, name);
}

void check_values(Draft& draft) {
  ValueContext context = draft.context();
  for (std::size_t i = 0; i < draft.scenario.instances.size(); ++i) {
    Instance& instance = draft.scenario.instances[i];
    const Descriptor& d = *instance.component.descriptor;
    std::vector<std::string> other_keys = {"use"};
    for (const Slot& slot : d.slots) other_keys.push_back(slot.name);
    const TableCheck what{instance.name, "'" + d.name + "' has no parameter", help_about(draft, i), other_keys};
    draft.values.push_back(check_table(d.parameters, *draft.tables[i], what, context, &instance.set_at));
  }
}

}  // namespace scenario
}  // namespace tawara
