#include "kernel/conformance/checks/variants.hpp"

#include "kernel/conformance/study.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara::conformance {
namespace {

bool allowed(const Parameter& p, double v) {
  return !(p.minimum && (v < *p.minimum || (p.exclusive_minimum && v == *p.minimum))) &&
         !(p.maximum && (v > *p.maximum || (p.exclusive_maximum && v == *p.maximum)));
}

/// Another value close to this one as text, or "".
std::string another(const Parameter& p, const Value& now) {
  switch (p.type) {
    case Type::boolean:
      return now.is<bool>() ? (now.boolean() ? "false" : "true") : "";
    case Type::choice:
      for (const Choice& c : p.choices)
        if (!now.is<std::string>() || c.name != now.text()) return scenario::toml_text(Value(c.name));
      return "";
    case Type::integer:
    case Type::number: {
      const auto v = now.is_number() ? another_number(p, now.number()) : std::nullopt;
      if (!v) return "";
      return scenario::toml_text(p.type == Type::integer ? Value(static_cast<std::int64_t>(*v)) : Value(*v));
    }
    default:
      return "";
  }
}

}  // namespace

std::optional<double> another_number(const Parameter& p, double now) {
  std::vector<double> tries{now * 1.1, now * 0.9};
  if (p.type == Type::integer)
    tries = {now + 1, now - 1};
  else if (now == 0)
    tries = {p.usual_high.value_or(0.1), p.usual_low.value_or(-0.1)};
  for (const double v : tries)
    if (v != now && allowed(p, v)) return v;
  return std::nullopt;
}

std::vector<std::string> variants(const Subject& subject) {
  const Scenario scenario = load(subject.catalogue, *subject.scenario, {});
  const Instance& instance = *scenario.find(subject.instance);
  const Descriptor& d = *instance.component.descriptor;
  std::vector<std::string> sets;
  // What acts at preparation first: it is what components keep.
  for (const ActsAt when : {ActsAt::prepare, ActsAt::evaluate})
    for (std::size_t i = 0; i < d.parameters.size(); ++i) {
      const Parameter& p = d.parameters[i];
      if (p.acts_at != when || !p.changes_results) continue;
      const std::string value = another(p, instance.settings.values()[i]);
      if (!value.empty()) sets.push_back(subject.instance + "." + p.name + "=" + value);
    }
  return sets;
}

}  // namespace tawara::conformance
