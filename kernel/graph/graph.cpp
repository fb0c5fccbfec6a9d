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

/// Instances that some sampler's prior varies, and what depends on them on the way to that sampler.
std::vector<bool> varied_by_priors(const Scenario& s) {
  std::vector<bool> varied(s.instances.size());
  for (const Instance& sampler : s.instances) {
    const Descriptor& d = *sampler.component.descriptor;
    for (std::size_t p = 0; p < d.parameters.size(); ++p) {
      if (d.parameters[p].type != Type::priors) continue;
      for (const Value& prior : sampler.settings.values()[p].list()) {
        const std::string& path = prior.find("path")->text();
        varied[static_cast<std::size_t>(s.find(path.substr(0, path.find('.'))) - s.instances.data())] = true;
      }
    }
  }
  for (const std::size_t i : s.order) {
    const Instance& instance = s.instances[i];
    for (std::size_t w = 0; w < instance.wires.size(); ++w)
      if (instance.component.descriptor->slots[w].simulated_over.empty())
        for (const std::size_t j : instance.wires[w].instances) varied[i] = varied[i] || varied[j];
  }
  return varied;
}

}  // namespace

std::vector<std::size_t> upstream(const Scenario& s, const std::vector<std::size_t>& targets) {
  std::vector<bool> seen(s.instances.size());
  const std::function<void(std::size_t)> visit = [&](std::size_t i) {
    if (seen[i]) return;
    seen[i] = true;
    for (const Wire& wire : s.instances[i].wires)
      for (const std::size_t j : wire.instances) visit(j);
    for (const FieldSource& field : s.instances[i].fields) visit(field.instance);
  };
  for (const std::size_t t : targets) visit(t);
  std::vector<std::size_t> result;
  for (const std::size_t i : s.order)
    if (seen[i]) result.push_back(i);
  return result;
}

std::vector<std::size_t> evaluated_upstream(const Scenario& s, const std::vector<std::size_t>& targets) {
  const std::vector<bool> varied = varied_by_priors(s);
  std::vector<std::size_t> result = upstream(s, targets);
  std::erase_if(result, [&](std::size_t i) { return varied[i]; });
  return result;
}

}  // namespace tawara
