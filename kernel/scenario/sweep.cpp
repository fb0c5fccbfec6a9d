// [[sweep]] and --sweep: which values to run the scenario at.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/overrides.hpp"
#include "kernel/scenario/reserved.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {
namespace scenario {
namespace {

constexpr std::size_t most_runs = 100'000;

/// The parameter a path leads to, through records and lists; nullptr for what has no declared type (a free-form record,
/// inside a prior). Nothing after a complaint.
std::optional<const Parameter*> parameter_at(Draft& draft, const Descriptor& d, const std::vector<PathStep>& steps,
                                             const std::string& path, const Location& at) {
  const auto refuse = [&](const std::string& key,
                          const std::vector<Parameter>& known) -> std::optional<const Parameter*> {
    std::vector<std::string> names;
    for (const Parameter& p : known) names.push_back(p.name);
    draft.problems.error(at, "sweep: " + in_quotes(path) + ": '" + d.name + "' has no parameter " + in_quotes(key),
                         hint(suggest(key, names), "(tawara describe " + d.name + ")"));
    return std::nullopt;
  };
  const int index = d.parameter_index(steps[1].key);
  if (index < 0) return refuse(steps[1].key, d.parameters);
  const Parameter* p = &d.parameters[static_cast<std::size_t>(index)];
  for (std::size_t i = 2; i < steps.size(); ++i) {
    if (p->members.empty() || p->field) return nullptr;
    if (p->type == Type::list) {
      p = &p->members.front();
      continue;
    }
    const auto member =
        std::find_if(p->members.begin(), p->members.end(), [&](const Parameter& m) { return m.name == steps[i].key; });
    if (member == p->members.end()) return refuse(steps[i].key, p->members);
    p = &*member;
  }
  return p;
}

std::vector<std::string> component_names(const Draft& draft) {
  std::vector<std::string> names;
  for (const ComponentEntry& entry : draft.lookup.components) names.push_back(entry.descriptor->name);
  return names;
}

/// A whole instance is varied: every value is a table with a component.
void check_whole_instances(Draft& draft, const std::string& name, const Location& at,
                           const std::vector<const Node*>& values) {
  if (!draft.index_of(name)) {
    draft.problems.error(at, "sweep: no instance called " + in_quotes(name),
                         hint(suggest(name, draft.instance_names()),
                              "a path is \"instance.parameter\", or \"instance\" to vary all that is set in it"));
    return;
  }
  for (const Node* value : values) {
    const Node* use = value->find("use");
    const auto* component = use ? use->as<std::string>() : nullptr;
    if (!component)
      draft.problems.error(
          value->at,
          "sweep: " + name + " is an instance; expected { use = \"KIND.NAME\", ... }, found " + value->describe());
    else if (draft.lookup.find(*component).empty())
      draft.problems.error(value->at, "sweep: " + name + ": no component called " + in_quotes(*component),
                           hint(suggest(*component, component_names(draft))));
  }
}

/// Check the path, and every value where its type is known. The rest is checked when its run is loaded.
void check_axis_path(Draft& draft, const std::string& path, const Location& at,
                     const std::vector<const Node*>& values) {
  const auto steps = parse_path(path);
  if (!steps) {
    draft.problems.error(at,
                         "sweep: " + in_quotes(path) + " is not of the form \"instance.parameter\" or \"instance\"");
    return;
  }
  if (steps->size() == 1) return check_whole_instances(draft, path, at, values);
  const std::string &first = steps->front().key, &second = (*steps)[1].key;
  if (first == "define" || (first == "tawara" && second == "seed" && steps->size() == 2)) {
    if (first == "define" && std::find(draft.defines.begin(), draft.defines.end(), second) == draft.defines.end())
      draft.problems.error(at, "sweep: nothing called " + in_quotes(second) + " is defined",
                           hint(suggest(second, draft.defines)));
    return;
  }
  const auto index = draft.index_of(first);
  if (!index) {
    draft.problems.error(at, "sweep: " + in_quotes(path) + ": no instance called " + in_quotes(first),
                         hint(suggest(first, draft.instance_names())));
    return;
  }
  const Descriptor& d = draft.descriptor(*index);
  if (d.slot_index(second) >= 0) {
    for (const Node* value : values)
      if (const auto* name = value->as<std::string>(); name && !draft.index_of(*name))
        draft.problems.error(value->at, "sweep: " + path + ": no instance called " + in_quotes(*name),
                             hint(suggest(*name, draft.instance_names())));
    return;
  }
  if (second == "use") {
    for (const Node* value : values)
      if (const auto* name = value->as<std::string>(); !name || draft.lookup.find(*name).empty())
        draft.problems.error(
            value->at, "sweep: " + path + ": no component called " + (name ? in_quotes(*name) : value->describe()),
            name ? hint(suggest(*name, component_names(draft))) : std::vector<std::string>{});
    return;
  }
  const auto parameter = parameter_at(draft, d, *steps, path, at);
  if (!parameter || !*parameter) return;
  ValueContext context = draft.context();
  for (const Node* value : values) (void)check_value(**parameter, *value, path, context);
}

void add_axis(Draft& draft, std::vector<std::string> paths, const std::vector<std::vector<const Node*>>& rows,
              const std::vector<Location>& path_at, const Location& where) {
  for (std::size_t p = 0; p < paths.size(); ++p) {
    std::vector<const Node*> column;
    for (const auto& row : rows) column.push_back(row[p]);
    check_axis_path(draft, paths[p], path_at[p], column);
  }
  SweepAxis axis{std::move(paths), {}, where};
  for (const auto& row : rows) {
    std::vector<std::string> texts;
    for (const Node* value : row) texts.push_back(toml_text(*value));
    axis.rows.push_back(std::move(texts));
  }
  draft.scenario.sweep.push_back(std::move(axis));
}

/// { path, values } or { paths, rows }.
void read_axis(Draft& draft, const Node& table) {
  Problems& problems = draft.problems;
  const auto* entries = table.as<Node::Table>();
  if (!entries)
    return problems.error(table.at, "sweep: expected a table with path and values, found " + table.describe());
  for (const Entry& entry : *entries)
    if (static const std::vector<std::string> known = {"path", "values", "paths", "rows"};
        std::find(known.begin(), known.end(), entry.key) == known.end())
      return problems.error(entry.key_at, "sweep: [[sweep]] has no key " + in_quotes(entry.key),
                            hint(suggest(entry.key, known), "it has path and values, or paths and rows"));
  const Node *path = table.find("path"), *paths = table.find("paths"), *values = table.find("values"),
             *rows = table.find("rows");
  const bool single = path && values && !paths && !rows, several = paths && rows && !path && !values;
  if (!single && !several) return problems.error(table.at, "sweep: give path and values, or paths and rows");

  const Node &names = single ? *path : *paths, &data = single ? *values : *rows;
  std::vector<const Node*> name_nodes;
  if (single)
    name_nodes.push_back(&names);
  else if (names.as<Node::Array>())
    for (const Node& n : *names.as<Node::Array>()) name_nodes.push_back(&n);
  std::vector<std::string> axis_paths;
  std::vector<Location> path_at;
  for (const Node* node : name_nodes) {
    const auto* text = node->as<std::string>();
    if (!text) return problems.error(node->at, "sweep: expected \"instance.parameter\", found " + node->describe());
    axis_paths.push_back(*text);
    path_at.push_back(node->at);
  }
  const auto* items = data.as<Node::Array>();
  if (axis_paths.empty() || !items || items->empty())
    return problems.error(axis_paths.empty() ? names.at : data.at,
                          std::string("sweep: ") + (axis_paths.empty() ? "'paths' is a list of \"instance.parameter\""
                                                    : single           ? "'values' is a list of at least one value"
                                                             : "'rows' is a list of rows, each with a value per path"));
  std::vector<std::vector<const Node*>> table_rows;
  for (const Node& item : *items) {
    std::vector<const Node*> row;
    if (single)
      row.push_back(&item);
    else if (item.as<Node::Array>())
      for (const Node& v : *item.as<Node::Array>()) row.push_back(&v);
    if (row.size() != axis_paths.size())
      return problems.error(item.at, fmt::format("sweep: a row needs {} values, one per path; found {}",
                                                 axis_paths.size(), item.describe()));
    table_rows.push_back(std::move(row));
  }
  add_axis(draft, std::move(axis_paths), table_rows, path_at, table.at);
}

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// "300:2000:8:log" as eight values; six digits are enough between the ends, and keep folder names short.
std::optional<Node::Array> parse_span(std::string_view text, const Location& at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t colon = std::min(text.find(':', from), text.size());
    parts.push_back(text.substr(from, colon - from));
    from = colon + 1;
  }
  if (parts.size() != 3 && !(parts.size() == 4 && (parts[3] == "log" || parts[3] == "linear"))) return std::nullopt;
  const auto low = parse_double(parts[0]), high = parse_double(parts[1]), count = parse_double(parts[2]);
  const bool log = parts.size() == 4 && parts[3] == "log";
  if (!low || !high || !count || *count < 2 || *count > static_cast<double>(most_runs) || std::floor(*count) != *count)
    return std::nullopt;
  if (log && (*low <= 0 || *high <= 0)) return std::nullopt;
  Node::Array values;
  const auto n = static_cast<std::size_t>(*count);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(n - 1);
    double value = log ? *low * std::pow(*high / *low, t) : *low + t * (*high - *low);
    if (i == 0)
      value = *low;
    else if (i + 1 == n)
      value = *high;
    else
      value = *parse_double(fmt::format("{:.6g}", value));
    // Whole numbers are written as such, so that an integer parameter can be swept too.
    if (std::floor(value) == value && std::abs(value) < 1e15)
      values.push_back({static_cast<std::int64_t>(value), at});
    else
      values.push_back({value, at});
  }
  return values;
}

void read_command_line_axis(Draft& draft, const std::string& text, const Location& at) {
  const std::size_t equals = text.find('=');
  const std::string path = text.substr(0, equals);
  std::optional<Node::Array> values;
  if (equals != std::string::npos) {
    const std::string value = text.substr(equals + 1);
    const Node node = read_value(value, at);
    if (node.as<Node::Array>())
      values = *node.as<Node::Array>();
    else
      values = parse_span(value, at);
  }
  if (!values || values->empty()) {
    draft.problems.error(at, in_quotes(text) +
                                 " is not of the form PATH=FIRST:LAST:COUNT, PATH=FIRST:LAST:COUNT:log (numbers above "
                                 "0) or PATH=[VALUE, ...]");
    return;
  }
  std::vector<std::vector<const Node*>> rows;
  for (const Node& value : *values) rows.push_back({&value});
  // The shell has the last word on a path the file sweeps by itself.
  std::erase_if(draft.scenario.sweep,
                [&](const SweepAxis& axis) { return axis.paths == std::vector<std::string>{path}; });
  add_axis(draft, {path}, rows, {at}, at);
}

/// The shell has the last word: what --set gives is not swept any more. Paths that the file varies together go
/// together.
void drop_axes_that_are_set(Draft& draft) {
  const auto is_set = [&](const std::string& path) {
    return std::any_of(draft.request.sets.begin(), draft.request.sets.end(), [&](const std::string& set) {
      return set.starts_with(path + "=") || (set.starts_with(path.substr(0, path.find('.')) + "="));
    });
  };
  std::erase_if(draft.scenario.sweep, [&](const SweepAxis& axis) {
    std::vector<std::string> set, swept;
    for (const std::string& path : axis.paths) (is_set(path) ? set : swept).push_back(path);
    if (!set.empty() && !swept.empty())
      draft.problems.error(
          axis.where, "sweep: " + listed(set) + " is set by --set, but varied together with " + listed(swept) + " here",
          {"set all of them, or none"});
    return swept.empty();
  });
}

void check_together(Draft& draft) {
  std::vector<std::string> seen;
  std::size_t runs = 1;
  for (const SweepAxis& axis : draft.scenario.sweep) {
    for (const std::string& path : axis.paths) {
      if (std::find(seen.begin(), seen.end(), path) != seen.end())
        draft.problems.error(axis.where, "sweep: " + in_quotes(path) + " is swept twice",
                             {"paths that the file varies together can only be set together, by --set"});
      seen.push_back(path);
    }
    runs *= std::min(axis.rows.size(), most_runs + 1);
    if (runs > most_runs) {
      draft.problems.error(axis.where, fmt::format("sweep: more than {} runs", most_runs),
                           {"[[sweep]] tables multiply; vary paths together with paths and rows"});
      return;
    }
  }
}

}  // namespace

void check_sweep(Draft& draft) {
  if (draft.request.one_row) return;
  if (const Node* sweep = draft.document.find("sweep")) {
    if (const auto* tables = sweep->as<Node::Array>()) {
      for (const Node& table : *tables) read_axis(draft, table);
    } else {
      read_axis(draft, *sweep);
    }
  }
  drop_axes_that_are_set(draft);
  for (std::size_t i = 0; i < draft.request.sweeps.size(); ++i)
    read_command_line_axis(draft, draft.request.sweeps[i], {"--sweep #" + std::to_string(i + 1)});
  check_together(draft);
}

}  // namespace scenario

std::vector<std::vector<std::string>> sweep_rows(const Scenario& scenario) {
  std::vector<std::vector<std::string>> runs = {{}};
  for (const SweepAxis& axis : scenario.sweep) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& run : runs)
      for (const auto& row : axis.rows) {
        longer.push_back(run);
        for (std::size_t p = 0; p < axis.paths.size(); ++p) longer.back().push_back(axis.paths[p] + "=" + row[p]);
      }
    runs = std::move(longer);
  }
  return runs;
}

}  // namespace tawara
