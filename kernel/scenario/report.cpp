#include "kernel/scenario/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "kernel/scenario/problems.hpp"

namespace tawara {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const std::vector<Problem>& problems) {
  Json list = Json::array();
  for (const Problem& p : problems) {
    Json entry = {{"severity", p.severity == Problem::Severity::error ? "error" : "warning"},
                  {"source", p.where.source}};
    if (p.where.line > 0) {
      entry["line"] = p.where.line;
      entry["column"] = p.where.column;
    }
    entry["message"] = p.message;
    entry["hints"] = p.hints;
    list.push_back(std::move(entry));
  }
  return list;
}

/// What the user wrote may be no UTF-8; the report is.
void print(const Json& json, std::ostream& out) {
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::vector<std::string> names(const Scenario& scenario, const std::vector<std::size_t>& indices) {
  std::vector<std::string> result;
  for (const std::size_t i : indices) result.push_back(scenario.instances[i].name);
  return result;
}

std::string counted(std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

class Tree {
 public:
  Tree(const Scenario& scenario, std::ostream& out)
      : scenario_(scenario), out_(out), shown_(scenario.instances.size(), false) {}

  void show(std::size_t index, const std::string& slot, int depth) {
    const Instance& instance = scenario_.instances[index];
    out_ << std::string(2 * static_cast<std::size_t>(depth), ' ') << (slot.empty() ? "" : slot + ": ") << instance.name;
    const bool again = shown_[index];
    out_ << (again ? "   (above)" : "   " + instance.use) << '\n';
    if (again) return;
    shown_[index] = true;
    for (const Wire& wire : instance.wires)
      for (const std::size_t input : wire.instances) show(input, wire.slot, depth + 1);
    for (const FieldSource& field : instance.fields)
      show(field.instance, field.parameter + " from " + field.output, depth + 1);
  }
  [[nodiscard]] bool shown(std::size_t index) const { return shown_[index]; }

 private:
  const Scenario& scenario_;
  std::ostream& out_;
  std::vector<bool> shown_;
};

}  // namespace

void print_checked(const Scenario& scenario, bool json, std::ostream& out) {
  const std::size_t runs = sweep_rows(scenario).size();
  if (json) {
    Json instances = Json::array();
    for (const Instance& instance : scenario.instances)
      instances.push_back({{"name", instance.name}, {"use", instance.use}, {"line", instance.where.line}});
    print({{"ok", true},
           {"file", scenario.file.string()},
           {"instances", instances},
           {"order", names(scenario, scenario.order)},
           {"targets", names(scenario, scenario.run.targets)},
           {"runs", runs},
           {"problems", as_json(scenario.warnings)}},
          out);
    return;
  }
  for (const Problem& warning : scenario.warnings) out << render(warning);
  out << "ok: " << counted(scenario.instances.size(), "instance") << ", " << counted(runs, "run") << " of "
      << scenario::listed(names(scenario, scenario.run.targets))
      << (scenario.warnings.empty() ? "" : ", " + counted(scenario.warnings.size(), "warning")) << '\n';
}

void print_refused(const std::vector<Problem>& problems, bool json, std::ostream& out) {
  if (json) return print({{"ok", false}, {"problems", as_json(problems)}}, out);
  out << ScenarioProblems(problems).what() << '\n';
}

void print_graph(const Scenario& scenario, std::ostream& out) {
  Tree tree(scenario, out);
  for (const std::size_t target : scenario.run.targets) tree.show(target, "", 0);
  bool first = true;
  for (std::size_t i = 0; i < scenario.instances.size(); ++i) {
    if (tree.shown(i)) continue;
    if (first) out << "not reached:\n";
    first = false;
    tree.show(i, "", 1);
  }
}

void print_dot(const Scenario& scenario, std::ostream& out) {
  const auto escaped = [](const std::string& text) {
    std::string result;
    for (char c : text) {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
    return result;
  };
  out << "digraph scenario {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const Instance& instance : scenario.instances)
    out << fmt::format("  \"{0}\" [label=\"{0}\\n{1}\"];\n", instance.name, escaped(instance.use));
  for (const Instance& instance : scenario.instances) {
    for (const Wire& wire : instance.wires)
      for (const std::size_t input : wire.instances)
        out << fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"];\n", scenario.instances[input].name, instance.name,
                           wire.slot);
    for (const FieldSource& field : instance.fields)
      out << fmt::format("  \"{}\" -> \"{}\" [label=\"{}\", style=dashed];\n", scenario.instances[field.instance].name,
                         instance.name, field.parameter);
  }
  out << "}\n";
}

}  // namespace tawara
