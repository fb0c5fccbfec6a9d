// Which parameters the priors of an instance are about. What a single prior says is read in prior_check.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/order.hpp"
#include "kernel/scenario/prior_check.hpp"

namespace tawara::scenario {
namespace {

/// The older spelling { prior = "uniform", range = [25, 60], unit = "cm/s" } in the present one.
Node modernised(const Node& item) {
  const Node* kind = item.find("prior");
  const auto* name = kind ? kind->as<std::string>() : nullptr;
  if (!name) return item;
  const Node* unit = item.find("unit");
  const auto* unit_text = unit ? unit->as<std::string>() : nullptr;
  Node result{Node::Table{}, item.at};
  for (Entry entry : *item.as<Node::Table>()) {
    if (entry.key == "prior" || (unit_text && entry.key == "unit")) continue;
    if (entry.key == "range") {
      entry.key = *name;
      if (auto* ends = entry.value.as<Node::Array>(); ends && unit_text)
        for (Node& end : *ends)
          if (end.is_number()) end.value = shown(end.number()) + " " + *unit_text;
    } else if (entry.key == "size" && *name == "subset") {
      const Location at = entry.value.at;
      Node count{Node::Table{{"range", entry.key_at, entry.value}}, at};
      entry = {"subset", entry.key_at, {Node::Table{{"count", at, count}}, at}};
    }
    result.as<Node::Table>()->push_back(std::move(entry));
  }
  return result;
}

/// { paths = ["cell.g_K1", "cell.g_Kr"], within = 0.4 } as one prior for each path.
std::vector<Node> one_by_one(Draft& draft, const Node& item, const std::string& item_path) {
  const Node* paths = item.find("paths");
  if (!paths) return {item};
  const auto* items = paths->as<Node::Array>();
  if (!items || items->empty() || item.find("path")) {
    draft.problems.error(
        paths->at, item_path + ".paths: " +
                       (item.find("path") ? "a prior has a path, or paths that share it, not both"
                                          : "expected a list of \"instance.parameter\", found " + paths->describe()));
    return {};
  }
  std::vector<Node> priors;
  for (const Node& path : *items) {
    priors.push_back(item);
    for (Entry& entry : *priors.back().as<Node::Table>())
      if (entry.key == "paths") entry = {"path", entry.key_at, path};
  }
  return priors;
}

/// What the priors of one parameter may vary: what stands in the slots spread over it; or all that lies upstream of the
/// slots simulated over it; or anything, where the component has neither.
struct Reach {
  std::vector<bool> instances;
  std::string slots;  ///< "inference.discrepancy ('mismatch')"
  bool spread = false;
};

Reach reach_of(const Draft& draft, std::size_t owner, const std::string& parameter) {
  const Instance& instance = draft.scenario.instances[owner];
  const std::size_t n = draft.scenario.instances.size();
  std::vector<std::size_t> sources;
  std::vector<std::string> slots;
  bool simulates = false, spreads = false;
  for (std::size_t s = 0; s < instance.wires.size(); ++s) {
    const Slot& slot = draft.descriptor(owner).slots[s];
    if (slot.simulated_over != parameter && slot.spread_over != parameter) continue;
    (slot.spread_over == parameter ? spreads : simulates) = true;
    const std::string name = instance.name + "." + instance.wires[s].slot;
    for (const std::size_t source : instance.wires[s].instances) {
      sources.push_back(source);
      slots.push_back(fmt::format("{} ('{}')", name, draft.scenario.instances[source].name));
    }
    if (instance.wires[s].instances.empty()) slots.push_back(name + " (empty)");
  }
  if (spreads) {
    Reach reach{std::vector<bool>(n, false), listed(slots), true};
    for (const std::size_t source : sources) reach.instances[source] = true;
    return reach;
  }
  if (!simulates) return {std::vector<bool>(n, true), {}};
  return {upstream_of(draft.scenario, sources), listed(slots)};
}

std::string out_of_reach(const Reach& reach, const PriorCheck& prior) {
  if (reach.spread)
    return fmt::format("'{}' does not vary from row to row: only what stands in {} does", prior.address(), reach.slots);
  return fmt::format("'{}' has no influence on {}: it is not upstream of it", prior.address(),
                     reach.slots.empty() ? "what is simulated" : reach.slots);
}

Value check_list_of_priors(Draft& draft, std::size_t owner, const Parameter& parameter, const Node& node) {
  const std::string path = draft.scenario.instances[owner].name + "." + parameter.name;
  const auto* items = node.as<Node::Array>();
  if (!items) {
    draft.problems.error(node.at, path + ": expected a list of priors, found " + node.describe(), {prior_example});
    return {};
  }
  const Reach reach = reach_of(draft, owner, parameter.name);
  List priors;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string item_path = fmt::format("{}[{}]", path, i);
    if (!(*items)[i].as<Node::Table>()) {
      draft.problems.error((*items)[i].at, item_path + ": expected a prior, found " + (*items)[i].describe(),
                           {prior_example});
      continue;
    }
    for (const Node& item : one_by_one(draft, modernised((*items)[i]), item_path)) {
      PriorCheck prior(draft, item, item_path, reach.spread);
      if (!prior.find_parameter()) continue;
      if (!reach.instances[prior.instance()]) {
        draft.problems.error(prior.path_at(), fmt::format("{}.path: ", item_path) + out_of_reach(reach, prior));
        continue;
      }
      if (std::find(seen.begin(), seen.end(), prior.address()) != seen.end()) {
        draft.problems.error(prior.path_at(),
                             fmt::format("{}.path: '{}' has a prior already", item_path, prior.address()));
        continue;
      }
      seen.push_back(prior.address());
      priors.push_back(prior.read());
    }
  }
  return priors;
}

}  // namespace

void check_priors(Draft& draft) {
  for (std::size_t i = 0; i < draft.scenario.instances.size(); ++i) {
    const auto& parameters = draft.descriptor(i).parameters;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      if (parameters[p].type != Type::priors) continue;
      if (const Node* node = draft.tables[i]->find(parameters[p].name))
        draft.values[i][p] = check_list_of_priors(draft, i, parameters[p], *node);
    }
  }
}

}  // namespace tawara::scenario
