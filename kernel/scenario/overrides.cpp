#include "kernel/scenario/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/scenario/reserved.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara::scenario {
namespace {

bool key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::vector<std::string> keys_of(const Node& table) {
  std::vector<std::string> keys;
  for (const Entry& entry : *table.as<Node::Table>()) keys.push_back(entry.key);
  return keys;
}

/// The table an override goes into. Reserved tables may be begun by an override, instances may not.
Node* find_table(Node& document, const std::string& name, const Location& at, Problems& problems) {
  if (Node* found = document.find(name)) return found;
  if (is_reserved(name) && name != "sweep" && name != "define") {
    auto& tables = *document.as<Node::Table>();
    tables.push_back({name, at, {Node::Table{}, at}});
    return &tables.back().value;
  }
  if (name == "sweep" || name == "define")
    problems.error(at, "the scenario has no " + in_quotes(name) + " to change");
  else
    problems.error(at, "the scenario has no instance " + in_quotes(name) + ", and --set cannot create one",
                   hint(suggest(name, keys_of(document))));
  return nullptr;
}

/// One step down from `node`; a key that is not there is made when `make` is set. nullptr after a complaint.
Node* step_into(Node& node, const PathStep& step, const std::string& path_so_far, bool make, const Location& at,
                Problems& problems) {
  if (step.key.empty()) {
    auto* array = node.as<Node::Array>();
    if (!array) {
      problems.error(at, path_so_far + " is " + node.describe() + ", not a list: it has no element [" +
                             std::to_string(step.index) + "]");
      return nullptr;
    }
    if (step.index < array->size()) return &(*array)[step.index];
    problems.error(
        at, path_so_far + "[" + std::to_string(step.index) + "] does not exist: the list has " +
                std::to_string(array->size()) +
                (array->empty() ? " elements" : " elements, [0] to [" + std::to_string(array->size() - 1) + "]"));
    return nullptr;
  }
  auto* table = node.as<Node::Table>();
  if (!table) {
    problems.error(at, path_so_far + " is " + node.describe() + ", not a table: it has no key " + in_quotes(step.key));
    return nullptr;
  }
  if (Node* found = node.find(step.key)) return found;
  if (!make) {
    problems.error(at, path_so_far + " has no " + in_quotes(step.key), hint(suggest(step.key, keys_of(node))));
    return nullptr;
  }
  table->push_back({step.key, at, {Node::Table{}, at}});
  return &table->back().value;
}

/// `myocyte={use = "ionic.tp06"}`: another component in place of what the file says, none of whose keys it need know.
void replace_instance(Node& document, const std::string& name, Node value, const Location& at, Problems& problems) {
  if (is_reserved(name))
    problems.error(at, "[" + name + "] cannot be set as a whole; set its keys: --set '" + name + ".KEY=VALUE'");
  else if (const auto* text = value.as<std::string>(); text && text->starts_with('{'))
    problems.error(at, in_quotes(name) + " is set to " + in_quotes(*text) +
                           ", which cannot be read as a table; is a brace, a quote or a comma missing? As in --set '" +
                           name + "={use=\"KIND.NAME\", KEY=VALUE}'");
  else if (!value.as<Node::Table>())
    problems.error(at, in_quotes(name) + " is an instance: set one of its keys, --set '" + name +
                           ".KEY=VALUE', or all of it, --set '" + name + "={use=\"KIND.NAME\", ...}'");
  else if (Node* found = find_table(document, name, at, problems))
    *found = std::move(value);
}

void apply(Node& document, const std::string& set, const Location& at, Problems& problems) {
  const std::size_t equals = set.find('=');
  const auto steps = parse_path(std::string_view(set).substr(0, equals));
  if (equals == std::string::npos || !steps) {
    problems.error(at, in_quotes(set) + " is not of the form INSTANCE.KEY=VALUE or INSTANCE={use=\"KIND.NAME\", ...}");
    return;
  }
  const std::string& first = steps->front().key;
  if (steps->size() == 1)
    return replace_instance(document, first, read_value(set.substr(equals + 1), at), at, problems);
  Node* node = find_table(document, first, at, problems);
  std::string path = first;
  for (std::size_t i = 1; node && i < steps->size(); ++i) {
    const PathStep& step = (*steps)[i];
    // A key followed by an index must be in the file: defaults have no elements to address.
    const bool make = first != "define" && !(i + 1 < steps->size() && (*steps)[i + 1].key.empty());
    if (!make && first != "define" && node->as<Node::Table>() && !node->find(step.key) && !step.key.empty()) {
      problems.error(
          at, path + "." + step.key + " is not written in the scenario, so it has no elements to change",
          hint(suggest(step.key, keys_of(*node)), "set the whole list: --set '" + path + "." + step.key + "=[...]'"));
      return;
    }
    node = step_into(*node, step, path, make, at, problems);
    path += step.key.empty() ? fmt::format("[{}]", step.index) : fmt::format(".{}", step.key);
  }
  if (!node) return;
  *node = read_value(set.substr(equals + 1), at);
}

}  // namespace

std::optional<std::vector<PathStep>> parse_path(std::string_view text) {
  std::vector<PathStep> steps;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '[') {
      PathStep step;
      const auto [end, error] = std::from_chars(text.data() + at + 1, text.data() + text.size(), step.index);
      if (steps.empty() || error != std::errc{} || end == text.data() + text.size() || *end != ']') return std::nullopt;
      at = static_cast<std::size_t>(end - text.data()) + 1;
      steps.push_back(step);
    } else {
      if (!steps.empty() && text[at++] != '.') return std::nullopt;
      const std::size_t begin = at;
      while (at < text.size() && key_character(text[at])) ++at;
      if (at == begin) return std::nullopt;
      steps.push_back({std::string(text.substr(begin, at - begin)), 0});
    }
  }
  if (steps.empty()) return std::nullopt;
  return steps;
}

void apply_overrides(Node& document, const std::vector<std::string>& sets, Problems& problems) {
  for (std::size_t i = 0; i < sets.size(); ++i) apply(document, sets[i], {"--set #" + std::to_string(i + 1)}, problems);
}

}  // namespace tawara::scenario
