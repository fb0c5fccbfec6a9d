#include "kernel/graph/graph.hpp"

#include <algorithm>
#include <functional>

namespace tawara {

std::vector<double> as_numbers(const Parameter& p, const Value& value) {
  if (value.empty()) return {};
  if (value.is<Record>())
    throw ScenarioError(p.name, "values per region, node or column cannot be evaluated yet; give one number");
  switch (p.type) {
    case Type::boolean:
      return {value.boolean() ? 1.0 : 0.0};
    case Type::choice: {
      const auto found =
          std::find_if(p.choices.begin(), p.choices.end(), [&](const Choice& c) { return c.name == value.text(); });
      return {static_cast<double>(found - p.choices.begin())};
    }
    case Type::subset:
    case Type::list: {
      std::vector<double> numbers;
      for (const Value& v : value.list()) numbers.push_back(v.number());
      if (p.type == Type::subset) std::sort(numbers.begin(), numbers.end());
      return numbers;
    }
    default:
      return {value.number()};
  }
}

void pack(const Descriptor& descriptor, Arguments& arguments) {
  arguments.packed.clear();
  for (std::size_t p = 0; p < descriptor.parameters.size(); ++p)
    if (descriptor.parameters[p].acts_at == ActsAt::evaluate && arguments.values[p].size() == 1)
      arguments.packed.push_back(arguments.values[p][0]);
}

Arguments arguments_of(const Settings& settings) {
  const Descriptor& d = settings.descriptor();
  Arguments a;
  a.values.resize(d.parameters.size());
  for (std::size_t p = 0; p < d.parameters.size(); ++p)
    if (d.parameters[p].acts_at == ActsAt::evaluate) a.values[p] = as_numbers(d.parameters[p], settings.values()[p]);
  pack(d, a);
  return a;
}

namespace {

std::vector<std::size_t> reach(const Scenario& s, const std::vector<std::size_t>& targets, bool through_simulated) {
  std::vector<bool> seen(s.instances.size());
  const std::function<void(std::size_t)> visit = [&](std::size_t i) {
    if (seen[i]) return;
    seen[i] = true;
    const Instance& instance = s.instances[i];
    for (std::size_t w = 0; w < instance.wires.size(); ++w) {
      if (!through_simulated && !instance.component.descriptor->slots[w].simulated_over.empty()) continue;
      for (const std::size_t j : instance.wires[w].instances) visit(j);
    }
  };
  for (const std::size_t t : targets) visit(t);
  std::vector<std::size_t> result;
  for (const std::size_t i : s.order)
    if (seen[i]) result.push_back(i);
  return result;
}

}  // namespace

std::vector<std::size_t> upstream(const Scenario& s, const std::vector<std::size_t>& targets) {
  return reach(s, targets, true);
}
std::vector<std::size_t> evaluated_upstream(const Scenario& s, const std::vector<std::size_t>& targets) {
  return reach(s, targets, false);
}

}  // namespace tawara
