#include "kernel/plugins/descriptor_check.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <string_view>

namespace tawara {

namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

/// A first character of one sort, then any number of another.
template <class First, class Rest>
bool word(std::string_view text, First first, Rest rest) {
  return !text.empty() && first(text[0]) && std::all_of(text.begin() + 1, text.end(), rest);
}

bool plugin_name(std::string_view text) {
  return word(text, lower, [](char c) { return lower(c) || digit(c) || c == '_' || c == '-'; });
}

bool lower_name(std::string_view text) {
  return word(text, lower, [](char c) { return lower(c) || digit(c) || c == '_'; });
}

bool component_name(std::string_view text) {
  const auto dot = text.find('.');
  return dot != text.npos && lower_name(text.substr(0, dot)) && lower_name(text.substr(dot + 1));
}

bool symbol(std::string_view text) {
  return word(text, letter, [](char c) { return letter(c) || digit(c) || c == '_'; });
}

/// Three numbers with dots between them, then perhaps a label: 0.1.0, 1.0.0-rc.1
bool semantic_version(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    const auto end = std::find_if_not(text.begin(), text.end(), digit);
    if (end == text.begin() || (part < 2 && (end == text.end() || *end != '.'))) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + (part < 2 ? 1 : 0));
  }
  return text.empty() ||
         (text.size() > 1 && word(
                                 text, [](char c) { return c == '-' || c == '+'; },
                                 [](char c) { return letter(c) || digit(c) || c == '.' || c == '-' || c == '+'; }));
}

std::string show(double v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

bool numeric(const Parameter& p) { return p.type == Type::number || p.type == Type::integer; }

class Checker {
 public:
  std::vector<std::string> mistakes;

  void plugin(const Manifest& m) {
    where_ = "plugin";
    if (!plugin_name(m.name))
      say("name '" + m.name + "': write lower case letters, digits, '-' and '_', beginning with a letter");
    if (!semantic_version(m.version)) say("version '" + m.version + "' is not a semantic version such as 0.1.0");
    if (m.summary.empty()) say("the summary is empty");
    if (m.licence.empty()) say("the licence is empty; write its SPDX identifier, e.g. Apache-2.0");
    if (m.components.empty()) say("it offers no component: write plugin.add<YourComponent>()");
    std::set<std::string> names;
    for (const Descriptor& d : m.components) {
      where_ = d.name.empty() ? "a component without name" : d.name;
      if (!names.insert(d.name).second) say("is added twice");
      component(d);
    }
  }

 private:
  void say(const std::string& text) { mistakes.push_back(where_ + ": " + text); }

  void component(const Descriptor& d) {
    const std::string component = where_;
    if (!component_name(d.name)) say("a component's name is kind.short_name in lower case, e.g. ionic.torord");
    if (d.summary.empty()) say("the summary is empty");
    if (d.summary.find('\n') != std::string::npos) say("the summary is more than one line; the rest belongs in doc");

    std::set<std::string> keys;  // parameters and slots share the instance's table in a scenario
    for (const Parameter& p : d.parameters) {
      where_ = component + ", parameter " + p.name;
      key(p.name, keys);
      if (!p.renamed_from.empty()) key(p.renamed_from, keys);
      parameter(p);
      if (p.type == Type::subset) index_set(d, p);
    }
    for (const Slot& s : d.slots) {
      where_ = component + ", slot " + s.name;
      key(s.name, keys);
      slot(d, s);
    }
    std::set<std::string> outputs, summary_keys;
    for (const Output& o : d.outputs) {
      where_ = component + ", output " + o.name;
      name(o.name);
      if (!outputs.insert(o.name).second) say("is declared twice");
      if (o.doc.empty()) say("its doc is empty; say what it is");
      if (!o.table && o.unit.empty()) say("its unit is empty; write \"1\" for a number without one");
      if (o.hint == Hint::scalar && !o.shape.empty()) say("is shown as one number, but is none");
      if (o.hint == Hint::scalar && !summary_keys.insert(o.summary_key.empty() ? o.name : o.summary_key).second)
        say("its key in summary.json is taken by another output");
      if (o.group < 0) say("its group is negative");
    }
    where_ = component;
  }

  void name(const std::string& text) {
    if (!symbol(text)) say("a name is a letter followed by letters, digits and '_'");
  }

  void key(const std::string& text, std::set<std::string>& keys) {
    name(text);
    if (text == "use") say("'use' is the key that names the component");
    if (!keys.insert(text).second) say("the key '" + text + "' is declared twice");
  }

  void parameter(const Parameter& p) {
    if (p.doc.empty()) say("its doc is empty; say what it means");
    shape_of_type(p);
    limits(p);
    if (!p.default_value.empty()) value(p, p.default_value, "its default");
    const std::string place = where_;
    if (p.type == Type::record) {
      std::set<std::string> keys;
      for (const Parameter& member : p.members) {
        where_ = place + "." + member.name;
        name(member.name);
        if (!keys.insert(member.name).second) say("is declared twice");
        parameter(member);
      }
    }
    where_ = place;
  }

  /// What goes with which type.
  void shape_of_type(const Parameter& p) {
    const std::string type(word_for(p.type));
    if (numeric(p) && p.unit.empty()) say("its unit is empty; write \"1\" for a number without one");
    if (p.type == Type::choice && p.choices.empty()) say("is a choice of nothing");
    if (p.type != Type::choice && !p.choices.empty()) say("has choices, but is a " + type);
    std::set<std::string> choices;
    for (const Choice& c : p.choices)
      if (!choices.insert(c.name).second) say("the choice '" + c.name + "' is there twice");
    if (p.type == Type::list && p.members.size() != 1) say("a list has exactly one element type");
    if (p.type == Type::record && p.members.empty()) say("a record has at least one member");
    if (!p.index_set.empty() && p.type != Type::subset) say("has an index set, but is a " + type);
    if (p.field && p.type != Type::number) say("only a number can vary over nodes or regions, this is a " + type);
    const bool one_row = numeric(p) || p.type == Type::boolean || p.type == Type::choice || p.type == Type::subset;
    if (p.acts_at == ActsAt::evaluate && !one_row)
      say("a " + type + " cannot act at evaluation: rows hold numbers only");
    for (const Parameter& member : p.members)
      if (member.acts_at == ActsAt::evaluate) say("its '" + member.name + "' cannot act at evaluation by itself");
    if (p.inferable && !one_row) say("a " + type + " cannot be inferred or swept");
  }

  void limits(const Parameter& p) {
    if (!numeric(p) && (p.minimum || p.maximum)) say("has limits, but is not a number");
    if ((p.minimum && !std::isfinite(*p.minimum)) || (p.maximum && !std::isfinite(*p.maximum)))
      say("a limit is not finite; leave it out instead");
    if (p.minimum && p.maximum && *p.minimum > *p.maximum)
      say("its minimum " + show(*p.minimum) + " is above its maximum " + show(*p.maximum));
    if (p.usual_low.has_value() != p.usual_high.has_value()) say("its usual range has one end only");
    if (p.usual_low && p.usual_high) {
      if (*p.usual_low > *p.usual_high) say("its usual range is upside down");
      for (const double end : {*p.usual_low, *p.usual_high})
        if (!allowed(p, end)) say("its usual range reaches " + show(end) + ", which is not allowed");
    }
    if (p.log_scale && (!p.minimum || *p.minimum < 0)) say("is on a logarithmic scale: give it a minimum of 0 or more");
  }

  static bool allowed(const Parameter& p, double v) {
    if (std::isnan(v)) return false;
    if (p.minimum && (v < *p.minimum || (p.exclusive_minimum && v == *p.minimum))) return false;
    if (p.maximum && (v > *p.maximum || (p.exclusive_maximum && v == *p.maximum))) return false;
    return true;
  }

  void value(const Parameter& p, const Value& v, const std::string& what) {
    const auto wrong_type = [&] { say(what + " is not a " + std::string(word_for(p.type))); };
    switch (p.type) {
      case Type::number:
      case Type::integer:
        if (p.type == Type::integer ? !v.is<std::int64_t>() : !v.is_number()) return wrong_type();
        if (!allowed(p, v.number())) say(what + " " + show(v.number()) + " is not allowed by its own limits");
        return;
      case Type::boolean:
        if (!v.is<bool>()) wrong_type();
        return;
      case Type::text:
      case Type::path:
        if (!v.is<std::string>()) wrong_type();
        return;
      case Type::choice:
        if (!v.is<std::string>()) return wrong_type();
        if (std::none_of(p.choices.begin(), p.choices.end(), [&](const Choice& c) { return c.name == v.text(); }))
          say(what + " '" + v.text() + "' is none of its choices");
        return;
      case Type::list:
        if (!v.is<List>()) return wrong_type();
        if (p.members.size() == 1)
          for (const Value& item : v.list()) value(p.members.front(), item, what + "'s element");
        return;
      case Type::record:
        if (!v.is<Record>()) return wrong_type();
        for (const auto& entry : v.record()) {
          const std::string& key = entry.first;
          const auto member =
              std::find_if(p.members.begin(), p.members.end(), [&](const Parameter& m) { return m.name == key; });
          if (member == p.members.end())
            say(what + " has a member '" + key + "' that is not declared");
          else
            value(*member, entry.second, what + "'s member '" + key + "'");
        }
        return;
      case Type::subset:
      case Type::priors:
        if (!v.is<List>()) wrong_type();
        return;
    }
  }

  void index_set(const Descriptor& d, const Parameter& p) {
    const auto dot = p.index_set.find('.');
    if (dot == std::string::npos || dot + 1 == p.index_set.size())
      say("its index set '" + p.index_set + "' is not slot.output");
    else if (d.slot_index(p.index_set.substr(0, dot)) < 0)
      say("its index set '" + p.index_set + "' begins with '" + p.index_set.substr(0, dot) + "', which is no slot");
  }

  void slot(const Descriptor& d, const Slot& s) {
    if (s.doc.empty()) say("its doc is empty; say what it is for");
    if (s.kind.empty() && s.alternatives.empty() && s.ability.empty() && s.simulated_over.empty())
      say("accepts anything: name a kind, the outputs it needs or the interface it uses");
    for (const auto& needs : s.alternatives)
      if (needs.empty()) say("one of its alternatives needs no output");
    over_priors(d, s.simulated_over, "simulated");
    over_priors(d, s.spread_over, "spread");
    if (s.spread_over.empty()) return;
    if (!s.simulated_over.empty()) say("is both simulated and spread; it can be one of them");
    for (const Slot& other : d.slots)
      if (&other != &s && other.simulated_over == s.spread_over)
        say("is spread over '" + s.spread_over + "', over which slot " + other.name + " is simulated");
  }

  void over_priors(const Descriptor& d, const std::string& priors, const std::string& how) {
    if (priors.empty()) return;
    const int over = d.parameter_index(priors);
    if (over < 0 || d.parameters[static_cast<std::size_t>(over)].type != Type::priors)
      say("is " + how + " over '" + priors + "', which is no priors parameter of this component");
  }

  std::string where_;
};

}  // namespace

std::vector<std::string> mistakes_in(const Manifest& manifest) {
  Checker checker;
  checker.plugin(manifest);
  return std::move(checker.mistakes);
}

}  // namespace tawara
