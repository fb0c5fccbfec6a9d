#include "kernel/docs/component_page.hpp"

#include <algorithm>

#include "kernel/cli/descriptor_words.hpp"
#include "kernel/docs/fit.hpp"
#include "kernel/docs/highlight.hpp"
#include "kernel/docs/html.hpp"
#include "kernel/plugins/manifest.hpp"

namespace tawara::docs {
namespace {

std::string heading(const std::string& id, const std::string& text) {
  return "<h2 id=\"" + id + "\">" + html_text(text) + "</h2>\n";
}

std::string component_link(const Reference& r, std::size_t i) {
  return html_link(r.pages[i], html_code(r.components[i].descriptor->name));
}

std::string when_words(const Parameter& p) { return std::string(word_for(p.acts_at)); }

/// What the other columns do not say.
std::string further_flags(const Parameter& p) {
  Parameter rest = p;
  rest.acts_at = ActsAt::prepare;
  rest.advanced = false;
  return flag_words(rest);
}

std::string choices_html(const Parameter& p) {
  if (p.choices.empty()) return "";
  std::string s = "<dl class=\"choices\">";
  for (const Choice& c : p.choices)
    s += "<div><dt>" + html_code(c.name) + "</dt><dd>" + html_line(c.doc) + "</dd></div>";
  return s + "</dl>\n";
}

bool is_member(const NamedParameter& p) { return p.name != p.parameter->name; }

std::string parameter_row(const NamedParameter& named) {
  const Parameter& p = *named.parameter;
  const std::string id = anchor("param", named.name), flags = further_flags(p), unit = unit_words(p);
  std::string s = "<tr id=\"" + id + "\"" + (is_member(named) ? " class=\"member\"" : "") +
                  "><th scope=\"row\"><a href=\"#" + id + "\">" + html_code(named.name) + "</a><span class=\"type\">" +
                  html_text(type_words(p)) + "</span></th>";
  const auto cell = [&](const std::string& label, const std::string& html) {
    s += "<td data-label=\"" + label + "\">" + html + "</td>";
  };
  cell("unit", unit == "1" ? "" : html_text(unit));
  const std::string standard = default_words(p);
  cell("default", standard.front() == '(' ? "<em>" + html_text(standard.substr(1, standard.size() - 2)) + "</em>"
                                          : html_code(standard));
  cell("allowed", html_text(p.choices.empty() ? allowed_words(p) : "one of " + std::to_string(p.choices.size())));
  cell("usual", html_text(usual_words(p)));
  cell("acts at", when_words(p));
  std::string meaning = html_doc(p.doc) + choices_html(p);
  if (!flags.empty()) meaning += "<p class=\"fine\">" + html_text(flags) + "</p>";
  if (!p.renamed_from.empty()) meaning += "<p class=\"fine\">was " + html_code(p.renamed_from) + "</p>";
  if (!p.source.empty()) meaning += "<p class=\"fine\">Source: " + html_cited(p.source) + "</p>";
  s += "<td class=\"meaning\">" + meaning + "</td></tr>\n";
  return s;
}

std::string parameter_table(const std::vector<NamedParameter>& parameters) {
  std::string s =
      "<div class=\"wide\"><table class=\"parameters\"><thead><tr><th scope=\"col\">name</th><th "
      "scope=\"col\">unit</th><th scope=\"col\">default</th><th scope=\"col\">allowed</th><th "
      "scope=\"col\">usual</th><th scope=\"col\">acts at</th><th scope=\"col\">meaning</th></tr></thead><tbody>\n";
  for (const NamedParameter& p : parameters) s += parameter_row(p);
  return s + "</tbody></table></div>\n";
}

std::string parameters_html(const Descriptor& d) {
  if (d.parameters.empty()) return "";
  std::vector<NamedParameter> plain, advanced;
  bool is_advanced = false;
  for (const NamedParameter& p : with_members(d.parameters)) {
    if (!is_member(p)) is_advanced = p.parameter->advanced;  // members go with their record
    (is_advanced ? advanced : plain).push_back(p);
  }
  std::string s = heading("parameters", "Parameters");
  if (!plain.empty()) s += parameter_table(plain);
  if (!advanced.empty())
    s += "<details><summary>Advanced parameters (" + std::to_string(advanced.size()) + ")</summary>\n" +
         parameter_table(advanced) + "</details>\n";
  return s;
}

/// Components that may stand in the slot, by the alternative they serve.
std::string served_by(const Reference& r, const Slot& slot) {
  if (takes_anything(slot))
    return slot.ability.empty() ? "<p class=\"fine\">Any component.</p>\n"
                                : "<p class=\"fine\">Any component that offers " + html_code(slot.ability) +
                                      "; whether it does is seen when it is prepared.</p>\n";
  std::string links;
  for (std::size_t i = 0; i < r.components.size(); ++i) {
    const auto served = alternative_served(slot, *r.components[i].descriptor);
    if (!served) continue;
    links += "<li>" + component_link(r, i);
    if (slot.alternatives.size() > 1) {
      std::string with;
      for (const OutputNeed& n : slot.alternatives[*served]) with += (with.empty() ? " by " : ", ") + html_code(n.name);
      links += with;
    }
    links += "</li>";
  }
  if (links.empty()) return "<p class=\"fine\">No component of this reference fits.</p>\n";
  return "<p class=\"fine\">Served by</p><ul class=\"links\">" + links + "</ul>\n";
}

std::string slots_html(const Reference& r, const Descriptor& d) {
  if (d.slots.empty()) return "";
  std::string s = heading("slots", "Slots") + "<p class=\"fine\">A slot takes the name of another instance.</p>\n";
  for (const Slot& slot : d.slots) {
    const std::string id = anchor("slot", slot.name);
    s += "<section id=\"" + id + "\"><h3><a href=\"#" + id + "\">" + html_code(slot.name) +
         "</a> <span class=\"type\">" + html_text(slot_words(slot)) + "</span></h3>\n" + html_doc(slot.doc) +
         served_by(r, slot) + "</section>\n";
  }
  return s;
}

std::string outputs_html(const Descriptor& d) {
  if (d.outputs.empty()) return "";
  std::string s = heading("outputs", "Outputs") +
                  "<div class=\"wide\"><table><thead><tr><th scope=\"col\">name</th><th scope=\"col\">unit</th><th "
                  "scope=\"col\">shape</th><th scope=\"col\">made at</th><th scope=\"col\">shown</th><th "
                  "scope=\"col\">meaning</th></tr></thead><tbody>\n";
  for (const Output& o : d.outputs) {
    const std::string id = anchor("output", o.name);
    const bool text = o.table && o.hint == Hint::scalar;
    std::string shown = o.hint == Hint::none ? "" : html_text(std::string(word_for(o.hint)));
    if (o.hint == Hint::scalar) shown = "summary.json as " + html_code(o.summary_key.empty() ? o.name : o.summary_key);
    std::string labels;
    for (const std::string& label : o.labels) labels += (labels.empty() ? "" : ", ") + label;
    s += "<tr id=\"" + id + "\"><th scope=\"row\"><a href=\"#" + id + "\">" + html_code(o.name) + "</a></th><td>" +
         (o.table || o.unit == "1" ? "" : html_text(o.unit)) + "</td><td>" +
         html_text(text              ? "one text"
                   : o.table         ? "table"
                   : o.shape.empty() ? "one number"
                                     : o.shape) +
         "</td><td>" + (o.constant ? "prepare" : "evaluate") + "</td><td>" + shown + "</td><td class=\"meaning\">" +
         html_doc(o.doc) + (labels.empty() ? "" : "<p class=\"fine\">Rows: " + html_text(labels) + "</p>") +
         "</td></tr>\n";
  }
  return s + "</tbody></table></div>\n";
}

/// Slots of other components that this one serves. Slots that take anything would be everywhere, and are left out.
std::string users_html(const Reference& r, const Descriptor& d) {
  std::string rows;
  for (std::size_t i = 0; i < r.components.size(); ++i)
    for (const Slot& slot : r.components[i].descriptor->slots) {
      const auto served = alternative_served(slot, d);
      if (takes_anything(slot) || !served) continue;
      std::string outputs;
      if (!slot.alternatives.empty())
        for (const OutputNeed& n : slot.alternatives[*served])
          outputs += (outputs.empty() ? "" : ", ") + html_link("#" + anchor("output", n.name), html_code(n.name));
      rows += "<li>" + component_link(r, i) + " in " +
              html_link(r.pages[i] + "#" + anchor("slot", slot.name), html_code(slot.name)) +
              (outputs.empty() ? "" : ", for " + outputs) + "</li>\n";
    }
  if (rows.empty()) return "";
  return heading("used-by", "What can use it") + "<ul>\n" + rows + "</ul>\n";
}

std::string example_html(const Reference& r, std::size_t component) {
  const Descriptor& d = *r.components[component].descriptor;
  std::string s = heading("example", "In a scenario");
  if (const auto scenario = r.examples.scenario(component))
    s += "<p class=\"fine\">The least that loads. A component may ask for more when it is made, and then says "
         "so.</p>\n" +
         code_block(*scenario, "toml");
  else
    s += "<p class=\"fine\">No component of this reference is known to serve a slot that must be filled (which "
         "interfaces one offers shows only when it is prepared), so there is no whole scenario.</p>\n";
  return s + "<details><summary>Every setting, with defaults</summary>\n" + code_block(toml_block(d), "toml") +
         "</details>\n";
}

}  // namespace

std::string anchor(const std::string& what, const std::string& name) { return what + "-" + safe_name(name); }

std::string component_page(const Reference& r, std::size_t component) {
  const Descriptor& d = *r.components[component].descriptor;
  const Manifest& plugin = r.components[component].plugin->manifest;
  const std::string kind(d.kind()), maturity(word_for(d.maturity));
  std::string s = "<p class=\"crumbs\">" + html_link("index.html#kind-" + safe_name(kind), html_text(kind)) +
                  "</p>\n<h1>" + html_text(d.name) + "</h1>\n<p class=\"summary\">" + html_text(d.summary) +
                  "</p>\n<p class=\"fine\"><span class=\"maturity " + maturity + "\">" + maturity + "</span> plugin " +
                  html_text(plugin.name + ' ' + plugin.version) +
                  (plugin.licence.empty() ? "" : ", " + html_text(plugin.licence)) + "</p>\n";
  if (!d.replaced_by.empty()) {
    const auto other = std::find_if(r.components.begin(), r.components.end(),
                                    [&](const ComponentEntry& c) { return c.descriptor->name == d.replaced_by; });
    s += "<p><strong>Use " +
         (other == r.components.end()
              ? html_code(d.replaced_by)
              : component_link(r, static_cast<std::size_t>(std::distance(r.components.begin(), other)))) +
         " instead.</strong></p>\n";
  }
  s += html_doc(d.doc) + example_html(r, component) + parameters_html(d) + slots_html(r, d) + outputs_html(d) +
       users_html(r, d);
  if (!d.citations.empty()) {
    s += heading("citations", "Cite") + "<ul>\n";
    for (const std::string& c : d.citations) s += "<li>" + html_cited(c) + "</li>\n";
    s += "</ul>\n";
  }
  return s;
}

}  // namespace tawara::docs
