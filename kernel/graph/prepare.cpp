#include "kernel/graph/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/cluster/group.hpp"
#include "kernel/graph/cache.hpp"
#include "kernel/graph/paths.hpp"
#include "kernel/graph/simulator.hpp"
#include "kernel/plugins/at_work.hpp"
#include "kernel/plugins/digest.hpp"
#include "kernel/results/files.hpp"
#include "kernel/scenario/input_files.hpp"
#include "kernel/scenario/order.hpp"

namespace tawara {
namespace {

/// A value as text that tells apart all that differ.
std::string canonical(const Value& value) {
  struct {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return fmt::format("{:a}", v); }
    std::string operator()(const std::string& v) const { return fmt::format("{}:{}", v.size(), v); }
    std::string operator()(const List& v) const {
      std::string text = "[";
      for (const Value& x : v) text += canonical(x) + ",";
      return text + "]";
    }
    std::string operator()(const Record& v) const {
      std::string text = "{";
      for (const auto& [key, x] : v) text += key + "=" + canonical(x) + ",";
      return text + "}";
    }
  } visitor;
  return std::visit(visitor, value.storage());
}

std::string place(const Instance& instance) {
  return fmt::format("{}: error: instance '{}' ({})", instance.where.text(), instance.name,
                     instance.component.descriptor->name);
}

/// Whose key it is: what a component used through an interface (a protocol, a cell) throws comes out of its user.
const Instance& owner_of(const Scenario& scenario, const Instance& instance, const std::string& key) {
  const std::string first = key.substr(0, key.find_first_of(".["));
  const auto has = [&](const Instance& i) {
    const Descriptor& d = *i.component.descriptor;
    return d.parameter_index(first) >= 0 || d.slot_index(first) >= 0;
  };
  if (!first.empty() && !has(instance))
    for (const Wire& wire : instance.wires)
      for (const std::size_t j : wire.instances)
        if (has(scenario.instances[j])) return scenario.instances[j];
  return instance;
}

Problem problem_of(const Scenario& scenario, const Instance& thrown_in, const ScenarioError& e) {
  const Instance& instance = owner_of(scenario, thrown_in, e.parameter());
  Problem p;
  p.where = instance.locate(e.parameter());
  p.message = instance.name + (e.parameter().empty() ? "" : "." + e.parameter()) + ": " + e.what();
  return p;
}

}  // namespace

Settings without_evaluate_parameters(const Settings& settings) {
  std::vector<Value> values = settings.values();
  const auto& parameters = settings.descriptor().parameters;
  for (std::size_t p = 0; p < values.size(); ++p)
    if (parameters[p].acts_at == ActsAt::evaluate) values[p] = {};
  return Settings(settings.instance(), &settings.descriptor(), std::move(values));
}

void construct_all(const Scenario& scenario, const Catalogue& catalogue) {
  std::vector<Problem> problems;
  for (const Instance& instance : scenario.instances) {
    const std::uint32_t worker = worker_called(instance);
    try {
      auto component = [&] {
        const AtWork constructing(Phase::construct, worker);
        return catalogue.create(instance.component, without_evaluate_parameters(instance.settings));
      }();
      const AtWork destroying(Phase::destroy, worker);
      component.reset();
    } catch (const ScenarioError& e) {
      problems.push_back(problem_of(scenario, instance, e));
    }
  }
  if (!problems.empty()) throw ScenarioProblems(std::move(problems));
}

// ------------------------------------------------------------------------------------------------ inputs

GraphInput::GraphInput(const Graph& graph, std::size_t instance) : graph_(graph), instance_(instance) {
  const auto& parameters = descriptor().parameters;
  std::size_t argument = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (!is_argument(parameters[p])) continue;
    if (const std::string* column = column_of(settings().values()[p])) columns_.push_back({argument, *column});
    ++argument;
  }
}

std::size_t GraphInput::constant(std::string_view output, bool table) const {
  const Descriptor& d = descriptor();
  const int index = d.output_index(output);
  const auto refuse = [&](std::string_view why) -> std::size_t {
    throw Error(fmt::format("instance '{}' ({}) {} '{}'", instance(), d.name, why, output));
  };
  if (index < 0) return refuse("has no output");
  const Output& o = d.outputs[static_cast<std::size_t>(index)];
  if (!o.constant) return refuse("computes, in evaluate, the output");
  if (o.table != table) return refuse(table ? "gives as an array, not a table," : "gives as a table, not an array,");
  const PreparedInstance& p = *graph_.nodes[instance_];
  if (!p.constants.present[static_cast<std::size_t>(index)]) return refuse("did not deliver");
  return static_cast<std::size_t>(index);
}

const Array& GraphInput::array(std::string_view output) const {
  return graph_.nodes[instance_]->constants.arrays[constant(output, false)];
}
const Table& GraphInput::table(std::string_view output) const {
  return graph_.nodes[instance_]->constants.tables[constant(output, true)];
}
bool GraphInput::has(std::string_view output) const {
  const int index = descriptor().output_index(output);
  return index >= 0 && graph_.nodes[instance_]->constants.present[static_cast<std::size_t>(index)];
}
const Prepared& GraphInput::prepared() const {
  if (const auto& p = graph_.nodes[instance_]->prepared) return *p;
  static const Prepared nothing;
  return nothing;
}
std::span<const double> GraphInput::arguments() const {
  arguments_read_ = true;
  return graph_.arguments[instance_].packed;
}

// ------------------------------------------------------------------------------------------------ context

namespace {

/// A component that may be restored from the disk cache does nothing then, so it may have no effects; and what is
/// prepared for a sampler at other values is no result of the run.
InstanceHost::Rights rights_of(const Graph& graph, std::size_t instance, const std::string& key) {
  if (graph.descriptor(instance).cacheable) return {.draw = false, .results_key = {}};
  return {.draw = true, .results_key = graph.at_scenario_values ? key : ""};
}

}  // namespace

class Context final : public PrepareContext {
 public:
  Context(Preparer& preparer, const Graph& graph, std::size_t instance, PreparedInstance& result)
      : preparer_(preparer),
        graph_(graph),
        instance_(instance),
        result_(result),
        settings_(without_evaluate_parameters(graph.settings[instance])),
        host_(preparer.services_, graph.name(instance), rights_of(graph, instance, result.key)) {
    for (const Wire& wire : spec().wires) {
      inputs_.emplace_back();
      for (const std::size_t j : wire.instances) inputs_.back().push_back(std::make_unique<GraphInput>(graph, j));
    }
  }

  const Settings& settings() const override { return settings_; }
  Host& host() const override { return host_; }
  std::size_t count(std::string_view slot) const override { return inputs_[slot_index(slot)].size(); }
  const Input& input(std::string_view slot, std::size_t k) const override {
    const auto& inputs = inputs_[slot_index(slot)];
    if (k >= inputs.size()) throw Error(fmt::format("slot '{}' holds no instance {}", slot, k));
    return *inputs[k];
  }
  std::size_t alternative(std::string_view slot, std::size_t k) const override {
    return spec().wires[slot_index(slot)].alternatives.at(k);
  }
  void put(std::string_view output, Array value) override {
    result_.constants.arrays[constant(output, false)] = std::move(value);
  }
  void put(std::string_view output, Table value) override {
    result_.constants.tables[constant(output, true)] = std::move(value);
  }
  Simulator& simulator(std::string_view priors) const override {
    result_.simulators.push_back(make_simulator(preparer_, graph_, instance_, std::string(priors)));
    return *result_.simulators.back();
  }

  std::vector<PathInfo> spread_paths(std::string_view priors) const override {
    std::vector<PathInfo> paths;
    if (!graph_.settings[instance_].has(priors)) return paths;
    for (const Value& prior : graph_.settings[instance_].list(priors))
      paths.push_back(find_path(graph_, prior.find("path")->text()).info);
    return paths;
  }

  void note_arguments_read() {
    for (std::size_t s = 0; s < inputs_.size(); ++s)
      for (const auto& input : inputs_[s])
        if (input->arguments_read()) result_.arguments_read_of.insert(s);
  }

 private:
  const Instance& spec() const { return graph_.scenario->instances[instance_]; }
  std::size_t slot_index(std::string_view slot) const {
    const int index = graph_.descriptor(instance_).slot_index(slot);
    if (index < 0) throw Error(fmt::format("'{}' declares no slot '{}'", graph_.descriptor(instance_).name, slot));
    return static_cast<std::size_t>(index);
  }
  std::size_t constant(std::string_view output, bool table) {
    const Descriptor& d = graph_.descriptor(instance_);
    const int index = d.output_index(output);
    if (index < 0 || !d.outputs[static_cast<std::size_t>(index)].constant ||
        d.outputs[static_cast<std::size_t>(index)].table != table)
      throw Error(fmt::format("'{}' declares no constant {} '{}'", d.name, table ? "table" : "array", output));
    result_.constants.present[static_cast<std::size_t>(index)] = true;
    return static_cast<std::size_t>(index);
  }

  Preparer& preparer_;
  const Graph& graph_;
  std::size_t instance_;
  PreparedInstance& result_;
  Settings settings_;
  mutable InstanceHost host_;
  std::vector<std::vector<std::unique_ptr<GraphInput>>> inputs_;
};

// ------------------------------------------------------------------------------------------------ preparer

Preparer::Preparer(const Scenario& scenario, const Catalogue& catalogue, RunServices& services)
    : scenario_(scenario), catalogue_(catalogue), services_(services) {}

// The evaluate parameters of direct inputs are part of the key, because a component may read them while preparing (an
// AP dictionary made from a cell with a blocked current).
std::string Preparer::key_of(std::size_t i, const Graph& graph) const {
  const Instance& instance = scenario_.instances[i];
  const Descriptor& d = *instance.component.descriptor;
  std::string text = d.name + "|" + instance.component.plugin->manifest.version + "|" +
                     instance.component.plugin->manifest.digest + "|";
  if (!d.cacheable) text += fmt::format("{}|{}|", instance.name, services_.seed());
  for (std::size_t p = 0; p < d.parameters.size(); ++p) {
    const Parameter& parameter = d.parameters[p];
    if (parameter.acts_at == ActsAt::evaluate || !parameter.changes_results) continue;
    const Value& value = graph.settings[i].values()[p];
    text += parameter.name + "=";
    const auto files = files_in(parameter, value);
    if (files.empty()) text += canonical(value);
    for (const std::string& file : files) {
      auto [digest, fresh] = file_digests_.try_emplace(file);
      if (fresh) digest->second = digest_of_input(file);
      text += digest->second + ",";
    }
    text += "|";
  }
  for (std::size_t w = 0; w < instance.wires.size(); ++w) {
    const Wire& wire = instance.wires[w];
    text += wire.slot + ":";
    for (std::size_t k = 0; k < wire.instances.size(); ++k) {
      const std::size_t j = wire.instances[k];
      text += graph.nodes[j]->key + fmt::format("/{}", wire.alternatives[k]);
      for (const auto& values : graph.arguments[j].values)
        for (const double v : values) text += fmt::format("/{:a}", v);
      for (const Value& value : graph.settings[j].values())
        if (const std::string* column = column_of(value)) text += fmt::format("/{}:{}", column->size(), *column);
      // Which of two equal instances a spread is about is told by name only.
      if (!d.slots[w].spread_over.empty()) text += "/" + graph.name(j);
      text += ";";
    }
  }
  return digest_of(text);
}

std::shared_ptr<const PreparedInstance> Preparer::prepare_one(std::size_t i, const Graph& graph) {
  const Instance& instance = scenario_.instances[i];
  const Descriptor& d = *instance.component.descriptor;
  const std::string key = key_of(i, graph);
  if (const auto found = kept_.find(key); found != kept_.end()) return found->second;

  auto result = std::make_shared<PreparedInstance>();
  result->key = key;
  result->constants.arrays.resize(d.outputs.size());
  result->constants.tables.resize(d.outputs.size());
  result->constants.present.resize(d.outputs.size());
  for (const Wire& wire : instance.wires)
    for (const std::size_t j : wire.instances) result->inputs.push_back(graph.nodes[j]);

  const bool shared = is_sampler(d) && !Group::get().alone();
  if (shared && !Group::get().is_first()) {
    serve_simulations(*this, graph, i, *result);
    return kept_[key] = result;
  }
  result->worker = worker_called(instance);
  const AtWork constructing(Phase::construct, result->worker);
  result->component = catalogue_.create(instance.component, without_evaluate_parameters(graph.settings[i]));
  const AtWork preparing(Phase::prepare);
  if (d.cacheable && load_cached(key, d, result->constants)) {
    services_.log(Host::Level::debug, instance.name, "taken from the cache");
  } else {
    Context context(*this, graph, i, *result);
    try {
      result->prepared = result->component->prepare(context);
    } catch (const Cancelled&) {
      unfinished_ = Unfinished{instance.name, &d, result->constants};
      throw;
    }
    context.note_arguments_read();
    for (std::size_t o = 0; o < d.outputs.size(); ++o)
      if (d.outputs[o].constant && !result->constants.present[o])
        throw Error(fmt::format("'{}' did not deliver its constant output '{}'", d.name, d.outputs[o].name));
    if (d.cacheable && !result->prepared) store_cached(key, d, result->constants, services_);
  }
  for (std::size_t w = 0; w < instance.wires.size(); ++w) {
    const std::string& ability = d.slots[w].ability;
    for (const std::size_t j : instance.wires[w].instances)
      if (!ability.empty() && !GraphInput(graph, j).prepared().ability(ability))
        throw ScenarioError(d.slots[w].name, fmt::format("'{}' ({}) does not offer '{}'", graph.name(j),
                                                         graph.descriptor(j).name, ability));
  }
  if (shared) end_service(*result);
  kept_[key] = result;
  return result;
}

Graph Preparer::prepare(const std::vector<std::size_t>& which, const SettingOverrides& overrides) {
  Graph graph;
  graph.scenario = &scenario_;
  graph.at_scenario_values = overrides.empty();
  graph.nodes.resize(scenario_.instances.size());
  for (std::size_t i = 0; i < scenario_.instances.size(); ++i) {
    const Settings& base = scenario_.instances[i].settings;
    std::vector<Value> values = base.values();
    for (const auto& [at, value] : overrides)
      if (at.first == i) values[at.second] = value;
    graph.settings.emplace_back(base.instance(), &base.descriptor(), std::move(values));
    try {
      graph.arguments.push_back(arguments_of(graph.settings.back()));
    } catch (const ScenarioError& e) {
      throw ScenarioProblems({problem_of(scenario_, scenario_.instances[i], e)});
    }
  }
  bool part_done = false;  // then an instance without a node, and what lies downstream of it, has none
  for (const std::size_t i : which) {
    const Instance& instance = scenario_.instances[i];
    if (interrupted()) throw Cancelled();
    const auto inputs = part_done ? scenario::inputs_of(instance) : std::vector<std::size_t>();
    if (std::any_of(inputs.begin(), inputs.end(), [&](std::size_t j) { return !graph.nodes[j]; })) continue;
    try {
      graph.nodes[i] = prepare_one(i, graph);
    } catch (const ScenarioError& e) {
      throw ScenarioProblems({problem_of(scenario_, instance, e)});
    } catch (const ScenarioProblems&) {
      throw;
    } catch (const PluginError&) {
      throw;
    } catch (const PartDone&) {
      part_done = true;
    } catch (const Cancelled&) {
      throw;
    } catch (const std::exception& e) {
      throw RunError(fmt::format("{}, while preparing: {}", place(instance), e.what()));
    } catch (...) {
      throw RunError(fmt::format("{}, while preparing: an exception that is no std::exception", place(instance)));
    }
  }
  if (part_done) throw PartDone();
  return graph;
}

}  // namespace tawara
