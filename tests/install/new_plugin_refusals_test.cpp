#include <doctest/doctest.h>

#include "../kernel/temporary_folder.hpp"
#include "../tawara_command.hpp"

namespace {

// What `tawara new-plugin` says when it refuses, its line breaks as blanks; the exit code is checked on the way.
std::string refusal(const std::string& arguments) {
  CommandResult result = tawara_command("new-plugin " + arguments);
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  for (char& c : result.err)
    if (c == '\n') c = ' ';
  return result.err;
}

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("an unknown kind is refused with the kinds there are and the one that was meant") {
  const TemporaryFolder temporary;
  const std::string said = refusal("'" + (temporary.path() / "cell").string() + "' --kind ionik");
  CHECK_MESSAGE(says(said, "there is no template for the kind 'ionik'; did you mean 'ionic'?"), said);
  CHECK_MESSAGE(says(said,
                     "kinds: conduction, dataset, discrepancy, drug, ecg, experiment, geometry, ionic, learner, "
                     "propagation, protocol, sampler"),
                said);
  CHECK(temporary.files() == 0);
}

TEST_CASE("a missing kind is asked for with the kinds there are") {
  const TemporaryFolder temporary;
  const std::string said = refusal("'" + (temporary.path() / "cell").string() + "'");
  CHECK_MESSAGE(says(said, "'new-plugin' needs a --kind"), said);
  CHECK_MESSAGE(says(said, "protocol"), said);
}

TEST_CASE("a folder that holds something is refused and left as it is") {
  const TemporaryFolder temporary;
  temporary.write("thesis.tex", "years of work");
  const std::string said = refusal("'" + temporary.path().string() + "' --kind ionic --name cell");
  CHECK_MESSAGE(says(said, "is not empty, and nothing in it is overwritten"), said);
  CHECK(temporary.files() == 1);
  const std::string file = refusal("'" + (temporary.path() / "thesis.tex").string() + "' --kind ionic --name cell");
  CHECK_MESSAGE(says(file, "thesis.tex' is a file"), file);
}

TEST_CASE("an empty folder is filled") {
  const TemporaryFolder temporary;
  const CommandResult result = tawara_command("new-plugin '" + temporary.path().string() + "/' --kind drug --name d2");
  CHECK_MESSAGE(result.code == 0, result.err);
  CHECK(says(result.out, "A plugin with the component drug.d2 in "));
  CHECK(says(bytes_of(temporary.path() / "src" / "d2.hpp"), "class D2 final"));
  CHECK(says(bytes_of(temporary.path() / ".gitignore"), "build"));
}

TEST_CASE("a folder whose parent is missing is refused with the parent's name") {
  const TemporaryFolder temporary;
  const std::string said = refusal("'" + (temporary.path() / "plugins" / "cell").string() + "' --kind ionic");
  CHECK_MESSAGE(says(said, "there is no folder " + (temporary.path() / "plugins").string() + "; make it first"), said);
}

TEST_CASE("a name that cannot be one is refused with what a name looks like") {
  const TemporaryFolder temporary;
  const std::string folder = "'" + (temporary.path() / "cell").string() + "' --kind ionic --name ";
  for (const std::string name : {"2cell", "Cell", "my-cell", "my.cell", "zell\xc3\xa4", "_cell", "\"a b\"", "../x"}) {
    const std::string said = refusal(folder + name);
    CHECK_MESSAGE(says(said, "cannot name a component: expected a lower-case letter"), said);
  }
  const std::string keyword = refusal(folder + "double");
  CHECK_MESSAGE(says(keyword, "the word means something to C++ or CMake; try my_double"), keyword);
  CHECK(temporary.files() == 0);
}

TEST_CASE("the name is the folder's when there is none, and a folder that cannot give one asks for it") {
  const TemporaryFolder temporary;
  const CommandResult result =
      tawara_command("new-plugin '" + (temporary.path() / "Late-Sodium").string() + "' --kind protocol");
  CHECK_MESSAGE(says(result.out, "protocol.late_sodium"), result.err);
  const std::string project = bytes_of(temporary.path() / "Late-Sodium" / "src" / "plugin.cpp");
  CHECK(says(project, "TAWARA_PLUGIN(\"late-sodium\""));
  CHECK(says(project, "late_sodium::LateSodium"));
  CHECK_FALSE(says(project, "omponent>"));
  const std::string said = refusal("'" + (temporary.path() / "2026").string() + "' --kind protocol");
  CHECK_MESSAGE(says(said, "give another one by --name"), said);
}
