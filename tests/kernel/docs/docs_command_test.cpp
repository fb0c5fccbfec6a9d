#include <doctest/doctest.h>

#include <sstream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/docs/write_site.hpp"
#include "tests/kernel/plugins/fixtures.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/tawara_command.hpp"

using namespace tawara;
using fixtures::contains;
namespace fs = std::filesystem;

namespace {

const std::vector<docs::SiteFile> small = {{"index.html", "one"}, {"style.css", "two"}};

std::string refusal(const fs::path& folder) {
  try {
    docs::write_site(folder, small);
  } catch (const CommandLineError& e) {
    return e.what();
  }
  return "";
}

std::string docs_command(const fs::path& folder) {
  return "docs '" + folder.string() + "' --plugin '" + fixtures::library("good").string() + "'";
}

}  // namespace

TEST_CASE("tawara docs leaves a site and says where it is; again gives the same bytes") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "a" / "site";
  const CommandResult first = tawara_command(docs_command(folder));
  REQUIRE_MESSAGE(first.code == 0, first.err);
  CHECK(contains(first.out, "open " + (folder / "index.html").string()));
  REQUIRE(fs::exists(folder / "fixture.everything.html"));
  std::map<std::string, std::string> before;
  for (const auto& entry : fs::directory_iterator(folder)) before[entry.path().filename()] = bytes_of(entry.path());

  REQUIRE(tawara_command(docs_command(folder)).code == 0);
  std::map<std::string, std::string> after;
  for (const auto& entry : fs::directory_iterator(folder)) after[entry.path().filename()] = bytes_of(entry.path());
  CHECK(before == after);
  CHECK(std::distance(fs::directory_iterator(folder.parent_path()), fs::directory_iterator()) == 1);  // no remains
}

TEST_CASE("tawara docs refuses a folder of somebody else on the command line") {
  const TemporaryFolder temporary;
  temporary.write("thesis.tex", "words");
  const CommandResult refused = tawara_command(docs_command(temporary.path()));
  CHECK(refused.code == exit_command_line);
  CHECK(contains(refused.err, temporary.path().string() +
                                  " is not empty and was not made by 'tawara docs'; choose another folder, or move it "
                                  "away"));
  CHECK(temporary.files() == 1);
}

TEST_CASE("tawara docs needs a folder to write to") {
  const CommandResult refused = tawara_command("docs");
  CHECK(refused.code == exit_command_line);
  CHECK(contains(refused.err, "'docs' needs a DIR"));
}

TEST_CASE("an empty folder and an earlier site are taken, pages no longer there go") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "site";
  fs::create_directory(folder);
  docs::write_site(folder, small);
  CHECK(bytes_of(folder / "index.html") == "one");
  docs::write_site(folder, {{"index.html", "three"}});
  CHECK(bytes_of(folder / "index.html") == "three");
  CHECK_FALSE(fs::exists(folder / "style.css"));
  CHECK(temporary.files() == 1);
}

TEST_CASE("files that a user added to a site are not swept away") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "site";
  docs::write_site(folder, small);
  temporary.write("site/notes.txt", "mine");
  CHECK(refusal(folder) ==
        folder.string() +
            " also holds 'notes.txt', which 'tawara docs' did not write; move it away, or choose another folder");
  CHECK(bytes_of(folder / "notes.txt") == "mine");
}

TEST_CASE("a file in the way is refused") {
  const TemporaryFolder temporary;
  const fs::path file = temporary.write("site", "a file");
  CHECK(refusal(file) == file.string() + " is a file; choose another folder, or move it away");
}

TEST_CASE("a folder that cannot be made says so, with the system's reason") {
  const TemporaryFolder temporary;
  const fs::path file = temporary.write("file", "");
  try {
    docs::write_site(file / "site", small);
    FAIL("expected a refusal");
  } catch (const Error& e) {
    CHECK(contains(e.what(), "cannot write " + (file / "site").string() + ": "));
  }
}

TEST_CASE("without components there is nothing to document") {
  const TemporaryFolder temporary;
  const Catalogue none = Catalogue::discover({.explicit_paths = {}, .scenario_paths = {}, .standard_places = false});
  std::ostringstream out;
  try {
    run_docs(none, temporary.path() / "site", out);
    FAIL("expected a refusal");
  } catch (const CommandLineError& e) {
    CHECK(contains(e.what(), "no component can be used, so there is nothing to document"));
  }
  CHECK(temporary.files() == 0);
}
