#include "kernel/docs/guide_page.hpp"

#include <algorithm>
#include <filesystem>

#include "kernel/docs/html.hpp"

namespace tawara::docs {
namespace {

std::string file_for(const std::string& path) {
  std::string name = path.substr(0, path.size() - (path.ends_with(".md") ? 3 : 0));
  if (name.ends_with("/README")) name.resize(name.size() - 7);
  std::string file = "guide-";
  for (const char c : name) file += c == '/' ? "-" : safe_name(std::string(1, c));
  return file + ".html";
}

bool is_tutorial(const GuidePage& g) { return g.path.starts_with("sdk/tutorials/"); }

/// The first sentences of a text, for lists.
std::string beginning(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return "";
  std::size_t end = text.find(". ", begin);
  if (end == text.npos || end - begin > 220)
    end = std::min(text.find(' ', std::min(begin + 160, text.size())), text.size());
  std::string words = text.substr(begin, end - begin);
  while (words.ends_with(' ') || words.ends_with(':')) words.pop_back();
  return words;
}

/// "sdk/README.md" or a folder, as one document's link or word names it; "" when it is none of them.
std::string page_of(const std::vector<GuidePage>& guides, const std::filesystem::path& path) {
  std::string wanted = path.lexically_normal().string();
  while (wanted.ends_with('/')) wanted.pop_back();
  for (const GuidePage& g : guides)
    if (g.path == wanted || g.path == wanted + "/README.md") return g.file;
  return "";
}

bool is_fragment(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

std::string list_of(const std::vector<const GuidePage*>& guides) {
  std::string s = "<ul class=\"guides\">\n";
  for (const GuidePage* g : guides)
    s += "<li><a href=\"" + g->file + "\"><strong>" + html_text(g->title) + "</strong><span>" + html_text(g->summary) +
         "</span></a></li>\n";
  return s + "</ul>\n";
}

}  // namespace

std::vector<GuidePage> guide_pages(std::span<const Guide> guides,
                                   const std::map<std::string, std::string>& components) {
  std::vector<GuidePage> pages;
  for (const Guide& g : guides) pages.push_back({std::string(g.path), file_for(std::string(g.path)), "", "", {}});
  for (std::size_t i = 0; i < pages.size(); ++i) {
    GuidePage& page = pages[i];
    const auto folder = std::filesystem::path(page.path).parent_path();
    page.content = render_markdown(guides[i].text, [&](const std::string& target, bool is_code) -> std::string {
      if (is_code) {
        if (const auto found = components.find(target); found != components.end()) return found->second;
        const bool names_document = target.ends_with(".md") || target.find('/') != target.npos;
        const std::string other = names_document ? page_of(pages, target) : "";
        return other == page.file ? "" : other;
      }
      if (target.starts_with("https://") || target.starts_with("http://"))
        return target.find_first_of("\"<> ") == target.npos ? html_text(target) : "";
      const std::size_t hash = std::min(target.find('#'), target.size());
      const std::string fragment = hash < target.size() ? target.substr(hash + 1) : "";
      const std::string file = hash == 0 ? "" : page_of(pages, folder / target.substr(0, hash));
      if ((hash > 0 && file.empty()) || (!fragment.empty() && !is_fragment(fragment))) return "";
      return file + (fragment.empty() ? "" : "#" + fragment);
    });
    page.title = page.path;
    for (const auto& section : page.content.sections) {
      if (section.level != 1) continue;
      page.title = section.heading;
      page.summary = beginning(section.text);
      break;
    }
  }
  return pages;
}

std::string guide_body(const GuidePage& guide) {
  std::string contents;
  for (const auto& s : guide.content.sections)
    if (s.level == 2) contents += "<li>" + html_link("#" + s.id, html_text(s.heading)) + "</li>\n";
  const std::string group = is_tutorial(guide) ? "Tutorials" : "Guides";
  return "<div class=\"guide\">\n" +
         (contents.empty() ? ""
                           : "<nav class=\"contents\" aria-label=\"On this page\"><p>On this page</p><ul>\n" +
                                 contents + "</ul></nav>\n") +
         "<article>\n<p class=\"crumbs\">" +
         html_link(is_tutorial(guide) ? "index.html#tutorials" : "index.html#guides", group) +
         " <span class=\"fine\">" + html_text(guide.path) + "</span></p>\n" + guide.content.html +
         "</article>\n</div>\n";
}

std::string guide_overview(const std::vector<GuidePage>& guides) {
  if (guides.empty()) return "";
  std::vector<const GuidePage*> first, tutorials, inside;
  for (const GuidePage& g : guides) {
    const bool of_users = g.path == "README.md" || g.path == "CHANGELOG.md" || g.path.starts_with("sdk/");
    (is_tutorial(g) ? tutorials : of_users ? first : inside).push_back(&g);
  }
  std::string s = "<h2 id=\"guides\">Guides</h2>\n" + list_of(first);
  if (!tutorials.empty()) s += "<h2 id=\"tutorials\">Tutorials: a component of your own</h2>\n" + list_of(tutorials);
  if (!inside.empty())
    s += "<details><summary>How the parts are made, and why (" + std::to_string(inside.size()) + ")</summary>\n" +
         list_of(inside) + "</details>\n";
  return s;
}

}  // namespace tawara::docs
