// Slots: who is put where, and whether it has what is asked for.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/scenario/draft.hpp"
#include "kernel/scenario/order.hpp"
#include "kernel/scenario/suggest.hpp"
#include "kernel/scenario/units.hpp"

namespace tawara {

bool serves(const Descriptor& source, const std::vector<OutputNeed>& needs) {
  return std::all_of(needs.begin(), needs.end(), [&](const OutputNeed& need) {
    const int i = source.output_index(need.name);
    return i >= 0 && (need.unit.empty() || same_unit(source.outputs[static_cast<std::size_t>(i)].unit, need.unit));
  });
}

namespace scenario {
namespace {

bool right_kind(const Slot& slot, const Descriptor& source) { return slot.kind.empty() || source.kind() == slot.kind; }

/// The first alternative of the slot that the component serves.
std::optional<std::size_t> alternative_served(const Slot& slot, const Descriptor& source) {
  if (slot.alternatives.empty()) return 0;
  for (std::size_t i = 0; i < slot.alternatives.size(); ++i)
    if (serves(source, slot.alternatives[i])) return i;
  return std::nullopt;
}

bool fits(const Slot& slot, const Descriptor& source) {
  return right_kind(slot, source) && alternative_served(slot, source);
}

std::string output_text(const std::string& name, const std::string& unit) {
  return unit.empty() || unit == "1" ? name : name + " [" + unit + "]";
}

/// "V_m [mV], or LAT [ms] and AP".
std::string needs_text(const Slot& slot) {
  std::string text;
  for (const auto& alternative : slot.alternatives) {
    std::vector<std::string> words;
    for (const OutputNeed& need : alternative) words.push_back(output_text(need.name, need.unit));
    text += (text.empty() ? "" : ", or ") + listed(words);
  }
  return text;
}

/// "an instance with V_m [mV]", "a 'geometry' instance with nodes [mm]".
std::string wanted(const Slot& slot) {
  const std::string needs = needs_text(slot);
  return (slot.kind.empty() ? "an instance" : "a '" + slot.kind + "' instance") +
         (needs.empty() ? "" : " with " + needs);
}

/// What to put in: instances that fit, else components that would.
std::vector<std::string> who_fits(const Draft& draft, const Slot& slot, const std::string& except) {
  std::vector<std::string> here, components;
  for (const Instance& instance : draft.scenario.instances)
    if (instance.name != except && fits(slot, *instance.component.descriptor)) here.push_back(with_line(instance));
  for (const ComponentEntry& entry : draft.lookup.components)
    if (fits(slot, *entry.descriptor)) components.push_back(entry.descriptor->name);
  if (!here.empty()) return {"in this file: " + listed(here)};
  if (!components.empty()) return {"no instance in this file fits; components that do: " + listed(components)};
  return {"no instance in this file fits, and no known component does"};
}

/// What the best served alternative still lacks, with the reason where only the unit differs.
std::string lacking(const Slot& slot, const Descriptor& source) {
  std::vector<std::string> best;
  for (const auto& alternative : slot.alternatives) {
    std::vector<std::string> missing;
    for (const OutputNeed& need : alternative) {
      if (serves(source, {need})) continue;
      const int i = source.output_index(need.name);
      missing.push_back(i < 0 ? "has no output '" + need.name + "'"
                              : "gives '" + need.name + "' in " + source.outputs[static_cast<std::size_t>(i)].unit +
                                    ", not in " + need.unit);
    }
    if (best.empty() || missing.size() < best.size()) best = missing;
  }
  return listed(best);
}

struct SlotPlace {
  const Instance& instance;
  const Slot& slot;
  [[nodiscard]] std::string path() const { return instance.name + "." + slot.name; }
};

void complain_unknown(Draft& draft, const SlotPlace& place, const std::string& name, const Location& at) {
  std::vector<std::string> hints = hint(suggest(name, draft.instance_names()));
  if (!draft.lookup.find(name).empty()) hints = {"that is a component; a slot takes the name of an instance"};
  const auto candidates = who_fits(draft, place.slot, place.instance.name);
  hints.insert(hints.end(), candidates.begin(), candidates.end());
  draft.problems.error(at, place.path() + ": no instance called " + in_quotes(name), hints);
}

void complain_misfit(Draft& draft, const SlotPlace& place, const Instance& source, const Location& at) {
  const Descriptor& d = *source.component.descriptor;
  auto hints = who_fits(draft, place.slot, place.instance.name);
  if (!right_kind(place.slot, d)) {
    draft.problems.error(
        at, fmt::format("{} expects {}, but '{}' is a '{}'", place.path(), wanted(place.slot), source.name, d.kind()),
        hints);
    return;
  }
  std::vector<std::string> outputs;
  for (const Output& output : d.outputs) outputs.push_back(output_text(output.name, output.unit));
  hints.push_back(fmt::format("'{}' gives {}", source.name, outputs.empty() ? "no outputs" : listed(outputs)));
  draft.problems.error(at,
                       fmt::format("{} needs {}, but '{}' ({}) {}", place.path(), needs_text(place.slot), source.name,
                                   d.name, lacking(place.slot, d)),
                       hints);
}

void put_in(Draft& draft, const SlotPlace& place, const Node& node, Wire& wire) {
  const auto* name = node.as<std::string>();
  if (!name) {
    draft.problems.error(node.at, place.path() + ": expected the name of an instance, found " + node.describe());
    return;
  }
  const auto index = draft.index_of(*name);
  if (!index) return complain_unknown(draft, place, *name, node.at);
  const Instance& source = draft.scenario.instances[*index];
  if (!fits(place.slot, *source.component.descriptor)) return complain_misfit(draft, place, source, node.at);
  if (std::find(wire.instances.begin(), wire.instances.end(), *index) != wire.instances.end()) {
    draft.problems.error(node.at, fmt::format("{}: '{}' is listed twice", place.path(), *name));
    return;
  }
  wire.instances.push_back(*index);
  wire.alternatives.push_back(*alternative_served(place.slot, *source.component.descriptor));
}

Wire read_slot(Draft& draft, const SlotPlace& place, const Node* node) {
  Wire wire{place.slot.name, {}, {}, node ? node->at : place.instance.where};
  if (!node) {
    if (place.slot.how_many == HowMany::one)
      draft.problems.error(place.instance.where, place.path() + " is empty; it needs " + wanted(place.slot),
                           who_fits(draft, place.slot, place.instance.name));
    return wire;
  }
  const auto* list = node->as<Node::Array>();
  if (list && place.slot.how_many != HowMany::many && list->size() != 1) {
    draft.problems.error(node->at,
                         fmt::format("{} takes one instance, found a list of {}", place.path(), list->size()));
  } else if (list) {
    for (const Node& item : *list) put_in(draft, place, item, wire);
  } else {
    put_in(draft, place, *node, wire);
  }
  return wire;
}

/// { field = "heart.my_field" } makes the instance depend on another one.
void read_field_sources(Draft& draft, std::size_t index) {
  const Descriptor& d = draft.descriptor(index);
  for (std::size_t p = 0; p < d.parameters.size(); ++p) {
    const Value& value = draft.values[index][p];
    const Value* field = d.parameters[p].field && value.is<Record>() ? value.find("field") : nullptr;
    if (!field) continue;
    Instance& instance = draft.scenario.instances[index];
    const std::string path = instance.name + "." + d.parameters[p].name;
    const Location at = instance.locate(d.parameters[p].name);
    const Address address = split_address(field->text());
    const auto source = draft.index_of(address.instance);
    if (!source) {
      draft.problems.error(at,
                           path + ": field " + in_quotes(field->text()) + " is not an 'instance.output' of this file",
                           hint(suggest(address.instance, draft.instance_names())));
      continue;
    }
    const Descriptor& from = draft.descriptor(*source);
    const int output = from.output_index(address.name);
    if (output < 0) {
      std::vector<std::string> outputs;
      for (const Output& o : from.outputs) outputs.push_back(o.name);
      draft.problems.error(at, fmt::format("{}: '{}' has no output '{}'", path, address.instance, address.name),
                           hint(suggest(address.name, outputs), "it gives " + listed(outputs)));
    } else if (const std::string& unit = from.outputs[static_cast<std::size_t>(output)].unit;
               !same_unit(unit, d.parameters[p].unit)) {
      draft.problems.error(
          at, fmt::format("{}: field '{}' is in {}, expected {}", path, field->text(), unit, d.parameters[p].unit));
    } else {
      instance.fields.push_back({d.parameters[p].name, *source, address.name});
    }
  }
}

void read_targets(Draft& draft) {
  Scenario& scenario = draft.scenario;
  const Node* run = draft.document.find("run");
  const Node* targets = run ? run->find("targets") : nullptr;
  if (targets && targets->as<Node::Array>()) {
    for (const Node& target : *targets->as<Node::Array>()) {
      const auto* name = target.as<std::string>();
      if (!name) continue;  // complained about with the header
      const auto index = draft.index_of(*name);
      if (!index) {
        draft.problems.error(target.at, "run.targets: no instance called " + in_quotes(*name),
                             hint(suggest(*name, draft.instance_names())));
      } else if (std::find(scenario.run.targets.begin(), scenario.run.targets.end(), *index) ==
                 scenario.run.targets.end()) {
        scenario.run.targets.push_back(*index);
      }
    }
    if (targets->as<Node::Array>()->empty())
      draft.problems.error(targets->at, "run.targets is empty: leave it out to run whatever nobody uses");
  } else {
    scenario.run.targets = used_by_nobody(scenario);
  }
  const std::vector<bool> reached = upstream_of(scenario, scenario.run.targets);
  for (std::size_t i = 0; i < reached.size(); ++i)
    if (!reached[i] && !draft.problems.any())
      draft.problems.warning(scenario.instances[i].where,
                             "instance '" + scenario.instances[i].name + "' is not reached from run.targets");
}

void check_saved(Draft& draft) {
  const Node* output = draft.document.find("output");
  const Node* save = output ? output->find("save") : nullptr;
  if (!save || !save->as<Node::Array>()) return;
  for (const Node& item : *save->as<Node::Array>()) {
    const auto* text = item.as<std::string>();
    if (!text) continue;
    const Address address = split_address(*text);
    const auto index = draft.index_of(address.instance);
    if (!index) {
      draft.problems.error(item.at, "output.save: " + in_quotes(*text) + " is not an 'instance.output' of this file",
                           hint(suggest(address.instance, draft.instance_names())));
      continue;
    }
    const Descriptor& d = draft.descriptor(*index);
    if (d.output_index(address.name) >= 0) continue;
    std::vector<std::string> names;
    for (const Output& o : d.outputs) names.push_back(o.name);
    draft.problems.error(
        item.at,
        fmt::format("output.save: '{}' ({}) has no output {}", address.instance, d.name, in_quotes(address.name)),
        hint(suggest(address.name, names), "it gives " + listed(names)));
  }
}

}  // namespace

void check_wiring(Draft& draft) {
  auto& instances = draft.scenario.instances;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    for (const Slot& slot : draft.descriptor(i).slots)
      instances[i].wires.push_back(read_slot(draft, {instances[i], slot}, draft.tables[i]->find(slot.name)));
    read_field_sources(draft, i);
  }
  find_order(draft.scenario, draft.problems);
  read_targets(draft);
  check_saved(draft);
}

}  // namespace scenario
}  // namespace tawara
