#include <doctest/doctest.h>

#include <map>
#include <set>

#include "../../tawara_command.hpp"

namespace {

using Names = std::set<std::string>;

const std::string plugin = std::string("'") + TAWARA_BUILD + "/tests/fixtures/faults/fixture_faults.so'";

/// Every check of a component: "ok", "skipped" or its failures.
std::map<std::string, std::string> results_of(const std::string& component, const std::string& options = "") {
  const CommandResult run =
      tawara_command("test-plugin " + plugin + " --json --component fault." + component + " " + options);
  CAPTURE(run.err);
  REQUIRE((run.code == 0 || run.code == 4));
  std::map<std::string, std::string> results;
  const auto report = nlohmann::json::parse(run.out);
  for (const auto& check : report.at("components").at(0).at("checks")) {
    std::string text = check.at("result").get<std::string>();
    if (text == "failed") {
      text.clear();
      for (const auto& failure : check.at("failures")) text += failure.get<std::string>() + "\n";
    }
    results[check.at("check").get<std::string>()] = text;
  }
  return results;
}

Names failed(const std::map<std::string, std::string>& results) {
  Names names;
  for (const auto& [check, text] : results)
    if (text != "ok" && text != "skipped") names.insert(check);
  return names;
}

/// The component fails in this check, in these words, and in no other.
void fails_in(const std::string& component, const std::string& check, const std::string& words,
              const std::string& options = "", const Names& also = {}) {
  CAPTURE(component);
  const auto results = results_of(component, options);
  Names expected = also;
  expected.insert(check);
  CHECK(failed(results) == expected);
  REQUIRE(results.contains(check));
  CAPTURE(results.at(check));
  CHECK(results.at(check).find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("a component that does what is asked passes every check") {
  const auto results = results_of("none");
  CHECK(failed(results) == Names{});
  CHECK(results.size() >= 14);
  // Only what it is too quick for, or does not claim to be, was left out.
  for (const auto& [check, text] : results)
    if (text == "skipped") CHECK_MESSAGE((check == "cancellation" || check == "cache"), check);
}

TEST_CASE("what the description lacks is found") {
  fails_in("undocumented", "manifest", "licence 'do as you like' is not an SPDX identifier");
  const auto results = results_of("undocumented", "--check manifest");
  CHECK(results.at("manifest").find("unit 'cubit'") != std::string::npos);
  CHECK(results.at("manifest").find("fault.undocumented: its doc is blank") != std::string::npos);
  fails_in("wrong_shape", "outputs", "'three' is declared as 3 and has the shape 4");
  fails_in("refuses_a_limit", "limits", "offset = 5.0 is allowed, and the constructor throws something else");
}

TEST_CASE("what does not run fails there, and the rest is left out") {
  fails_in("throws", "runs", "the matrix is singular");
  fails_in("hangs", "runs", "was still running after 2 s", "--time-limit 2 --check runs");
  fails_in("crashes", "runs", "crashed (SIGSEGV)");
  fails_in("exits", "runs", "ended the process with exit code 3");
}

TEST_CASE("results that depend on more than the scenario are found") {
  fails_in("counts", "same_seed", "differs between two runs of one process", "", {"rows", "threads", "two_instances"});
  fails_in("knows_threads", "threads", "'knows_threads.out' with 2 threads differs");
  fails_in("shares", "two_instances", "offset=");
  fails_in("remembers", "rows", "together with others");
  fails_in("complains", "odd_values", "with value = nan mV it fails for the cause 'no number at all'");
  fails_in("never_cached", "cache", "nothing of it is ever kept on disk");
}

TEST_CASE("what is kept, changed or printed is found") {
#ifdef __SANITIZE_ADDRESS__
  MESSAGE("skipped: 'leaks', since the heap cannot be measured under the address sanitizer");
#else
  fails_in("leaks", "life_cycle", "constructing it keeps 1040 bytes of memory each time");
#endif
  fails_in("keeps_files", "life_cycle", "keeps files open");
  fails_in("flushes_to_zero", "environment", "evaluated, it changes the floating-point environment");
  fails_in("goes_elsewhere", "environment", "prepared, it changes the locale");
  fails_in("talks", "silence", "'value is 1'");
  fails_in("deaf", "cancellation", "Ctrl-C was pressed 2 s ago", "--check cancellation");
}
