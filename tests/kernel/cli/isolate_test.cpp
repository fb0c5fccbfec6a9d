// Runs that crash, hang or leave: what they say, and what they cost.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "../../tawara_command.hpp"
#include "../plugins/fixtures.hpp"

namespace {

namespace fs = std::filesystem;
using fixtures::contains;

const std::string who = "fixture.case 'a' (plugin fixture-moods 0.3.0)";

struct Study {
  fs::path folder, out = folder / "out";
  std::string file = "'" + (folder / "moods.toml").string() + "'";

  explicit Study(const std::string& name, const std::string& more = "") : folder(fresh_folder(name)) {
    fixtures::write(folder / "moods.toml", "[a]\nuse = \"fixture.case\"\n" + more);
  }
  [[nodiscard]] std::string arguments(const std::string& more) const {
    return "run " + file + " --plugin '" + fixtures::library("moods").string() + "' --output '" + out.string() + "' " +
           more;
  }
  [[nodiscard]] CommandResult run(const std::string& more) const { return tawara_command(arguments(more)); }
};

std::string sweep(const std::string& moods) { return "[[sweep]]\npath = \"a.mood\"\nvalues = " + moods + "\n"; }

/// The line of runs.csv that begins so.
std::string row(const Study& study, const std::string& begin) {
  const std::string csv = contents(study.out / "runs.csv");
  const std::size_t at = csv.find("\n" + begin);
  return at == std::string::npos ? csv : csv.substr(at + 1, csv.find('\n', at + 1) - at - 1);
}

}  // namespace

TEST_CASE("in a sweep of isolated runs a crash or a hang costs its own row") {
  const Study study("isolated_sweep", sweep(R"(["calm", "abort", "loop", "segfault", "killed", "exit", "throw"])") +
                                          "[[sweep]]\npath = \"a.x\"\nvalues = [2]\n");
  const CommandResult swept = study.run("--time-limit 3");
  CHECK(swept.code == 1);
  CHECK_MESSAGE(row(study, "1,calm,") == "1,calm,2,finished,,4", swept.err);
  CHECK(row(study, "2,") == "2,abort,2,crashed (SIGABRT),\"" + who +
                                " crashed in evaluate: SIGABRT (abort() was called, or an exception could not be "
                                "caught)\",");
  CHECK(row(study, "3,") == "3,loop,2,timed out after 3 s," + who + " was in evaluate,");
  CHECK(row(study, "4,") ==
        "4,segfault,2,crashed (SIGSEGV)," + who + " crashed in evaluate: SIGSEGV (invalid memory access),");
  CHECK(contains(row(study, "5,"), "5,killed,2,crashed (SIGKILL),crashed while " + who + " was in evaluate: SIGKILL"));
  CHECK(contains(row(study, "6,"), "6,exit,2,left (exit code 3),\"" + who + " was in evaluate, and ended the whole"));
  CHECK(contains(row(study, "7,"), "7,throw,2,failed,"));
  CHECK(contains(swept.err, "1 of 7 runs finished"));
  CHECK(contains(swept.err, "run 4 crashed (SIGSEGV): " + who));
  CHECK(fs::exists(study.out / "report.html"));
  CHECK_FALSE(fs::exists(study.out / "runs.done"));
  const fs::path crashed = study.out / "0004__mood=segfault__x=2";
  CHECK_FALSE(fs::exists(crashed / "summary.json"));
  CHECK(contains(contents(crashed / "log.txt"), " error crashed (SIGSEGV): " + who));

  // Repeated are the bad rows only.
  const CommandResult resumed = study.run("--time-limit 1 --resume");
  CHECK(contains(resumed.err, "run 2 of 7"));
  CHECK_FALSE(contains(resumed.err, "run 1 of 7"));
}

TEST_CASE("an isolated run leaves the bytes of an ordinary one") {
  const Study here("together", sweep(R"(["calm"])") + "[[sweep]]\npath = \"a.x\"\nvalues = [0.1, 3]\n");
  const Study apart("apart", sweep(R"(["calm"])") + "[[sweep]]\npath = \"a.x\"\nvalues = [0.1, 3]\n");
  REQUIRE(here.run("").code == 0);
  REQUIRE(apart.run("--isolate").code == 0);
  const std::string name = "0001__mood=calm__x=0.1";
  for (const std::string& file : {std::string("runs.csv"), std::string("report.html"), name + "/summary.json",
                                  name + "/scenario.resolved.toml"}) {
    CAPTURE(file);
    CHECK(contents(here.out / file) == contents(apart.out / file));
    CHECK_FALSE(contents(apart.out / file).empty());
  }
  std::vector<std::string> files[2];
  for (const auto& entry : fs::recursive_directory_iterator(here.out))
    files[0].push_back(entry.path().lexically_relative(here.out));
  for (const auto& entry : fs::recursive_directory_iterator(apart.out))
    files[1].push_back(entry.path().lexically_relative(apart.out));
  for (auto& names : files) std::sort(names.begin(), names.end());
  CHECK(files[0] == files[1]);
}

TEST_CASE("a single isolated run that crashes is told with its phase, and can be resumed") {
  for (const auto& [when, phase] :
       {std::pair("prepare", "in prepare"), std::pair("evaluate", "in evaluate"), std::pair("thread", "in evaluate")}) {
    CAPTURE(when);
    const Study study("isolated_single");
    const CommandResult crashed = study.run(std::string("--isolate --set a.mood=abort --set a.when=") + when);
    CHECK(crashed.code == 1);
    CHECK_MESSAGE(contains(crashed.err, "crashed (SIGABRT): " + who + " crashed " + phase + ": SIGABRT"), crashed.err);
    CHECK(contains(crashed.err, "go on with: tawara run "));
    CHECK(contains(crashed.err, " --isolate --resume --output "));
    CHECK_FALSE(fs::exists(study.out / "summary.json"));
    CHECK(contains(contents(study.out / "log.txt"), "crashed (SIGABRT): "));
  }
  const Study study("isolated_single_early");
  for (const char* when : {"construct", "destroy"}) {
    const CommandResult crashed = study.run(std::string("--isolate --set a.mood=abort --set a.when=") + when);
    CHECK(crashed.code == 1);
    CHECK_MESSAGE(contains(crashed.err, who + " crashed in its " + (when[0] == 'c' ? "con" : "de") + "structor: "),
                  crashed.err);
    CHECK_FALSE(fs::exists(study.out));
  }
  CHECK(study.run("--isolate").code == 0);
  CHECK(summary_of(study.out)["a"]["square"] == 4);
}

TEST_CASE("without isolation a crash ends the process, with a last word about whose it was") {
  const Study study("not_isolated");
  const CommandResult crashed = study.run("--set a.mood=segfault");
  CHECK(crashed.code == 128 + SIGSEGV);
  CHECK_MESSAGE(contains(crashed.err, "tawara: " + who + " crashed in evaluate: SIGSEGV (invalid memory access). "),
                crashed.err);
  const Study destroyed("not_isolated_destructor");
  const CommandResult thrown = destroyed.run("--set a.mood=throw --set a.when=destroy");
  CHECK(thrown.code == 128 + SIGABRT);
  CHECK(contains(thrown.err, "no mood for it"));  // what the standard library says
  CHECK(contains(thrown.err, "tawara: " + who + " crashed in its destructor: SIGABRT"));
}

TEST_CASE("without isolation a component that calls exit() is told of, and its code does not pass for the run's") {
  const Study study("not_isolated_exit");
  for (const auto& [when, place] : {std::pair{"evaluate", "in evaluate"}, {"construct", "in its constructor"}}) {
    const CommandResult left = study.run(std::string("--set a.mood=leave --set a.when=") + when);
    CHECK(left.code == 4);
    CHECK_MESSAGE(
        contains(left.err, "tawara: " + who + " was " + place + ", and ended the whole process with exit(). "),
        left.err);
  }
  CHECK_FALSE(fs::exists(study.out / "summary.json"));
}

TEST_CASE("a scenario's mistake is told as ever, before there is a folder") {
  const Study study("isolated_mistake");
  const CommandResult failed = study.run("--isolate --set a.mood=throw --set a.when=construct");
  CHECK(failed.code == 4);
  CHECK(contains(failed.err, "fixture.case 'a' could not be constructed: no mood for it"));
  CHECK_FALSE(fs::exists(study.out));
  CHECK(study.run("--time-limit 0").code == 2);
}

TEST_CASE("Ctrl-C stops isolated runs politely, and the message to go on with holds") {
  const Study study("isolated_stopped", sweep(R"(["calm", "wait"])"));
  const std::string second = (study.out / "0002__mood=wait/log.txt").string(), err = (study.folder / "err").string();
  const std::string script = "'" + std::string(TAWARA_BUILD) + "/bin/tawara' " + study.arguments("--isolate") + " 2>'" +
                             err + "' & p=$!; while kill -0 $p && ! [ -e '" + second +
                             "' ]; do sleep 0.02; done; kill -INT $p; wait $p";
  const int status = std::system(script.c_str());
  CHECK(WEXITSTATUS(status) == 1);
  CHECK(row(study, "1,") == "1,calm,finished,,4");
  CHECK(row(study, "2,") == "2,wait,not run,,");
  const std::string told = contents(err);
  CHECK_MESSAGE(contains(told, "stopped; what is finished is kept. Go on with: tawara run "), told);
  CHECK(contains(told, " --isolate --resume --output " + study.out.string()));
  CHECK_FALSE(fs::exists(study.out / "runs.done"));
}
