#include "fixture.hpp"
#include "kernel/scenario/problems.hpp"

using namespace tawara;

namespace {
/// The last two lines of an excerpt: the source and the caret under it.
std::string excerpt(const std::string& text, int line, int column) {
  Folder folder;
  const Problem problem{
      Problem::Severity::error, {folder.write("f.toml", text).string(), line, column}, "no", {"try this"}};
  const std::string all = render(problem);
  return all.substr(all.find('\n') + 1);
}
}  // namespace

TEST_CASE("the caret stands under the token, counted in characters") {
  CHECK(excerpt("a = 1\nb = \"65 m/s\" # c\n", 2, 5) ==
        "    2 | b = \"65 m/s\" # c\n      |     ^~~~~~~~\n      try this\n");
  CHECK(excerpt("\u00b5\u00b5 = bad\n", 1, 6) == "    1 | \u00b5\u00b5 = bad\n      |      ^~~\n      try this\n");
  CHECK(excerpt("\tx = [1, [2]] # c\n", 1, 6) == "    1 |  x = [1, [2]] # c\n      |      ^~~~~~~~\n      try this\n");
  CHECK(excerpt("x = \"a \\\" b\"\r\n", 1, 5) == "    1 | x = \"a \\\" b\"\n      |     ^~~~~~~~\n      try this\n");
  CHECK(excerpt("x=1, y\n", 1, 3) == "    1 | x=1, y\n      |   ^\n      try this\n");
}

TEST_CASE("a place outside the file or the line does no harm") {
  CHECK(excerpt("a\n", 7, 1) == "      try this\n");
  CHECK(excerpt("a\n", 1, 70) == "    1 | a\n      |  ^\n      try this\n");
  CHECK(excerpt("\"open\n", 1, 1) == "    1 | \"open\n      | ^~~~~\n      try this\n");
}

TEST_CASE("a long line is shown around the place") {
  const std::string text = excerpt(std::string(5000, 'x') + " = 1\n", 1, 5004);
  CHECK(text.size() < 400);
  CHECK(text.find("= 1\n") != std::string::npos);
}

TEST_CASE("what has no lines is named alone") {
  Problem problem;
  problem.message = "no";
  problem.where.source = "--set #2";
  CHECK(render(problem) == "--set #2: error: no\n");
  problem.where.source.clear();
  problem.severity = Problem::Severity::warning;
  problem.hints.emplace_back("try");
  CHECK(render(problem) == "warning: no\n      try\n");
  CHECK(Location{"f.toml", 3, 4}.text() == "f.toml:3:4");
}

TEST_CASE("what the user wrote is shown on one line") {
  CHECK(scenario::in_quotes("a\nb") == "'a?b'");
  const std::string cut = scenario::in_quotes(std::string(79, 'x') + "\u00b5\u00b5");
  CHECK(cut == "'" + std::string(79, 'x') + "...'");
  CHECK(scenario::listed({"a", "b", "c"}) == "a, b and c");
  CHECK(scenario::listed({"a", "b", "c"}, 2) == "a, b and 1 more");
}

TEST_CASE("a later complaint finds where a parameter was set") {
  const Attempt a(
      "[slab]\nuse = \"geometry.slab\"\n[act]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nstop = { tolerance "
      "= 1 }\n");
  LOADED(a);
  const Instance& act = *a.scenario->find("act");
  CHECK(act.locate("stop").line == 6);
  CHECK(act.locate("stop.tolerance").line == 6);
  CHECK(act.locate("geometry").line == 5);
  CHECK(act.locate("CV_fibre").line == 3);
}
