#include "tawara/descriptor.hpp"

#include <algorithm>

namespace tawara {
namespace {

template <class Records>
int index_of(const Records& records, std::string_view name) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const auto& r) { return r.name == name; });
  return found == records.end() ? -1 : static_cast<int>(found - records.begin());
}

}  // namespace

Parameter make_parameter(std::string name, Type type, std::string unit, Value default_value) {
  Parameter p;
  p.name = std::move(name);
  p.type = type;
  p.unit = std::move(unit);
  p.default_value = std::move(default_value);
  return p;
}

Parameter& Descriptor::add(Parameter p) { return parameters.emplace_back(std::move(p)); }

Parameter& Descriptor::number(std::string name, std::string unit, double default_value) {
  return add(make_parameter(std::move(name), Type::number, std::move(unit), default_value));
}
Parameter& Descriptor::number(std::string name, std::string unit) {
  return add(make_parameter(std::move(name), Type::number, std::move(unit)));
}
Parameter& Descriptor::integer(std::string name, std::int64_t default_value) {
  return add(make_parameter(std::move(name), Type::integer, "1", default_value));
}
Parameter& Descriptor::boolean(std::string name, bool default_value) {
  return add(make_parameter(std::move(name), Type::boolean, "1", default_value));
}
Parameter& Descriptor::text(std::string name, std::string default_value) {
  return add(make_parameter(std::move(name), Type::text, "1", std::move(default_value)));
}
Parameter& Descriptor::choice(std::string name, std::string default_value, std::vector<Choice> choices) {
  Parameter p = make_parameter(std::move(name), Type::choice, "1", std::move(default_value));
  p.choices = std::move(choices);
  return add(std::move(p));
}
Parameter& Descriptor::path(std::string name) { return add(make_parameter(std::move(name), Type::path)); }

Parameter& Descriptor::subset(std::string name, std::string slot_output) {
  Parameter p = make_parameter(std::move(name), Type::subset);
  p.index_set = std::move(slot_output);
  return add(std::move(p));
}
Parameter& Descriptor::list(std::string name, Parameter element) {
  Parameter p = make_parameter(std::move(name), Type::list);
  p.members.push_back(std::move(element));
  return add(std::move(p));
}
Parameter& Descriptor::record(std::string name, std::vector<Parameter> members) {
  Parameter p = make_parameter(std::move(name), Type::record);
  p.members = std::move(members);
  return add(std::move(p));
}
Parameter& Descriptor::priors(std::string name) { return add(make_parameter(std::move(name), Type::priors)); }

Slot& Descriptor::slot(std::string name, std::string kind) {
  Slot s;
  s.name = std::move(name);
  s.kind = std::move(kind);
  return slots.emplace_back(std::move(s));
}

Output& Descriptor::output(std::string name, std::string unit, std::string shape) {
  Output o;
  o.name = std::move(name);
  o.unit = std::move(unit);
  o.shape = std::move(shape);
  return outputs.emplace_back(std::move(o));
}
Output& Descriptor::output_table(std::string name) {
  Output& o = output(std::move(name), "");
  o.table = true;
  o.hint = Hint::table;
  return o;
}
Output& Descriptor::constant(std::string name, std::string unit, std::string shape) {
  Output& o = output(std::move(name), std::move(unit), std::move(shape));
  o.constant = true;
  return o;
}
Output& Descriptor::constant_table(std::string name) {
  Output& o = output_table(std::move(name));
  o.constant = true;
  return o;
}

int Descriptor::parameter_index(std::string_view n) const { return index_of(parameters, n); }
int Descriptor::slot_index(std::string_view n) const { return index_of(slots, n); }
int Descriptor::output_index(std::string_view n) const { return index_of(outputs, n); }

}  // namespace tawara
