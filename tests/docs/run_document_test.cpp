#include <doctest/doctest.h>

#include <sstream>

#include "../kernel/temporary_folder.hpp"
#include "document.hpp"
#include "run.hpp"

using namespace tawara::documents;
namespace fs = std::filesystem;

namespace {

/// Runs a document in a place of its own; "" when nothing is wrong, else what is said.
struct Place {
  TemporaryFolder temporary;
  Workplace workplace{temporary.path() / "work", temporary.path() / "prefix", temporary.path(), ""};

  std::string run(const std::string& markdown) {
    const fs::path file = temporary.write("page.md", markdown);
    std::ostringstream out;
    const int problems = run_document(file, workplace, out);
    return problems == 0 ? "" : out.str();
  }
  /// Something that stands in for the program.
  void tawara(const std::string& script) {
    fs::create_directories(workplace.prefix / "bin");
    const fs::path file = temporary.write("prefix/bin/tawara", "#!/bin/sh\n" + script);
    fs::permissions(file, fs::perms::owner_all);
  }
};

bool says(const std::string& text, const std::string& words) {
  if (text.find(words) != text.npos) return true;
  MESSAGE(text);
  return false;
}

const std::string fence = "```";

std::string block(const std::string& info, const std::string& text) {
  return fence + info + '\n' + text + fence + "\n\n";
}

std::string problem_in(const std::string& markdown) {
  const Document document = read_document(markdown);
  return document.problems.empty() ? "" : document.problems.front().words;
}

}  // namespace

TEST_CASE("folder, files and exported variables go on from block to block") {
  Place place;
  CHECK(place.run(block("sh", "mkdir a && cd a\nexport WORD=hello\n") + block("csv file=b/c.csv", "t,V_m\n1,2\n") +
                  block("sh", "test \"$WORD\" = hello\ntail -n 1 b/c.csv\n") + block("text", "1,2\n")) == "");
  CHECK(fs::exists(place.workplace.folder / "a" / "b" / "c.csv"));
}

TEST_CASE("a working folder is made anew, with a home of its own and no plugins of the user") {
  Place place;
  CHECK(place.run(block("sh", "touch left_behind\n")) == "");
  CHECK(place.run(block("sh",
                        "test ! -e left_behind\ntest -d ~\ntest ! -e ~/.bashrc\n"
                        "test -z \"${TAWARA_PLUGIN_PATH:-}\"\n")) == "");
}

TEST_CASE("a command that fails is wrong, whichever of a block it is, and what it said is shown") {
  Place place;
  const std::string said =
      place.run("One\n\n" + block("sh", "echo before\nfalse\ntrue\n") + block("sh", "touch after\n"));
  CHECK(says(said, "page.md:3: ended with 1; its output was:\n    before\n"));
  CHECK_FALSE(fs::exists(place.workplace.folder / "after"));
  CHECK(says(place.run(block("sh", "false | cat\n")), "ended with 1"));
  CHECK(says(place.run(block("sh", "echo $UNSET_VARIABLE\n")), "ended with"));
}

TEST_CASE("a command that should fail has to, and its words can be read") {
  Place place;
  CHECK(place.run(block("sh fails", "echo 'no such cell' >&2\nexit 3\n") + block("text", "no such cell\n")) == "");
  CHECK(says(place.run(block("sh fails", "echo fine\n")), "should have failed and ended with 0"));
}

TEST_CASE("what is skipped is not run, and neither is its output looked for") {
  Place place;
  const std::string document = block("sh skip=\"needs root\"", "exit 1\n") + block("text", "anything\n");
  CHECK(place.run(document) == "");
  std::ostringstream out;
  CHECK(run_document(place.temporary.path() / "page.md", place.workplace, out) == 0);
  CHECK(says(out.str(), "page.md:1: skipped: needs root\n"));
  CHECK(says(out.str(), "2 blocks, 0 run, 0 checked otherwise, 1 skipped, 0 wrong"));
}

TEST_CASE("output that differs is shown with the line that was expected") {
  Place place;
  const std::string said = place.run(block("sh", "echo 'APD90 271.4 ms'\n") + block("text", "APD90 271.3 ms\n"));
  CHECK(says(said, "page.md:5: expected line 'APD90 271.3 ms' not in output"));
  CHECK(says(said, "    APD90 271.4 ms\n"));
}

TEST_CASE("lines are looked for in order, dots stand for anything, numbers are whole") {
  CHECK(missing_line("b\nd\n", "a\n  b\nc\nd\n") == "");
  CHECK(missing_line("d\nb\n", "b\nd\n") == "b");
  CHECK(missing_line("b\nb\n", "b\n") == "b");
  CHECK(missing_line("a ... c\n...\ne\n", "a b c\nd\ne\n") == "");
  CHECK(missing_line("a ... c\n", "c b a\n") == "a ... c");
  CHECK(missing_line("wrote ... in ... s\n", "wrote out/x in 0.3 s\n") == "");
  CHECK(missing_line("APD90 1.5\n", "APD90 11.5\n") == "APD90 1.5");
  for (const char* other : {"V 1.55", "V 11.5", "V 1.5e3", "V 21.5"}) CHECK(missing_line("1.5", other) == "1.5");
  CHECK(missing_line("271", "271.4") == "271");
  CHECK(missing_line("271", "takes 271.") == "");
  CHECK(missing_line("cell", "cells") == "cell");
}

TEST_CASE("an excerpt has to occur as it stands, but for indentation") {
  Place place;
  const std::string file = block("cpp file=src/x.cpp", "int f() {\n  int a = 1;\n  return a;\n}\n");
  CHECK(place.run(file + block("cpp in=src/x.cpp", "int a = 1;\nreturn a;\n")) == "");
  CHECK(says(place.run(file + block("cpp in=src/x.cpp", "int a = 2;\nreturn a;\n")),
             "page.md:8: does not occur in src/x.cpp, which has no line 'int a = 2;'"));
  CHECK(says(place.run(file + block("cpp in=src/x.cpp", "int a = 1;\n}\n")), "its lines do, but not together"));
  CHECK(says(place.run(block("cpp in=src/y.cpp", "int\n")), "there is no file src/y.cpp to quote from"));
  place.temporary.write("tree.cpp", "int tree;\n");
  CHECK(place.run(block("cpp in=tree.cpp", "int tree;\n")) == "");
}

TEST_CASE("an edit finds its lines by their words, or says so") {
  Place place;
  const std::string file = block("cpp file=x.cpp", "int f() {\n  return 1;\n}\nint g() {\n  return 1;\n}\n");
  CHECK(place.run(file + block("cpp replaces=x.cpp from=\"int g() {\" to=\"}\"", "int g() { return 2; }\n") +
                  block("sh", "cat x.cpp\n") + block("text", "int f() {\nreturn 1;\n}\nint g() { return 2; }\n")) ==
        "");
  CHECK(bytes_of(place.workplace.folder / "x.cpp") == "int f() {\n  return 1;\n}\nint g() { return 2; }\n");
  CHECK(says(place.run(file + block("cpp replaces=x.cpp from=\"return 1;\"", "return 2;\n")),
             "page.md:10: expected the line 'return 1;' once in x.cpp, found it 2 times"));
  CHECK(says(place.run(file + block("cpp replaces=x.cpp from=\"int h() {\" to=\"}\"", "\n")), "found it 0 times"));
  CHECK(says(place.run(file + block("cpp replaces=x.cpp from=\"int g() {\" to=\"};\"", "\n")), "found no line '};'"));
  CHECK(place.run(block("cpp file=q.cpp", "f(\"x\");\n") +
                  block("cpp replaces=q.cpp from=\"f(\\\"x\\\");\"", "g();\n") + block("sh", "grep -q g q.cpp\n")) ==
        "");
}

TEST_CASE("a scenario has to pass tawara check, a piece of one has to be TOML") {
  Place place;
  place.tawara("test \"$1\" = check || exit 2\nif grep -q bad \"$2\"; then echo \"bad: unknown\"; exit 3; fi\n");
  CHECK(place.run(block("toml", "[cell]\nuse = \"ionic.good\"\n")) == "");
  CHECK(says(place.run(block("toml", "[cell]\nuse = \"ionic.bad\"\n")),
             "page.md:1: 'tawara check' ended with 3:\n    bad: unknown\n"));
  CHECK(place.run(block("toml piece", "[cell]\nuse = \"ionic.bad\"\n")) == "");
  CHECK(place.run(block("toml", "word = \"bad\"\n")) == "");
  CHECK(says(place.run(block("toml piece", "a = 1\nb = = 2\n")), "page.md:3: is no TOML"));
  CHECK(place.run(block("toml file=whole.toml", "[a]\n") + block("toml with=whole.toml", "[b]\n")) == "");
  CHECK(says(place.run(block("toml file=whole.toml", "bad = 1\n") + block("toml with=whole.toml", "[b]\n")),
             "page.md:5: 'tawara check' ended with 3"));
}

TEST_CASE("a check does not stand between a command and its output") {
  Place place;
  place.tawara("echo checked\n");
  CHECK(says(place.run(block("sh", "echo one\n") + block("toml", "[cell]\nuse = \"x\"\n") + block("text", "one\n")),
             "'text' is the output of a sh block just before it"));
}

TEST_CASE("a block that nothing would check is refused before anything is run") {
  Place place;
  CHECK(says(place.run(block("sh", "touch was_run\n") + block("", "x\n")), "page.md:5: a block without a language"));
  CHECK_FALSE(fs::exists(place.workplace.folder / "was_run"));
  CHECK(says(problem_in(block("python", "x\n")), "unknown language 'python'; expected sh, text, toml, cpp"));
  CHECK(says(problem_in(block("cpp", "x\n")), "cpp without a tag would not be checked; expected 'file=PATH'"));
  CHECK(says(problem_in(block("sh quietly", "x\n")), "unknown tag 'quietly' of sh; expected nothing, 'fails'"));
  CHECK(says(problem_in(block("sh skip", "x\n")), "'skip' needs a value"));
  CHECK(says(problem_in(block("sh fails=3", "x\n")), "'fails' takes no value"));
  CHECK(says(problem_in(block("sh fails skip=x", "x\n")), "tags that exclude each other"));
  CHECK(says(problem_in(block("cpp file=a in=b", "x\n")), "tags that exclude each other"));
  CHECK(says(problem_in(block("cpp replaces=a", "x\n")), "'replaces', 'from' and 'to' go together"));
  CHECK(says(problem_in(block("cpp file=", "x\n")), "'file=' has no value"));
  CHECK(says(problem_in(block("sh skip=\"no end", "x\n")), "the quotation mark after 'skip=' is not closed"));
  CHECK(says(problem_in(block("text", "x\n")), "and there is none"));
  CHECK(says(problem_in("```sh\nls\n"), "not closed"));
  CHECK(says(problem_in("Words\n\n    ls\n"), "code by indentation is not checked"));
  CHECK(problem_in(block("plain", "x\n")) == "");
}

TEST_CASE("fences in lists and of four backticks are read as Markdown reads them") {
  const Document document = read_document("1. Do\n\n   ```sh\n   cat <<X\n     two\n   X\n   ```\n\n" +
                                          std::string("````plain\n```sh\n````\n\n`` ``` `` is code\n"));
  CHECK(document.problems.empty());
  REQUIRE(document.blocks.size() == 2);
  CHECK(document.blocks[0].text == "cat <<X\n  two\nX\n");
  CHECK(document.blocks[1].text == "```sh\n");
  CHECK(document.blocks[1].line == 9);
}

TEST_CASE("what a reader has done already is done first, and its failure has a message of its own") {
  Place place;
  place.workplace.before = "mkdir project && cd project";
  CHECK(place.run(block("sh", "test \"$(basename \"$PWD\")\" = project\n")) == "");
  place.workplace.before = "echo nothing there; false";
  CHECK(says(place.run(block("sh", "true\n")), "what is run before the document failed"));
}

TEST_CASE("a document that is not there is said to be missing") {
  std::ostringstream out;
  CHECK(run_document("no/such.md", {}, out) == 1);
  CHECK(out.str() == "no/such.md: there is no such document\n");
}
