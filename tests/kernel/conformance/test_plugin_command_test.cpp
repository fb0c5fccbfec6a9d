#include <doctest/doctest.h>

#include "../../tawara_command.hpp"

namespace {

const std::string plugin = std::string("'") + TAWARA_BUILD + "/tests/fixtures/faults/fixture_faults.so'";

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("test-plugin prints a line per check, what to do about failures, and a count") {
  const CommandResult run = tawara_command(
      "test-plugin " + plugin + " --component fault.throws --component fault.none --check manifest --check runs");
  CHECK(run.code == 4);
  CHECK(contains(run.out,
                 "fault.none  manifest  ok\nfault.none  runs      ok\nfault.none: 2 passed, 0 failed, 0 skipped\n"));
  CHECK(contains(run.out, "fault.throws  runs      FAILED\n    - its scenario does not run: "));
  CHECK(contains(run.out, "conformance-faults 0.1.0: 2 components, 3 passed, 1 failed, 0 skipped"));
  CHECK(run.out.find("fault.none") < run.out.find("fault.throws"));
}

TEST_CASE("a component that does not run fails whatever was asked") {
  const CommandResult run = tawara_command("test-plugin " + plugin + " --component fault.throws --check same_seed");
  CHECK(run.code == 4);
  CHECK(contains(run.out, "fault.throws  runs       FAILED"));
  CHECK(contains(run.out, "fault.throws  same_seed  skipped (its scenario does not run)"));
}

TEST_CASE("what test-plugin passes ends with 0") {
  CHECK(tawara_command("test-plugin " + plugin + " --component fault.none --check limits").code == 0);
}

TEST_CASE("test-plugin refuses what it does not know, with what was meant") {
  const auto refused = [&](const std::string& options, const std::string& words) {
    const CommandResult run = tawara_command("test-plugin " + options);
    CAPTURE(run.err);
    CHECK(run.code == 2);
    CHECK(contains(run.err, words));
  };
  refused("", "'test-plugin' needs a FILE");
  refused("/nowhere/a.so", "there is no file '/nowhere/a.so'");
  refused(plugin + " --check two_instance", "no check 'two_instance'; did you mean 'two_instances'?");
  refused(plugin + " --check zzz", "see: tawara test-plugin --list-checks");
  refused(plugin + " --component fault.non", "no component 'fault.non'; did you mean 'fault.none'?");
  refused(plugin + " --scenario /nowhere/a.toml", "there is no scenario '/nowhere/a.toml'");
  refused(plugin + " --jobs 0", "--jobs must be at least 1");
  refused(plugin + " --time-limit 0", "--time-limit must be above 0 s");
}

TEST_CASE("a file that is no plugin is refused with 4") {
  const CommandResult run = tawara_command("test-plugin '" + std::string(TAWARA_SOURCE) + "/README.md'");
  CHECK(run.code == 4);
  CHECK(!run.err.empty());
}

TEST_CASE("the scenarios of the author go before one from the descriptor") {
  const auto folder = fresh_folder("test_plugin_scenario");
  const auto with = [&](const std::string& toml) {
    std::ofstream(folder / "mine.toml") << toml;
    return tawara_command("test-plugin " + plugin + " --component fault.none --check runs --scenario '" +
                          (folder / "mine.toml").string() + "'");
  };
  CHECK(with("[mine]\nuse = \"fault.none\"\nvalue = 2\n").code == 0);
  CHECK(with("[mine]\nuse = \"fault.crashes\"\n").code == 0);  // another component's
  const CommandResult refused = with("[mine]\nuse = \"fault.none\"\nvalue = 11\n");
  CHECK(refused.code == 3);
  CHECK(contains(refused.err, "mine.toml:3:9: error: "));
  // Used although the one from the descriptor would do.
  CHECK(with("[mine]\nuse = \"fault.none\"\n\n[other]\nuse = \"fault.throws\"\n").code == 4);
}

TEST_CASE("the list of checks says what each asks") {
  const CommandResult run = tawara_command("test-plugin --list-checks");
  CHECK(run.code == 0);
  CHECK(contains(run.out, "two_instances "));
  const auto list = nlohmann::json::parse(tawara_command("test-plugin --list-checks --json").out).at("checks");
  CHECK(list.size() >= 14);
  CHECK(list.at(0).at("name") == "manifest");
}
