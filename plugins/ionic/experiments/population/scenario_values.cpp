#include "experiments/population/scenario_values.hpp"

#include <optional>

namespace tawara::experiments {
namespace {

std::optional<double> number_of(const Value& value) {
  if (value.is_number()) return value.number();
  if (value.is<bool>()) return value.boolean() ? 1 : 0;
  return std::nullopt;
}

}  // namespace

std::vector<Recordings::Quantity> scenario_values(const Input& input) {
  const Descriptor& d = input.descriptor();
  std::vector<Recordings::Quantity> values;
  for (const Parameter& p : d.parameters) {
    const int argument = d.argument_index(p.name);
    if (argument >= 0 && (p.type == Type::number || p.type == Type::integer))
      values.push_back({p.name, p.unit, input.arguments()[static_cast<std::size_t>(argument)]});
    else if (p.acts_at == ActsAt::prepare && p.changes_results)
      if (const auto number = number_of(input.settings().value(p.name))) values.push_back({p.name, p.unit, *number});
  }
  return values;
}

}  // namespace tawara::experiments
