#include "kernel/docs/example.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "kernel/docs/fit.hpp"
#include "kernel/scenario/node.hpp"
#include "kernel/scenario/reserved.hpp"

namespace tawara::docs {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// Must a scenario give it? A record whose members all have defaults may be left out.
bool needed(const Parameter& p) {
  if (!p.default_value.empty() || p.optional) return false;
  return p.type != Type::record || std::any_of(p.members.begin(), p.members.end(), needed);
}

/// Does the priors parameter vary what stands in the slot?
bool varies(const Slot& slot, const Parameter& p) {
  return p.type == Type::priors && (slot.simulated_over == p.name || slot.spread_over == p.name);
}

/// The slot whose instance a needed priors parameter varies: one that must be filled anyway, where there is one.
const Slot* varied_slot(const Descriptor& d, const Parameter& p) {
  const Slot* first = nullptr;
  for (const Slot& s : d.slots) {
    if (!varies(s, p)) continue;
    if (s.how_many == HowMany::one) return &s;
    if (!first) first = &s;
  }
  return first;
}

bool must_vary(const Descriptor& d, const Slot& slot) {
  return std::any_of(d.parameters.begin(), d.parameters.end(),
                     [&](const Parameter& p) { return needed(p) && varied_slot(d, p) == &slot; });
}

/// A number that priors can name, one with a usual range if possible.
const Parameter* varying_number(const Descriptor& d) {
  const Parameter* found = nullptr;
  for (const Parameter& p : d.parameters) {
    if (p.type != Type::number || !p.inferable || !is_argument(p)) continue;
    if (p.usual_low && p.usual_high) return &p;
    if (!found) found = &p;
  }
  return found;
}

/// Does anything of it end up among the results of a run?
bool shows_results(const Descriptor& d) {
  return std::any_of(d.outputs.begin(), d.outputs.end(), [](const Output& o) { return o.hint != Hint::none; });
}

/// Has it numbers that change from one evaluation to the next?
bool is_evaluated(const Descriptor& d) {
  return std::any_of(d.outputs.begin(), d.outputs.end(), [](const Output& o) { return !o.constant && !o.table; });
}

/// Of the component alone, in instances: a file to be found weighs as many.
double own_cost(const Descriptor& d) {
  double cost = d.maturity == Maturity::stable ? 1 : d.maturity == Maturity::experimental ? 2 : 50;
  for (const Parameter& p : d.parameters)
    if (needed(p)) cost += p.type == Type::path ? 20 : p.type == Type::priors ? 5 : 0.1;
  return cost;
}

double within(const Parameter& p, double wish) {
  if (p.minimum && wish <= *p.minimum) wish = p.exclusive_minimum ? *p.minimum + 1 : *p.minimum;
  if (p.maximum && wish >= *p.maximum)
    wish = !p.exclusive_maximum ? *p.maximum : p.minimum ? 0.5 * (*p.minimum + *p.maximum) : *p.maximum - 1;
  return wish;
}

std::string example_value(const Parameter& p) {
  using scenario::toml_text;
  if (!p.default_value.empty()) return toml_text(p.default_value);
  switch (p.type) {
    case Type::boolean:
      return "false";
    case Type::integer:
      return toml_text(Value(static_cast<std::int64_t>(std::ceil(within(p, p.usual_low.value_or(1))))));
    case Type::number:
      return toml_text(Value(within(p, p.usual_low.value_or(1))));
    case Type::text:
      return toml_text(Value(p.name));
    case Type::choice:
      return toml_text(Value(p.choices.empty() ? "" : p.choices.front().name));
    case Type::path:
      return toml_text(Value("path/to/" + p.name));
    case Type::list:
      return p.members.empty() ? "[]" : "[" + example_value(p.members[0]) + "]";
    case Type::record: {
      std::string text;
      for (const Parameter& m : p.members)
        if (needed(m)) text += (text.empty() ? "" : ", ") + scenario::toml_key(m.name) + " = " + example_value(m);
      return text.empty() ? "{}" : "{ " + text + " }";
    }
    case Type::subset: {
      std::string text = "0";
      for (int i = 1; i < static_cast<int>(p.minimum.value_or(1)); ++i) text += ", " + std::to_string(i);
      return '[' + text + ']';
    }
    case Type::priors:
      break;
  }
  return "[]";
}

/// The lines of the doc's first ```toml block: what an example has to say where a component needs one of several
/// settings, or is pointless at its defaults.
std::string settings_in_doc(const Descriptor& d) {
  const std::string begin = "```toml\n";
  const std::size_t at = d.doc.find(begin);
  if (at == d.doc.npos) return "";
  const std::size_t end = d.doc.find("```", at + begin.size());
  return d.doc.substr(at + begin.size(), end == d.doc.npos ? end : end - at - begin.size());
}

/// Is the parameter among lines of "key = value"?
bool is_set_in(const std::string& lines, const std::string& parameter) {
  return ('\n' + lines).find('\n' + parameter + " =") != std::string::npos;
}

/// Limits of a prior about it: the usual range, the allowed one, or half and one and a half times the default.
std::pair<double, double> example_range(const Parameter& p) {
  if (p.usual_low && p.usual_high) return {*p.usual_low, *p.usual_high};
  if (p.minimum && p.maximum && !p.exclusive_minimum && !p.exclusive_maximum) return {*p.minimum, *p.maximum};
  const double centre = p.default_value.is_number() && p.default_value.number() != 0 ? p.default_value.number() : 1;
  const double a = within(p, 0.5 * centre), b = within(p, 1.5 * centre);
  return a < b ? std::pair(a, b) : std::pair(b, a);
}

}  // namespace

Examples::Examples(std::vector<ComponentEntry> components)
    : components_(std::move(components)), costs_(components_.size(), Cost{never, never}) {
  // Costs only fall, and each is above those of what fills its slots: this ends, and no choice goes in circles.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < components_.size(); ++i) {
      const Cost now{cost(i, false), cost(i, true)};
      changed = changed || now.any < costs_[i].any || now.varying < costs_[i].varying;
      costs_[i] = {std::min(now.any, costs_[i].any), std::min(now.varying, costs_[i].varying)};
    }
  }
}

std::vector<const Slot*> Examples::filled_slots(const Descriptor& d) const {
  std::vector<const Slot*> slots;
  for (const Slot& s : d.slots)
    if (s.how_many == HowMany::one || must_vary(d, s)) slots.push_back(&s);
  return slots;
}

bool Examples::fits(const Slot& slot, std::size_t candidate) const {
  const Descriptor& d = *components_[candidate].descriptor;
  // An ability shows in no descriptor; by custom the kind is called the same.
  if (takes_anything(slot) && !slot.ability.empty()) return d.kind() == slot.ability;
  if (takes_anything(slot) && !slot.simulated_over.empty() && !is_evaluated(d)) return false;
  return alternative_served(slot, d).has_value();
}

std::optional<std::size_t> Examples::cheapest(const Slot& slot, bool varying) const {
  std::optional<std::size_t> best;
  const auto price = [&](std::size_t i) { return varying ? costs_[i].varying : costs_[i].any; };
  for (std::size_t i = 0; i < components_.size(); ++i) {
    if (price(i) == never || !fits(slot, i)) continue;
    // What a spread varies are the instance's own arguments, nothing upstream.
    if (varying && !slot.spread_over.empty() && !varying_number(*components_[i].descriptor)) continue;
    if (!best || price(i) < price(*best)) best = i;
  }
  return best;
}

double Examples::cost_of_slot(const Slot& slot, bool varying) const {
  const auto best = cheapest(slot, varying);
  return !best ? never : varying ? costs_[*best].varying : costs_[*best].any;
}

const Slot* Examples::varying_slot(const Descriptor& d) const {
  const Slot* best = nullptr;
  double least = never;
  for (const Slot* s : filled_slots(d)) {
    if (must_vary(d, *s)) continue;
    const double extra = cost_of_slot(*s, true) - cost_of_slot(*s, false);
    if (extra < least) best = s, least = extra;
  }
  return best;
}

double Examples::cost(std::size_t component, bool varying) const {
  const Descriptor& d = *components_[component].descriptor;
  const Slot* through = varying && !varying_number(d) ? varying_slot(d) : nullptr;
  if (varying && !varying_number(d) && !through) return never;
  double sum = own_cost(d);
  for (const Slot* s : filled_slots(d)) sum += cost_of_slot(*s, must_vary(d, *s) || s == through);
  return sum;
}

bool Examples::stands_alone(std::size_t component) const {
  const Descriptor& d = *components_[component].descriptor;
  return shows_results(d) && std::none_of(components_.begin(), components_.end(), [&](const ComponentEntry& user) {
           return std::any_of(user.descriptor->slots.begin(), user.descriptor->slots.end(), [&](const Slot& s) {
             return !s.ability.empty() && !takes_anything(s) && fits(s, component);
           });
         });
}

std::optional<Examples::Use> Examples::cheapest_use(std::size_t component) const {
  std::optional<Use> best;
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const Descriptor& d = *components_[i].descriptor;
    if (costs_[i].any == never || i == component || !shows_results(d)) continue;
    for (const Slot& s : d.slots) {
      if (takes_anything(s) || !fits(s, component) || must_vary(d, s)) continue;
      const auto outputs = [&](std::size_t user) { return components_[user].descriptor->outputs.size(); };
      if (!best || costs_[i].any < costs_[best->user].any ||
          (costs_[i].any == costs_[best->user].any && outputs(i) > outputs(best->user)))
        best = Use{i, &s};
    }
  }
  return best;
}

std::string Examples::use(std::size_t component) const {
  const ComponentEntry& entry = components_[component];
  const auto same = std::count_if(components_.begin(), components_.end(), [&](const ComponentEntry& other) {
    return other.descriptor->name == entry.descriptor->name;
  });
  return (same > 1 ? entry.plugin->manifest.name + ':' : "") + entry.descriptor->name;
}

/// Writes instances, inputs first, each component once.
struct Examples::Writer {
  struct Written {
    std::string instance;
    std::string path;  ///< of a number that varies, "" when there is none
    const Parameter* parameter = nullptr;
  };
  const Examples& examples;
  std::string text;
  std::map<std::pair<std::size_t, bool>, Written> written;  ///< by component, and whether upstream must vary
  std::set<std::string> names;
  std::map<const Slot*, std::size_t> given;  ///< who fills a slot whatever it costs

  std::string free_name(const Descriptor& d) {
    const std::string wish = d.name.substr(d.name.find('.') + 1);
    std::string name = wish;
    for (int n = 2; scenario::is_reserved(name) || !names.insert(name).second; ++n)
      name = wish + "_" + std::to_string(n);
    return name;
  }

  Written write(std::size_t component, bool varying) {
    const Descriptor& d = *examples.components_[component].descriptor;
    const Parameter* own = varying_number(d);
    const Slot* through = varying && !own ? examples.varying_slot(d) : nullptr;
    const std::pair key(component, through != nullptr);
    if (const auto found = written.find(key); found != written.end()) return found->second;

    std::string block;
    std::map<const Slot*, Written> filled;
    std::vector<const Slot*> slots = examples.filled_slots(d);
    for (const Slot& s : d.slots)
      if (given.contains(&s) && std::find(slots.begin(), slots.end(), &s) == slots.end()) slots.push_back(&s);
    for (const Slot* s : slots) {
      const bool vary = must_vary(d, *s) || s == through;
      const auto here = given.find(s);
      const Written source =
          here == given.end() ? write(*examples.cheapest(*s, vary), vary) : write(here->second, vary);
      filled[s] = source;
      const std::string value = scenario::toml_text(Value(source.instance));
      block += s->name + " = " + (s->how_many == HowMany::many ? '[' + value + ']' : value) + '\n';
    }
    const std::string said = settings_in_doc(d);
    block += said;
    for (const Parameter& p : d.parameters) {
      if (!needed(p) || is_set_in(said, p.name)) continue;
      const Slot* varied = varied_slot(d, p);
      block += p.name + " = " + (varied ? prior(filled.at(varied)) : example_value(p)) +
               (p.type == Type::number && p.unit != "1" ? "  # " + p.unit : "") + '\n';
    }
    Written result{free_name(d), "", nullptr};
    if (own) {
      result.path = result.instance + '.' + own->name;
      result.parameter = own;
    } else if (through) {
      result.path = filled.at(through).path;
      result.parameter = filled.at(through).parameter;
    }
    text += (text.empty() ? "[" : "\n[") + scenario::toml_key(result.instance) +
            "]\nuse = " + scenario::toml_text(Value(examples.use(component))) + '\n' + block;
    written[key] = result;
    return result;
  }

  static std::string prior(const Written& source) {
    if (!source.parameter) return "[]";
    const auto [low, high] = example_range(*source.parameter);
    return "[{ path = " + scenario::toml_text(Value(source.path)) + ", uniform = [" + scenario::toml_text(Value(low)) +
           ", " + scenario::toml_text(Value(high)) + "] }]";
  }
};

std::optional<std::string> Examples::scenario(std::size_t component) const {
  if (costs_.at(component).any == never) return std::nullopt;
  Writer writer{*this, "", {}, {}, {}};
  const auto user = stands_alone(component) ? std::nullopt : cheapest_use(component);
  if (user) writer.given[user->slot] = component;
  writer.write(user ? user->user : component, false);
  return writer.text;
}

}  // namespace tawara::docs
