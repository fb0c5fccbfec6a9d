#include <doctest/doctest.h>

#include <set>

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
  std::string text = page.substr(at, page.find("</pre>", at) - at);
  for (const auto& [entity, sign] :
       {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = replaced(text, entity, sign);
  return text;
}

}  // namespace

TEST_CASE("the example on every page of our own plugins is a scenario that loads") {
  // What these need is one of several settings, which no descriptor can say.
  const std::set<std::string> ask_for_more{"drug.hill_block", "protocol.voltage_clamp"};
  const TemporaryFolder temporary;
  const fs::path site = temporary.path() / "site";
  const CommandResult made = tawara_command("docs '" + site.string() + "'");
  REQUIRE_MESSAGE(made.code == 0, made.err);
  std::size_t checked = 0;
  for (const auto& entry : fs::directory_iterator(site)) {
    const std::string component = entry.path().stem().string();
    if (entry.path().extension() != ".html" || component == "index") continue;
    const std::string page = bytes_of(entry.path());
    if (page.find("so there is no whole scenario") != std::string::npos) continue;  // its plugins were not built
    const fs::path scenario = temporary.write(component + ".toml", example_on(page));
    const CommandResult result = tawara_command("check '" + scenario.string() + "'");
    if (ask_for_more.contains(component)) {
      CHECK_MESSAGE(result.code == 3, component << " loads: take it off the list");
      CHECK(result.out.find(component.substr(component.find('.') + 1) + '.') != std::string::npos);
    } else {
      CHECK_MESSAGE(result.code == 0, component << '\n' << result.out << result.err);
    }
    ++checked;
  }
  CHECK(checked > 0);
}
