#include "kernel/cli/descriptor_words.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "kernel/plugins/manifest.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara {

namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

/// A limit: whole numbers without their ".0".
std::string shown(double v) {
  std::string text = scenario::toml_text(Value(v));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string comment(const Parameter& p) {
  std::string text;
  const auto add = [&](const std::string& part) { text += part.empty() ? "" : (text.empty() ? "" : "; ") + part; };
  if (p.default_value.empty()) add(p.optional ? "optional" : "needed");
  if (const std::string unit = unit_words(p); unit != "1") add(unit);
  add(allowed_words(p));
  if (p.type != Type::number && p.type != Type::integer && p.type != Type::choice) add(type_words(p));
  add(first_line(p.doc));
  return text;
}

void add(const std::vector<Parameter>& parameters, const std::string& prefix, std::vector<NamedParameter>& all) {
  for (const Parameter& p : parameters) {
    all.push_back({prefix + p.name, &p});
    if (p.type == Type::record) add(p.members, prefix + p.name + '.', all);
    if (p.type == Type::list && p.members.size() == 1 && p.members[0].type == Type::record)
      add(p.members[0].members, prefix + p.name + "[].", all);
  }
}

}  // namespace

std::string type_words(const Parameter& p) {
  std::string text(word_for(p.type));
  if (p.type == Type::list && p.members.size() == 1) {
    text += " of " + type_words(p.members[0]);
    if (const std::string unit = unit_words(p.members[0]); !unit.empty()) text += " (" + unit + ")";
  }
  return text;
}

std::string default_words(const Parameter& p) {
  if (!p.default_value.empty()) return scenario::toml_text(p.default_value);
  return p.optional ? "(none)" : "(needed)";
}

std::string allowed_words(const Parameter& p) {
  std::vector<std::string> words;
  for (const Choice& c : p.choices) words.push_back(c.name);
  if (p.minimum) words.push_back((p.exclusive_minimum ? "> " : ">= ") + shown(*p.minimum));
  if (p.maximum) words.push_back((p.exclusive_maximum ? "< " : "<= ") + shown(*p.maximum));
  if (!p.index_set.empty()) words.push_back("ids of " + p.index_set);
  return joined(words, ", ");
}

std::string usual_words(const Parameter& p) {
  return p.usual_low && p.usual_high ? shown(*p.usual_low) + " .. " + shown(*p.usual_high) : "";
}

std::string unit_words(const Parameter& p) { return p.type == Type::number ? p.unit : ""; }

std::string flag_words(const Parameter& p) {
  std::vector<std::string> words;
  if (p.inferable) words.push_back("inferable");
  if (p.acts_at == ActsAt::evaluate) words.push_back("per evaluation");
  if (p.log_scale) words.push_back("log scale");
  if (p.field) words.push_back("per node");
  if (p.advanced) words.push_back("advanced");
  if (!p.changes_results) words.push_back("results do not depend on it");
  return joined(words, ", ");
}

std::string slot_words(const Slot& s) {
  std::string text = s.how_many == HowMany::one ? "one" : s.how_many == HowMany::many ? "any number of" : "at most one";
  if (!s.kind.empty()) text += ' ' + s.kind;
  text += s.how_many == HowMany::many ? " instances" : " instance";
  std::vector<std::string> alternatives;
  for (const auto& needs : s.alternatives) {
    std::vector<std::string> all;
    for (const OutputNeed& n : needs) all.push_back(n.unit.empty() ? n.name : n.name + " [" + n.unit + "]");
    alternatives.push_back(joined(all, " and "));
  }
  if (!alternatives.empty()) text += " with " + joined(alternatives, ", or ");
  if (!s.ability.empty()) text += (alternatives.empty() ? " offering '" : ", offering '") + s.ability + "'";
  if (!s.simulated_over.empty()) text += ", simulated over " + s.simulated_over;
  if (!s.spread_over.empty()) text += ", spread over " + s.spread_over;
  return text;
}

std::string output_words(const Output& o) {
  std::string text = o.table && o.hint == Hint::scalar ? "one text"
                     : o.table                         ? "table"
                               : (o.shape.empty() ? "one number" : o.shape) + " [" + o.unit + "]";
  if (o.constant) text += ", constant";
  if (o.hint == Hint::scalar)
    text += ", in summary.json as " + (o.summary_key.empty() ? o.name : o.summary_key);
  else if (o.hint != Hint::none)
    text += ", shown as " + std::string(word_for(o.hint));
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::vector<NamedParameter> with_members(const std::vector<Parameter>& parameters) {
  std::vector<NamedParameter> all;
  add(parameters, "", all);
  return all;
}

std::string toml_block(const Descriptor& d) {
  std::vector<std::array<std::string, 2>> lines;  // what TOML reads, and the comment behind it
  for (const Slot& s : d.slots) {
    const std::string value = '"' + (s.kind.empty() ? s.name : s.kind) + '"';
    lines.push_back({(s.how_many == HowMany::optional ? "# " : "") + s.name + " = " +
                         (s.how_many == HowMany::many ? '[' + value + ']' : value),
                     "name of " + slot_words(s)});
  }
  for (const Parameter& p : d.parameters)
    lines.push_back(
        {p.default_value.empty() ? "# " + p.name + " = " : p.name + " = " + scenario::toml_text(p.default_value),
         comment(p)});
  std::size_t width = 0;
  for (const auto& line : lines)
    if (line[0].size() <= 40) width = std::max(width, line[0].size());
  std::string text = '[' + d.name.substr(d.name.find('.') + 1) + "]   # " + d.summary + "\nuse = \"" + d.name + "\"\n";
  for (const auto& [code, words] : lines)
    text +=
        code + std::string(width - std::min(width, code.size()), ' ') + (words.empty() ? "" : "  # " + words) + '\n';
  return text;
}

}  // namespace tawara
