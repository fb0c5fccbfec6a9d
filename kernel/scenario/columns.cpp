// { column = "name" }: a parameter that differs from row to row of a population needs users that take that.
#include <fmt/format.h>

#include "kernel/scenario/draft.hpp"

namespace tawara::scenario {
namespace {

/// "experiment.population.cell", of all components that spread a slot.
std::vector<std::string> slots_that_spread(const ComponentLookup& lookup) {
  std::vector<std::string> slots;
  for (const ComponentEntry& entry : lookup.components)
    for (const Slot& slot : entry.descriptor->slots)
      if (!slot.spread_over.empty()) slots.push_back(entry.descriptor->name + "." + slot.name);
  return slots;
}

void check_users(Draft& draft, std::size_t index, const std::string& parameter, const std::string& column) {
  const Instance& owner = draft.scenario.instances[index];
  const std::string path = owner.name + "." + parameter;
  const Location at = owner.locate(parameter);
  bool used = false;
  const auto refuse = [&](const Instance& user, const std::string& way) {
    draft.problems.error(at,
                         fmt::format("{}: '{}' ({}) cannot take the column {}: {} one value", path, user.name,
                                     user.component.descriptor->name, in_quotes(column), way),
                         {fmt::format("give one number, or give '{}' an instance of its own", user.name)});
  };
  for (const Instance& user : draft.scenario.instances) {
    const auto& slots = user.component.descriptor->slots;
    for (std::size_t w = 0; w < user.wires.size(); ++w)
      for (const std::size_t held : user.wires[w].instances) {
        if (held != index) continue;
        used = true;
        if (slots[w].spread_over.empty()) refuse(user, "its slot '" + slots[w].name + "' uses");
      }
    for (const FieldSource& field : user.fields) {
      if (field.instance != index) continue;
      used = true;
      refuse(user, "its '" + field.parameter + "' is a field made with");
    }
  }
  if (used) return;
  const auto slots = slots_that_spread(draft.lookup);
  draft.problems.error(at,
                       fmt::format("{}: nobody takes the column {}: '{}' stands in no slot that is spread", path,
                                   in_quotes(column), owner.name),
                       {slots.empty() ? "no known component has such a slot; give one number"
                                      : "give one number, or put it into one of " + listed(slots)});
}

}  // namespace

void check_columns(Draft& draft) {
  for (std::size_t i = 0; i < draft.scenario.instances.size(); ++i) {
    const auto& parameters = draft.descriptor(i).parameters;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      if (parameters[p].type == Type::number)
        if (const Value* column = draft.values[i][p].find("column"))
          check_users(draft, i, parameters[p].name, column->text());
  }
}

}  // namespace tawara::scenario
