#include <doctest/doctest.h>

#include <regex>

#include "../../tawara_command.hpp"
#include "../temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// The first scenario of a page, as a reader would copy it.
std::string example_on(const std::string& page) {
  const std::string begin = "<pre class=\"toml\">";
  const std::size_t at = page.find(begin, page.find("id=\"example\"")) + begin.size();
  std::string text = std::regex_replace(page.substr(at, page.find("</pre>", at) - at), std::regex("</?span[^>]*>"), "");
  for (const auto& [entity, sign] :
       {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = replaced(text, entity, sign);
  return text;
}

/// One cell for a few beats: cheap enough to be run, not only checked. protocol.quiet asks its experiment how long to
/// watch.
bool is_cheap(const std::string& component) {
  if (component == "protocol.quiet") return false;
  for (const char* kind : {"ionic.", "protocol.", "drug."})
    if (component.starts_with(kind)) return true;
  return false;
}

}  // namespace

TEST_CASE("the example on every page of our own plugins is a scenario that loads, and the cheap ones run") {
  const TemporaryFolder temporary;
  const fs::path site = temporary.path() / "site";
  const CommandResult made = tawara_command("docs '" + site.string() + "'");
  REQUIRE_MESSAGE(made.code == 0, made.err);
  std::size_t checked = 0, run = 0;
  for (const auto& entry : fs::directory_iterator(site)) {
    const std::string component = entry.path().stem().string();
    if (entry.path().extension() != ".html" || component == "index" || component.starts_with("guide-")) continue;
    const std::string page = bytes_of(entry.path());
    if (page.find("so there is no whole scenario") != std::string::npos) continue;  // its plugins were not built
    const std::string text = example_on(page);
    const fs::path scenario = temporary.write(component + ".toml", text);
    const CommandResult result = tawara_command("check '" + scenario.string() + "'");
    CHECK_MESSAGE(result.code == 0, component << '\n' << text << result.out << result.err);
    ++checked;
    if (!is_cheap(component)) continue;
    const CommandResult done =
        tawara_command("run '" + scenario.string() + "' --output '" + (temporary.path() / component).string() + "'");
    CHECK_MESSAGE(done.code == 0, component << '\n' << text << done.out << done.err);
    ++run;
  }
  CHECK(checked > 0);
  CHECK(run > 0);
}
