#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "kernel/docs/site.hpp"
#include "tests/kernel/plugins/fixtures.hpp"
#include "tests/kernel/scenario/fixture.hpp"
#include "tests/kernel/temporary_folder.hpp"

using namespace tawara;
using fixtures::contains;

namespace {

using Site = std::map<std::string, std::string>;

Site site_of(const std::vector<ComponentEntry>& entries, std::span<const docs::Guide> documents = {}) {
  Site site;
  for (const docs::SiteFile& file : docs::reference_site(entries, documents)) {
    CHECK_MESSAGE(site.emplace(file.name, file.bytes).second, file.name << " is written twice");
  }
  return site;
}

bool is_page(const std::string& name) { return name.ends_with(".html"); }

std::vector<std::string> all_matches(const std::string& text, const std::regex& what) {
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), what), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

/// Links inside the site that lead nowhere, ids used twice, resources from elsewhere.
std::vector<std::string> broken_links(const Site& site) {
  std::map<std::string, std::set<std::string>> ids;
  std::vector<std::string> broken;
  for (const auto& [name, bytes] : site)
    for (const std::string& id : all_matches(bytes, std::regex(" id=\"([^\"]*)\"")))
      if (is_page(name) && !ids[name].insert(id).second) broken.push_back(name + " has two #" + id);
  const auto check = [&](const std::string& page, const std::string& href) {
    const std::size_t hash = href.find('#');
    const std::string file = hash == 0 ? page : href.substr(0, hash);
    if (!site.contains(file)) broken.push_back(page + " -> " + href);
    if (hash != href.npos && !ids[file].contains(href.substr(hash + 1))) broken.push_back(page + " -> " + href);
  };
  for (const auto& [name, bytes] : site) {
    if (!is_page(name)) continue;
    for (const std::string& href : all_matches(bytes, std::regex("<a [^>]*href=\"([^\"]*)\"")))
      if (!href.starts_with("https://") && !href.starts_with("http://")) check(name, href);
    for (const std::string& resource :
         all_matches(bytes, std::regex("<(?:link|script|img)[^>]*(?:href|src)=\"([^\"]*)\"")))
      check(name, resource);
  }
  return broken;
}

nlohmann::json index_of(const Site& site) {
  const std::string& script = site.at("search.js");
  const std::string begin = "var entries = ";
  REQUIRE(script.starts_with(begin));
  return nlohmann::json::parse(script.substr(begin.size(), script.find(";\n") - begin.size()));
}

/// Tags and what is wrong with them: each opened is closed in order.
std::string misnested(const std::string& page) {
  static const std::set<std::string> single{"meta", "link", "input", "br", "hr", "!doctype"};
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9!]+)[^>]*>");
  for (std::sregex_iterator it(page.begin(), page.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (single.contains(name)) continue;
    if ((*it)[1] == "") {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

/// A component whose every text tries to be markup. It could not be built, but a manifest can be forged.
Descriptor hostile() {
  const std::string evil = "<script>alert('x')</script>\"><img src=x onerror=alert(1)></pre></script>`</code>`";
  Descriptor d("../" + evil, evil);
  d.doc = evil + "\n\n- " + evil + "\n\n```\n" + evil + "\n```\n**" + evil + "**";
  d.citations = {evil, "https://x.org/\"><script>alert(1)</script>", "10.1000/\"><script>"};
  d.replaced_by = evil;
  d.choice(evil, evil, {{evil, evil}}).says(evil).from(evil).was(evil);
  d.number(evil + "2", evil, 1).expert().says(evil);
  d.slot(evil + "3", evil).needs(evil, evil).or_else().needs("V_m", "").offers(evil).over(evil).says(evil);
  d.slot("any", "").offers(evil).many().says(evil);
  d.output(evil, evil, evil).rows({evil}).summary_as(evil).says(evil);
  return d;
}

}  // namespace

TEST_CASE("every component has a page, the index and the search know it") {
  const Site site = site_of(components().components);
  const auto index = index_of(site);
  REQUIRE(index.size() == components().components.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    const Descriptor& d = *components().components[i].descriptor;
    const std::string page = index[i]["page"];
    REQUIRE_MESSAGE(site.contains(page), page);
    CHECK(contains(site.at(page), "<h1>" + d.name + "</h1>"));
    CHECK(contains(site.at("index.html"), "<a href=\"" + page + "\"><code>" + d.name + "</code></a>"));
    for (const Parameter& p : d.parameters) CHECK(contains(site.at(page), "id=\"param-" + p.name + "\""));
    for (const Slot& s : d.slots) CHECK(contains(site.at(page), "id=\"slot-" + s.name + "\""));
    for (const Output& o : d.outputs) CHECK(contains(site.at(page), "id=\"output-" + o.name + "\""));
  }
  CHECK(site.size() == index.size() + 3);
  CHECK(contains(index.dump(), "endo, mid, epi"));  // choices are found too
}

TEST_CASE("a page says all that the descriptor says") {
  const Catalogue catalogue = Catalogue::discover(
      {.explicit_paths = {fixtures::library("good")}, .scenario_paths = {}, .standard_places = false});
  const Site site = site_of(catalogue.components());
  const std::string& page = site.at("fixture.everything.html");
  for (const char* part :
       {"Uses every feature of a descriptor once",
        "<span class=\"maturity stable\">stable</span>",
        "fixture-good 1.2.3",
        "<p>dV_m/dt = -(I_ion + I_stim)</p>",
        "<a href=\"https://doi.org/10.7554/eLife.48890\">10.7554/eLife.48890</a>",
        "<td data-label=\"unit\">m/s</td><td data-label=\"default\"><code>0.65</code></td><td "
        "data-label=\"allowed\">&gt; 0, &lt;= 3</td><td data-label=\"usual\">0.4 .. 0.9</td><td data-label=\"acts "
        "at\">evaluate</td>",
        "Source: Table 1",
        "was <code>velocity</code>",
        "inferable, log scale, per node",
        "<em>needed</em>",
        "<dt><code>endo</code></dt><dd>inner</dd>",
        "<code>window.low</code>",
        "list of number (mV)",
        "Advanced parameters (1)",
        "one conduction instance with candidates [1], or LAT [ms] and RT [ms]",
        "No component of this reference fits.",
        "Any component that offers <code>ionic</code>",
        "summary.json as <code>APD90_ms</code>",
        "Rows: I, II",
        "n_nodes x 3",
        "No component of this reference is known to serve a slot that must be filled",
        "Every setting, with defaults"})
    CHECK_MESSAGE(contains(page, part), part);
  // Folded away, with a table of its own.
  CHECK(page.find("id=\"param-beats\"") > page.find("Advanced parameters (1)"));
  CHECK(page.find("id=\"param-speed\"") < page.find("Advanced parameters (1)"));
}

TEST_CASE("a slot names who serves it, and a component where it can go") {
  const Site site = site_of(components().components);
  const std::string& ecg = site.at("ecg.pseudo.html");
  CHECK(contains(ecg,
                 "<a href=\"propagation.reaction_eikonal.html\"><code>propagation.reaction_eikonal</code></a> by "
                 "<code>V_m</code>"));
  CHECK_FALSE(contains(ecg, "propagation.eikonal.html"));  // has LAT but no AP
  CHECK(contains(site.at("propagation.eikonal.html"),
                 "<a href=\"propagation.reaction_eikonal.html\"><code>propagation.reaction_eikonal</code></a> in <a "
                 "href=\"propagation.reaction_eikonal.html#slot-activation\"><code>activation</code></a>, for <a "
                 "href=\"#output-LAT\"><code>LAT</code></a>"));
  CHECK(contains(site.at("ionic.torord_2019.html"), "Use <a href=\"ionic.torord.html\">"));
}

TEST_CASE("every link inside the site leads somewhere, nothing comes from elsewhere, tags nest") {
  std::vector<ComponentEntry> all = components().components;
  const Catalogue catalogue = Catalogue::discover(
      {.explicit_paths = {fixtures::library("good")}, .scenario_paths = {}, .standard_places = false});
  all.insert(all.end(), catalogue.components().begin(), catalogue.components().end());
  const Site site = site_of(all);
  for (const std::string& broken : broken_links(site)) FAIL_CHECK(broken);
  for (const auto& [name, bytes] : site)
    if (is_page(name)) CHECK_MESSAGE(misnested(bytes).empty(), name << ": " << misnested(bytes));
  CHECK_FALSE(contains(site.at("search.js"), "fetch("));
  CHECK_FALSE(contains(site.at("style.css"), "url("));
}

TEST_CASE("the link checker sees what is broken") {
  CHECK(broken_links({{"a.html", "<a href=\"b.html\">"}}).size() == 1);
  CHECK(broken_links({{"a.html", "<a href=\"#x\"><p id=\"y\"><p id=\"y\">"}}).size() == 2);
  CHECK(broken_links({{"a.html", "<script src=\"https://x.org/s.js\">"}}).size() == 1);
  CHECK(broken_links({{"a.html", "<a href=\"b.html#z\">"}, {"b.html", "<p id=\"z\">"}}).empty());
  CHECK_FALSE(misnested("<p><b></p>").empty());
}

TEST_CASE("a hostile descriptor stays text everywhere") {
  const Descriptor d = hostile(), fine("fixture.fine", "innocent");
  PluginFile file;
  file.manifest.name = "<script>alert(2)</script>";
  file.manifest.version = "\"><script>";
  file.manifest.summary = file.manifest.licence = "</td><script>alert(3)</script>";
  const Site site = site_of({{&d, &file}, {&d, &file}, {&fine, &file}});
  CHECK(site.size() == 6);
  for (const auto& [name, bytes] : site) {
    CHECK(name.find('/') == name.npos);
    CHECK_FALSE(name.starts_with("."));
    if (!is_page(name)) continue;
    CHECK_MESSAGE(misnested(bytes).empty(), name << ": " << misnested(bytes));
    CHECK_FALSE(contains(bytes, "<img"));
    const auto scripts = all_matches(bytes, std::regex("(<script[^>]*>)"));
    CHECK(scripts == std::vector<std::string>{"<script src=\"search.js\">"});
    for (const std::string& href : all_matches(bytes, std::regex("href=\"([^\"]*)\"")))
      CHECK_MESSAGE(std::regex_match(href, std::regex("(https://[^\"<> ]*|[A-Za-z0-9._#-]+)")), href);
  }
  for (const std::string& broken : broken_links(site)) FAIL_CHECK(broken);
  const std::string& script = site.at("search.js");
  CHECK_FALSE(contains(script.substr(0, script.find(";\n")), "<"));
  CHECK(index_of(site)[0]["summary"] == d.summary);
}

TEST_CASE("the same components give the same bytes") {
  CHECK(site_of(components().components) == site_of(components().components));
}

TEST_CASE("documents are pages: links lead from one to another, code that names something is a link") {
  const docs::Guide guides[] = {
      {"README.md",
       "# All of it\n\nFirst words. More.\n\n## Begin here\n\nSee [the SDK](sdk/README.md#why) and "
       "[a file](sdk/x.cpp), [outside](https://x.org), `ionic.torord`, `sdk/README.md` and `sdk`.\n"},
      {"sdk/README.md",
       "# The SDK\n\n[up](../README.md), [here](#why), [tutorials](tutorials)\n\n## Why\n\nunusualword\n"},
      {"sdk/tutorials/README.md", "# Tutorials\n\n## Why\n\n## Why\n"}};
  const Site site = site_of(components().components, guides);
  for (const std::string& broken : broken_links(site)) FAIL_CHECK(broken);
  const std::string& top = site.at("guide-README.html");
  for (const char* part :
       {"<h1 id=\"all-of-it\">All of it</h1>", "<a href=\"guide-sdk.html#why\">the SDK</a> and a file",
        "<a href=\"https://x.org\">outside</a>", "<a href=\"ionic.torord.html\"><code>ionic.torord</code></a>",
        "<a href=\"guide-sdk.html\"><code>sdk/README.md</code></a> and <code>sdk</code>",
        "<li><a href=\"#begin-here\">Begin here</a></li>"})
    CHECK_MESSAGE(contains(top, part), part << "\n" << top);
  CHECK(contains(site.at("guide-sdk.html"), "<a href=\"guide-README.html\">up</a>"));
  CHECK(contains(site.at("guide-sdk.html"), "<a href=\"guide-sdk-tutorials.html\">tutorials</a>"));
  CHECK(contains(site.at("guide-sdk-tutorials.html"), "<h2 id=\"why-1\">"));
  CHECK(contains(site.at("index.html"),
                 "<a href=\"guide-README.html\"><strong>All of it</strong><span>First words</span></a>"));
  const auto entries = index_of(site);
  const auto& sdk = entries[components().components.size() + 1];
  CHECK(sdk["name"] == "The SDK");
  CHECK(sdk["parts"][0][0] == "Why");
  CHECK(contains(sdk["parts"][0][3], "unusualword"));
}

TEST_CASE("what is embedded is the tree's documents, and none of their links is broken") {
  std::size_t found = 0;
  for (const docs::Guide& guide : docs::guides()) {
    CHECK_MESSAGE(bytes_of(std::filesystem::path(TAWARA_SOURCE) / guide.path) == guide.text, guide.path);
    found += guide.path == "README.md" || guide.path == "sdk/README.md" || guide.path.starts_with("sdk/tutorials/");
  }
  CHECK(found >= 3);
  const Site site = site_of(components().components, docs::guides());
  for (const std::string& broken : broken_links(site)) FAIL_CHECK(broken);
  for (const auto& [name, bytes] : site)
    if (is_page(name)) CHECK_MESSAGE(misnested(bytes).empty(), name << ": " << misnested(bytes));
}

TEST_CASE("a hostile document stays text") {
  const std::string evil = "<script>alert('x')</script><img src=x onerror=alert(1)>";
  const std::string text = "# " + evil + "\n\n" + evil + "\n\n## " + evil + "\n\n[a](javascript:alert(1)) [b](x\"y) `" +
                           evil + "`\n\n```cpp file=" + evil + "\n" + evil + "\n```\n\n| " + evil + " |\n|---|\n| " +
                           evil + " |\n";
  const docs::Guide guides[] = {{"README.md", text}};
  const Site site = site_of({}, guides);
  for (const auto& [name, bytes] : site) {
    if (!is_page(name)) continue;
    CHECK_MESSAGE(misnested(bytes).empty(), name << ": " << misnested(bytes));
    CHECK_FALSE(contains(bytes, "<img"));
    CHECK_FALSE(contains(bytes, "javascript:"));
    CHECK(all_matches(bytes, std::regex("(<script[^>]*>)")) == std::vector<std::string>{"<script src=\"search.js\">"});
  }
  for (const std::string& broken : broken_links(site)) FAIL_CHECK(broken);
}
