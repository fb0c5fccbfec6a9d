#include "kernel/docs/site.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "kernel/cli/descriptor_words.hpp"
#include "kernel/docs/assets.hpp"
#include "kernel/docs/component_page.hpp"
#include "kernel/docs/guide_page.hpp"
#include "kernel/docs/html.hpp"
#include "kernel/docs/page.hpp"

namespace tawara::docs {
namespace {

std::vector<std::string> page_names(const std::vector<ComponentEntry>& components) {
  std::vector<std::string> names;
  std::set<std::string> taken{"index.html"};
  for (const ComponentEntry& c : components) {
    const std::string wish = safe_name(c.descriptor->name).substr(0, 100);
    std::string name = wish + ".html";
    // Two plugins may offer components of one name.
    if (taken.contains(name)) name = wish + "--" + safe_name(c.plugin->manifest.name).substr(0, 100) + ".html";
    for (int n = 2; taken.contains(name); ++n) name = wish + "--" + std::to_string(n) + ".html";
    taken.insert(name);
    names.push_back(name);
  }
  return names;
}

std::string index_page(const std::vector<ComponentEntry>& components, const std::vector<std::string>& pages,
                       const std::vector<GuidePage>& guides) {
  std::map<std::string, std::vector<std::size_t>> by_kind;
  std::map<std::string, const Manifest*> plugins;
  for (std::size_t i = 0; i < components.size(); ++i) {
    by_kind[std::string(components[i].descriptor->kind())].push_back(i);
    const Manifest& m = components[i].plugin->manifest;
    plugins[m.name + ' ' + m.version] = &m;
  }
  std::string s =
      "<h1 id=\"top\">Tawara</h1>\n<p class=\"summary\">Simulation of the heart's electrophysiology from scenario "
      "files.</p>\n" +
      guide_overview(guides) +
      "<h2 id=\"components\">Components</h2>\n<p>Everything that can stand in a scenario, by kind. The same in a "
      "terminal: "
      "<code>tawara describe NAME</code>.</p>\n<ul class=\"kinds\">\n";
  for (const auto& [kind, members] : by_kind)
    s += "<li>" + html_link("#kind-" + safe_name(kind), html_text(kind)) + " <span class=\"type\">" +
         std::to_string(members.size()) + "</span></li>\n";
  s += "</ul>\n";
  for (const auto& [kind, members] : by_kind) {
    s += "<h3 id=\"kind-" + safe_name(kind) + "\">" + html_text(kind) +
         "</h3>\n<div class=\"wide\"><table class=\"overview\"><thead><tr><th scope=\"col\">component</th><th "
         "scope=\"col\">what it "
         "is</th><th scope=\"col\">maturity</th><th scope=\"col\">plugin</th></tr></thead><tbody>\n";
    for (const std::size_t i : members) {
      const Descriptor& d = *components[i].descriptor;
      const Manifest& m = components[i].plugin->manifest;
      const std::string maturity(word_for(d.maturity));
      s += "<tr><th scope=\"row\">" + html_link(pages[i], html_code(d.name)) + "</th><td class=\"meaning\">" +
           html_cited(d.summary) + "</td><td><span class=\"maturity " + maturity + "\">" + maturity +
           "</span></td><td>" + html_text(m.name + ' ' + m.version) + "</td></tr>\n";
    }
    s += "</tbody></table></div>\n";
  }
  s += "<h2 id=\"plugins\">Plugins</h2>\n<div class=\"wide\"><table class=\"overview\"><thead><tr><th "
       "scope=\"col\">plugin</th><th "
       "scope=\"col\">version</th><th scope=\"col\">what it offers</th><th scope=\"col\">licence</th></tr></thead>"
       "<tbody>\n";
  for (const auto& [key, m] : plugins)
    s += "<tr><th scope=\"row\">" + html_code(m->name) + "</th><td>" + html_text(m->version) +
         "</td><td class=\"meaning\">" + html_cited(m->summary) + "</td><td>" + html_text(m->licence) + "</td></tr>\n";
  return s + "</tbody></table></div>\n";
}

/// What search.js looks through, as a script: a page opened from a file may not fetch anything. Of a document, the
/// words below each heading are searched too.
std::string search_index(const std::vector<ComponentEntry>& components, const std::vector<std::string>& pages,
                         const std::vector<GuidePage>& guides) {
  using Json = nlohmann::ordered_json;
  Json all = Json::array();
  for (std::size_t i = 0; i < components.size(); ++i) {
    const Descriptor& d = *components[i].descriptor;
    Json parts = Json::array();
    for (const auto& [name, p] : with_members(d.parameters))
      parts.push_back(p->choices.empty() ? Json{name, anchor("param", name), first_line(p->doc)}
                                         : Json{name, anchor("param", name), first_line(p->doc), allowed_words(*p)});
    for (const Slot& slot : d.slots) parts.push_back({slot.name, anchor("slot", slot.name), first_line(slot.doc)});
    for (const Output& o : d.outputs) parts.push_back({o.name, anchor("output", o.name), first_line(o.doc)});
    all.push_back({{"name", d.name}, {"page", pages[i]}, {"summary", d.summary}, {"parts", parts}});
  }
  for (const GuidePage& guide : guides) {
    Json parts = Json::array();
    std::string opening;
    for (const auto& section : guide.content.sections) {
      if (section.level <= 1)
        opening += section.text;
      else
        parts.push_back({section.heading, section.id, "", section.text});
    }
    all.push_back(
        {{"name", guide.title}, {"page", guide.file}, {"summary", guide.summary}, {"text", opening}, {"parts", parts}});
  }
  std::string out = "var entries = ";
  for (const char c : all.dump(0, ' ', true, Json::error_handler_t::replace)) {
    if (c == '\n') continue;
    out += c == '<' ? "\\u003c" : std::string(1, c);
  }
  return out + ";\n";
}

}  // namespace

std::vector<SiteFile> reference_site(const std::vector<ComponentEntry>& components, std::span<const Guide> documents) {
  const Reference reference{components, page_names(components), Examples(components)};
  std::map<std::string, std::string> page_of;
  for (std::size_t i = 0; i < components.size(); ++i)
    page_of.emplace(components[i].descriptor->name, reference.pages[i]);
  const std::vector<GuidePage> guides = guide_pages(documents, page_of);

  std::vector<SiteFile> files;
  files.push_back({"index.html", page("Tawara", index_page(components, reference.pages, guides))});
  for (const GuidePage& guide : guides)
    files.push_back({guide.file, page(guide.title + " - Tawara", guide_body(guide))});
  for (std::size_t i = 0; i < components.size(); ++i)
    files.push_back(
        {reference.pages[i], page(components[i].descriptor->name + " - Tawara", component_page(reference, i))});
  files.push_back({"search.js", search_index(components, reference.pages, guides) + std::string(search_script)});
  files.push_back({"style.css", std::string(style_sheet)});
  return files;
}

}  // namespace tawara::docs
