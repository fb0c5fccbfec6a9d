#include "kernel/scenario/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/scenario/input_files.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara::scenario {
namespace {

/// Values of a record without declared members: kept as they were written.
Value as_it_stands(const Node& node) {
  if (const auto* v = node.as<bool>()) return *v;
  if (const auto* v = node.as<std::int64_t>()) return *v;
  if (const auto* v = node.as<double>()) return *v;
  if (const auto* v = node.as<std::string>()) return *v;
  if (const auto* v = node.as<Node::Array>()) {
    List list;
    for (const Node& item : *v) list.push_back(as_it_stands(item));
    return list;
  }
  Record record;
  if (const auto* v = node.as<Node::Table>())
    for (const Entry& entry : *v) record.emplace_back(entry.key, as_it_stands(entry.value));
  return record;
}

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const Choice& choice : choices) names.push_back(choice.name);
  return names;
}

Value wrong_type(const char* expected, const Node& node, const std::string& path, Problems& problems,
                 const std::string& remedy = {}) {
  problems.error(node.at, fmt::format("{}: expected {}, found {}{}", path, expected, node.describe(), remedy));
  return {};
}

Value check_integer(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  const auto* value = node.as<std::int64_t>();
  if (!value) {
    const auto* real = node.as<double>();
    const bool whole = real && std::floor(*real) == *real && std::abs(*real) < 1e15;
    return wrong_type("a whole number", node, path, problems, whole ? fmt::format("; write {:.0f}", *real) : "");
  }
  if (!check_limits(p, static_cast<double>(*value), node, path, problems)) return {};
  return *value;
}

Value check_choice(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  const auto* value = node.as<std::string>();
  const auto names = names_of(p.choices);
  const std::string choices = "choices: " + listed(names, 20);
  if (value && std::find(names.begin(), names.end(), *value) != names.end()) return *value;
  if (value)
    problems.error(node.at, path + ": no choice " + in_quotes(*value), hint(suggest(*value, names), choices));
  else
    problems.error(node.at, path + ": expected one of its choices, found " + node.describe(), {choices});
  return {};
}

Value check_path(const Node& node, const std::string& path, ValueContext& context) {
  const auto* value = node.as<std::string>();
  if (!value) return wrong_type("a path as text", node, path, context.problems);
  if (value->empty() || value->find('\0') != std::string::npos)
    return wrong_type("a path", node, path, context.problems);
  const std::filesystem::path absolute = (context.folder / *value).lexically_normal();
  std::error_code failed;
  if (!std::filesystem::exists(absolute, failed) && input_files(absolute).empty()) {
    const std::string message = path + ": no such file: " + in_quotes(*value);
    const std::vector<std::string> where = {"looked for " + absolute.string() +
                                            "; paths are relative to the scenario file"};
    if (context.files_must_exist)
      context.problems.error(node.at, message, where);
    else
      context.problems.warning(node.at, message, where);
  }
  return absolute.string();
}

Value check_list(const Parameter& p, const Node& node, const std::string& path, ValueContext& context) {
  const auto* items = node.as<Node::Array>();
  if (!items) {
    const bool simple = !node.as<Node::Table>() && !node.as<Date>();
    return wrong_type("a list", node, path, context.problems, simple ? "; write [" + toml_text(node) + "]" : "");
  }
  List list;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string item_path = fmt::format("{}[{}]", path, i);
    list.push_back(p.members.empty() ? as_it_stands((*items)[i])
                                     : check_value(p.members.front(), (*items)[i], item_path, context));
  }
  return list;
}

/// The members with the defaults that the record's own default gives them.
std::vector<Parameter> members_of(const Parameter& record) {
  std::vector<Parameter> members = record.members;
  if (record.default_value.is<Record>())
    for (Parameter& member : members)
      if (const Value* given = record.default_value.find(member.name)) member.default_value = *given;
  return members;
}

Value check_record(const Parameter& p, const Node& node, const std::string& path, ValueContext& context) {
  if (!node.as<Node::Table>()) return wrong_type("a table { ... }", node, path, context.problems);
  if (p.members.empty()) return as_it_stands(node);
  const std::vector<Value> values =
      check_table(members_of(p), node, {path, "'" + path + "' has no key", {}, {}}, context);
  Record record;
  for (std::size_t i = 0; i < values.size(); ++i) record.emplace_back(p.members[i].name, values[i]);
  return record;
}

/// Ids of an index set that only the prepared instance knows; here they are non-negative, distinct and, where the
/// parameter has limits, as many as allowed.
Value check_subset(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  const auto* items = node.as<Node::Array>();
  if (!items) return wrong_type("a list of ids (whole numbers)", node, path, problems);
  std::vector<std::int64_t> ids;
  for (const Node& item : *items) {
    const auto* id = item.as<std::int64_t>();
    if (!id || *id < 0) return wrong_type("an id (a whole number from 0)", item, path, problems);
    if (std::find(ids.begin(), ids.end(), *id) != ids.end()) {
      problems.error(item.at, fmt::format("{}: id {} is given twice", path, *id));
      return {};
    }
    ids.push_back(*id);
  }
  const auto count = static_cast<double>(ids.size());
  if ((p.minimum && count < *p.minimum) || (p.maximum && count > *p.maximum)) {
    problems.error(node.at, fmt::format("{}: {} ids, allowed are {} to {}", path, count, p.minimum.value_or(0),
                                        p.maximum ? shown(*p.maximum) : "any number of them"));
    return {};
  }
  std::sort(ids.begin(), ids.end());
  return List(ids.begin(), ids.end());
}

std::string expectation(const Parameter& p) {
  std::string text;
  switch (p.type) {
    case Type::number:
      text = p.unit == "1" || p.unit.empty() ? "a number" : "a number in " + p.unit;
      break;
    case Type::integer:
      text = "a whole number";
      break;
    case Type::boolean:
      text = "true or false";
      break;
    case Type::choice:
      text = "one of " + listed(names_of(p.choices), 20);
      break;
    case Type::text:
      text = "text";
      break;
    case Type::path:
      text = "a path";
      break;
    case Type::list:
      text = "a list";
      break;
    case Type::record:
      text = "a table";
      break;
    case Type::subset:
      text = "a list of ids";
      break;
    case Type::priors:
      text = "a list of priors";
      break;
  }
  return p.doc.empty() ? text : text + ": " + p.doc;
}

}  // namespace

Value check_value(const Parameter& p, const Node& node, const std::string& path, ValueContext& context) {
  Problems& problems = context.problems;
  switch (p.type) {
    case Type::boolean: {
      const auto* value = node.as<bool>();
      return value ? Value(*value) : wrong_type("true or false", node, path, problems);
    }
    case Type::integer:
      return check_integer(p, node, path, problems);
    case Type::number:
      return check_number(p, node, path, problems);
    case Type::text: {
      const auto* value = node.as<std::string>();
      return value ? Value(*value) : wrong_type("text", node, path, problems);
    }
    case Type::choice:
      return check_choice(p, node, path, problems);
    case Type::path:
      return check_path(node, path, context);
    case Type::list:
      return check_list(p, node, path, context);
    case Type::record:
      return check_record(p, node, path, context);
    case Type::subset:
      return check_subset(p, node, path, problems);
    case Type::priors:
      return {};
  }
  return {};
}

Value default_of(const Parameter& p) {
  const Value& value = p.default_value;
  if (p.type == Type::record && !p.members.empty() && !(value.empty() && p.optional)) {
    Record record;
    for (const Parameter& member : members_of(p)) record.emplace_back(member.name, default_of(member));
    return record;
  }
  if (p.type == Type::number && value.is_number()) return value.number();
  if (p.type == Type::list && value.is<List>() && !p.members.empty()) {
    List list;
    for (const Value& item : value.list()) {
      Parameter element = p.members.front();
      element.default_value = item;
      list.push_back(default_of(element));
    }
    return list;
  }
  return value;
}

namespace {

/// A parameter nobody set: its default, or a complaint when it needs one. A record stands for its members.
Value not_set(const Parameter& p, const Location& where, const std::string& path, ValueContext& context) {
  if (p.optional && p.default_value.empty()) return {};
  if (p.type == Type::record && !p.members.empty()) {
    for (const Parameter& member : members_of(p)) (void)not_set(member, where, path + "." + member.name, context);
    return default_of(p);
  }
  if (p.default_value.empty()) context.problems.error(where, path + " is missing", {expectation(p)});
  return default_of(p);
}

}  // namespace

std::vector<Value> check_table(const std::vector<Parameter>& parameters, const Node& table, const TableCheck& what,
                               ValueContext& context, std::map<std::string, Location>* set_at) {
  const auto& entries = *table.as<Node::Table>();
  std::vector<const Entry*> found(parameters.size(), nullptr);
  for (const Entry& entry : entries) {
    if (std::find(what.other_keys.begin(), what.other_keys.end(), entry.key) != what.other_keys.end()) continue;
    std::size_t i = 0;
    while (i < parameters.size() && parameters[i].name != entry.key) ++i;
    if (i == parameters.size()) {
      i = 0;
      while (i < parameters.size() && (parameters[i].renamed_from.empty() || parameters[i].renamed_from != entry.key))
        ++i;
      if (i < parameters.size() && !table.find(parameters[i].name))
        context.problems.warning(entry.key_at,
                                 fmt::format("{}.{} is now called '{}'", what.path, entry.key, parameters[i].name));
    }
    if (i == parameters.size()) {
      std::vector<std::string> known = what.other_keys;
      for (const Parameter& p : parameters) known.push_back(p.name);
      context.problems.error(
          entry.key_at, fmt::format("{}.{}: {} {}", what.path, entry.key, what.owner, in_quotes(entry.key)),
          hint(suggest(entry.key, known), what.help.empty() ? "it has " + listed(known) : what.help));
    } else if (found[i]) {
      context.problems.error(entry.key_at, fmt::format("{}.{}: '{}' is its old name, and both are given", what.path,
                                                       parameters[i].name, parameters[i].renamed_from));
    } else {
      found[i] = &entry;
    }
  }
  std::vector<Value> values;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& p = parameters[i];
    const std::string path = what.path + "." + p.name;
    if (found[i]) {
      if (set_at) set_at->emplace(p.name, found[i]->value.at);
      values.push_back(check_value(p, found[i]->value, path, context));
    } else {
      values.push_back(not_set(p, table.at, path, context));
    }
  }
  return values;
}

}  // namespace tawara::scenario
