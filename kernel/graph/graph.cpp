#include "kernel/graph/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "kernel/plugins/at_work.hpp"
#include "tawara/simulator.hpp"

namespace tawara {

// By hand, so that a crash in a destructor is put down to its component.
PreparedInstance::~PreparedInstance() {
  const AtWork destroying(Phase::destroy, worker);
  prepared.reset();
  component.reset();
}

std::uint32_t worker_called(const Instance& instance) {
  const Manifest& plugin = instance.component.plugin->manifest;
  return worker_called(fmt::format("{} '{}' (plugin {} {})", instance.component.descriptor->name, instance.name,
                                   plugin.name, plugin.version));
}

std::vector<double> as_numbers(const Parameter& p, const Value& value) {
  if (value.empty()) return {};
  if (column_of(value)) return {std::numeric_limits<double>::quiet_NaN()};
  if (value.is<Record>())
    throw ScenarioError(p.name, "values per region or node cannot be evaluated yet; give one number");
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

const std::string* column_of(const Value& value) {
  const Value* column = value.find("column");
  return column && column->is<std::string>() && value.record().size() == 1 ? &column->text() : nullptr;
}

bool takes_columns(const Settings& settings) {
  const auto& parameters = settings.descriptor().parameters;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    if (parameters[p].type == Type::number && parameters[p].acts_at == ActsAt::evaluate &&
        column_of(settings.values()[p]))
      return true;
  return false;
}

void pack(const Descriptor& descriptor, Arguments& arguments) {
  arguments.packed.clear();
  for (std::size_t p = 0; p < descriptor.parameters.size(); ++p)
    if (is_argument(descriptor.parameters[p]))
      arguments.packed.push_back(arguments.values[p].size() == 1 ? arguments.values[p][0]
                                                                 : std::numeric_limits<double>::quiet_NaN());
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

/// What one `priors` parameter varies: the instances it names and what depends on them, on the way to what is
/// simulated. Slots that are spread use their instances as they are, so their priors change nothing elsewhere.
void mark_varied(const Scenario& s, const Instance& sampler, std::size_t parameter, std::vector<bool>& varied) {
  const Descriptor& d = *sampler.component.descriptor;
  const std::string& priors = d.parameters[parameter].name;
  const Value& setting = sampler.settings.values()[parameter];
  if (!setting.is<List>()) return;
  std::vector<std::size_t> simulated;
  bool simulates = false;
  for (std::size_t w = 0; w < sampler.wires.size(); ++w) {
    if (d.slots[w].spread_over == priors) return;
    if (d.slots[w].simulated_over != priors) continue;
    simulates = true;
    simulated.insert(simulated.end(), sampler.wires[w].instances.begin(), sampler.wires[w].instances.end());
  }
  std::vector<bool> here(s.instances.size());
  for (const Value& prior : setting.list()) {
    const std::string& path = prior.find("path")->text();
    here[static_cast<std::size_t>(s.find(path.substr(0, path.find('.'))) - s.instances.data())] = true;
  }
  const std::vector<std::size_t> on_the_way = simulates ? upstream(s, simulated) : s.order;
  for (const std::size_t i : on_the_way) {
    const Instance& instance = s.instances[i];
    for (std::size_t w = 0; w < instance.wires.size(); ++w)
      if (instance.component.descriptor->slots[w].simulated_over.empty())
        for (const std::size_t j : instance.wires[w].instances) here[i] = here[i] || here[j];
    varied[i] = varied[i] || here[i];
  }
}

std::vector<bool> varied_by_priors(const Scenario& s) {
  std::vector<bool> varied(s.instances.size());
  for (const Instance& sampler : s.instances) {
    const auto& parameters = sampler.component.descriptor->parameters;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      if (parameters[p].type == Type::priors) mark_varied(s, sampler, p, varied);
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
