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

bool is_argument(const Parameter& p) { return p.acts_at == ActsAt::evaluate && p.type != Type::subset; }

Parameter& Descriptor::add(Parameter p) { return parameters.emplace_back(std::move(p)); }

Parameter& Descriptor::number(std::string called, std::string unit, double default_value) {
  return add(make_parameter(std::move(called), Type::number, std::move(unit), default_value));
}
Parameter& Descriptor::number(std::string called, std::string unit) {
  return add(make_parameter(std::move(called), Type::number, std::move(unit)));
}
Parameter& Descriptor::integer(std::string called, std::int64_t default_value) {
  return add(make_parameter(std::move(called), Type::integer, "1", default_value));
}
Parameter& Descriptor::boolean(std::string called, bool default_value) {
  return add(make_parameter(std::move(called), Type::boolean, "1", default_value));
}
Parameter& Descriptor::text(std::string called, std::string default_value) {
  return add(make_parameter(std::move(called), Type::text, "1", std::move(default_value)));
}
Parameter& Descriptor::choice(std::string called, std::string default_value, std::vector<Choice> choices) {
  Parameter p = make_parameter(std::move(called), Type::choice, "1", std::move(default_value));
  p.choices = std::move(choices);
  return add(std::move(p));
}
Parameter& Descriptor::path(std::string called) { return add(make_parameter(std::move(called), Type::path)); }

Parameter& Descriptor::subset(std::string called, std::string slot_output) {
  Parameter p = make_parameter(std::move(called), Type::subset);
  p.index_set = std::move(slot_output);
  return add(std::move(p));
}
Parameter& Descriptor::list(std::string called, Parameter element) {
  Parameter p = make_parameter(std::move(called), Type::list);
  p.members.push_back(std::move(element));
  return add(std::move(p));
}
Parameter& Descriptor::record(std::string called, std::vector<Parameter> members) {
  Parameter p = make_parameter(std::move(called), Type::record);
  p.members = std::move(members);
  return add(std::move(p));
}
Parameter& Descriptor::priors(std::string called) { return add(make_parameter(std::move(called), Type::priors)); }

Slot& Descriptor::slot(std::string called, std::string kind) {
  Slot s;
  s.name = std::move(called);
  s.kind = std::move(kind);
  return slots.emplace_back(std::move(s));
}

Output& Descriptor::output(std::string called, std::string unit, std::string shape) {
  Output o;
  o.name = std::move(called);
  o.unit = std::move(unit);
  o.shape = std::move(shape);
  return outputs.emplace_back(std::move(o));
}
Output& Descriptor::output_table(std::string called) {
  Output& o = output(std::move(called), "");
  o.table = true;
  o.hint = Hint::table;
  return o;
}
Output& Descriptor::constant(std::string called, std::string unit, std::string shape) {
  Output& o = output(std::move(called), std::move(unit), std::move(shape));
  o.constant = true;
  return o;
}
Output& Descriptor::constant_table(std::string called) {
  Output& o = output_table(std::move(called));
  o.constant = true;
  return o;
}

Output& Descriptor::output_text(std::string called) {
  Output& o = output_table(std::move(called));
  o.hint = Hint::scalar;
  return o;
}
Output& Descriptor::constant_text(std::string called) {
  Output& o = output_text(std::move(called));
  o.constant = true;
  return o;
}

int Descriptor::parameter_index(std::string_view n) const { return index_of(parameters, n); }
int Descriptor::argument_index(std::string_view n) const {
  int index = 0;
  for (const Parameter& p : parameters) {
    if (p.name == n) return is_argument(p) ? index : -1;
    index += is_argument(p);
  }
  return -1;
}
int Descriptor::slot_index(std::string_view n) const { return index_of(slots, n); }
int Descriptor::output_index(std::string_view n) const { return index_of(outputs, n); }

}  // namespace tawara
