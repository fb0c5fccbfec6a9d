#include <doctest/doctest.h>

#include "kernel/docs/html.hpp"

using namespace tawara::docs;

TEST_CASE("text loses its power as markup, in attributes too") {
  CHECK(html_text("<b a=\"1\" b='2'>&amp;") == "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;");
}

TEST_CASE("a DOI becomes a link, however it is written, without the sentence around it") {
  const std::string link = "<a href=\"https://doi.org/10.7554/eLife.48890\">10.7554/eLife.48890</a>";
  CHECK(html_cited("10.7554/eLife.48890") == link);
  CHECK(html_cited("Tomek 2019, doi:10.7554/eLife.48890.") == "Tomek 2019, doi:" + link + ".");
  CHECK(html_cited("(10.7554/eLife.48890), eq. 3") == "(" + link + "), eq. 3");
  CHECK(html_cited("10.1016/S0006-3495(68)86541-4") ==
        "<a href=\"https://doi.org/10.1016/S0006-3495(68)86541-4\">10.1016/S0006-3495(68)86541-4</a>");
  CHECK(html_cited("10.1000/a\"<#b") == "<a href=\"https://doi.org/10.1000/a%22%3C%23b\">10.1000/a&quot;&lt;#b</a>");
}

TEST_CASE("what only looks like a DOI stays text") {
  for (const char* text : {"110.7554/x", "10.75/x", "10.7554", "10.7554/", "1.10.7554/x", "10. 7554/x"})
    CHECK(html_cited(text) == text);
}

TEST_CASE("web addresses become links, other schemes do not") {
  CHECK(html_cited("see https://biosig.sourceforge.net.") ==
        "see <a href=\"https://biosig.sourceforge.net\">https://biosig.sourceforge.net</a>.");
  CHECK(html_cited("javascript:alert(1)") == "javascript:alert(1)");
}

TEST_CASE("a descriptor's doc becomes paragraphs, lists, code and emphasis") {
  CHECK(html_doc("one\nline\n\ntwo `a<b` and **bold**\n\n- x\n- y `z`\n\n```\nV_m < 0\n\n  next\n```\n") ==
        "<p>one\nline</p>\n<p>two <code>a&lt;b</code> and <strong>bold</strong></p>\n<ul>\n<li>x</li>\n"
        "<li>y <code>z</code></li></ul>\n<pre>V_m &lt; 0\n\n  next\n</pre>\n");
  CHECK(html_doc("").empty());
}

TEST_CASE("a table in a doc is a table") {
  CHECK(html_doc("Text\n\n| a | `b` |\n|---|---|\n| 1\\|2 | <x> |\nafter") ==
        "<p>Text</p>\n<div class=\"wide\"><table><tr><th> a </th><th> <code>b</code> </th></tr>\n"
        "<tr><td> 1|2 </td><td> &lt;x&gt; </td></tr>\n</table></div>\n<p>after</p>\n");
  CHECK(html_doc("| lone") == "<div class=\"wide\"><table><tr><td> lone</td></tr>\n</table></div>\n");
}

TEST_CASE("a line has code and emphasis but no blocks") {
  CHECK(html_line("- what `blocks` says, **nothing** <else>") ==
        "- what <code>blocks</code> says, <strong>nothing</strong> &lt;else&gt;");
}

TEST_CASE("unfinished markup stays text") {
  CHECK(html_doc("a ` b ** c") == "<p>a ` b ** c</p>\n");
  CHECK(html_doc("```\n<x>") == "<pre>&lt;x&gt;\n</pre>\n");
  CHECK(html_doc("- only") == "<ul>\n<li>only</li></ul>\n");
}

TEST_CASE("names of files and anchors keep ordinary names and encode the rest") {
  CHECK(safe_name("ionic.torord_land") == "ionic.torord_land");
  CHECK(safe_name("../a b") == "-2e.-2fa-20b");
  CHECK(safe_name("steps[].V_m") == "steps-5b-5d.V_m");
}
