#include <doctest/doctest.h>

#include "kernel/docs/highlight.hpp"
#include "kernel/docs/markdown.hpp"

using namespace tawara::docs;

namespace {

std::string html_of(const std::string& markdown) {
  return render_markdown(markdown, [](const std::string&, bool) { return std::string(); }).html;
}

}  // namespace

TEST_CASE("headings have ids, paragraphs their DOIs, tables their cells") {
  CHECK(html_of("## A plugin's `x.cpp`\n") ==
        "<h2 id=\"a-plugins-xcpp\">A plugin&#39;s <code>x.cpp</code> <a class=\"anchor\" href=\"#a-plugins-xcpp\" "
        "aria-label=\"Link to here\">#</a></h2>\n");
  CHECK(html_of("see 10.7554/eLife.48890 *now*") ==
        "<p>see <a href=\"https://doi.org/10.7554/eLife.48890\">10.7554/eLife.48890</a> <em>now</em></p>\n");
  CHECK(html_of("| a | b |\n|---|---|\n| 1 | `2` |\n") ==
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>\n</thead><tbody>\n"
        "<tr><td>1</td><td><code>2</code></td></tr>\n</tbody></table></div>\n");
  CHECK(html_of("1. one\n2. two\n\n> said\n") ==
        "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n<blockquote>\n<p>said</p>\n</blockquote>\n");
}

TEST_CASE("a block of code says what its tags mean, and shows no tags") {
  CHECK(html_of("```csv file=src/x.csv\na < b\n```\n") ==
        "<div class=\"code\"><p class=\"caption\">src/x.csv</p><pre class=\"csv\">a &lt; b\n</pre></div>\n");
  CHECK(html_of("```sh skip=\"why\"\nls\n```\n") == "<div class=\"code\"><pre class=\"sh\">ls\n</pre></div>\n");
  CHECK(html_of("```sh fails\nls\n```\n").find("<p class=\"caption\">fails</p>") != std::string::npos);
  CHECK(html_of("```text\nx\n```\n").find("<p class=\"caption\">prints</p>") != std::string::npos);
}

TEST_CASE("sections keep their words for the search") {
  const auto page = render_markdown("# T\n\nfirst `code`\n\n## U\n\n```sh\nls\n```\n",
                                    [](const std::string&, bool) { return std::string(); });
  REQUIRE(page.sections.size() == 3);
  CHECK(page.sections[1].heading == "T");
  CHECK(page.sections[1].text.find("first code") != std::string::npos);
  CHECK(page.sections[2].id == "u");
  CHECK(page.sections[2].text.find("ls") != std::string::npos);
}

TEST_CASE("code keeps its every character, marked by what it is") {
  CHECK(highlighted("ls \"a b\" # <x>\necho a#b\n", "sh") ==
        "ls <span class=\"s\">&quot;a b&quot;</span> <span class=\"c\"># &lt;x&gt;</span>\necho a#b\n");
  CHECK(highlighted("[cell]\nbeats = 3  # n\nok = true", "toml") ==
        "<span class=\"k\">[cell]</span>\n<span class=\"a\">beats</span> = <span class=\"n\">3</span>  <span "
        "class=\"c\"># n</span>\n<span class=\"a\">ok</span> = <span class=\"k\">true</span>");
  CHECK(highlighted("#include \"x\"\nint a = 1e-3;  // b", "cpp") ==
        "<span class=\"k\">#include</span> <span class=\"s\">&quot;x&quot;</span>\n<span class=\"k\">int</span> a = "
        "<span "
        "class=\"n\">1e-3</span>;  <span class=\"c\">// b</span>");
  CHECK(highlighted("a < \"b\n", "plain") == "a &lt; &quot;b\n");
  CHECK(highlighted("x = \"unfinished", "toml") ==
        "<span class=\"a\">x</span> = <span class=\"s\">&quot;unfinished</span>");
}
