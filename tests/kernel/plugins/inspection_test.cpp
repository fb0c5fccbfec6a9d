#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/scenario/node.hpp"
#include "tests/kernel/plugins/fixtures.hpp"

using namespace tawara;
using fixtures::contains;
namespace fs = std::filesystem;

namespace {

Catalogue of(std::vector<fs::path> paths) {
  return Catalogue::discover({.explicit_paths = std::move(paths), .scenario_paths = {}, .standard_places = false});
}

std::string list(const Catalogue& catalogue, const std::string& kind = "", bool json = false) {
  std::ostringstream out;
  CHECK(run_list(catalogue, kind, json, out) == 0);
  return out.str();
}

std::string describe(const Catalogue& catalogue, const std::string& name,
                     DescribeFormat format = DescribeFormat::text) {
  std::ostringstream out;
  CHECK(run_describe(catalogue, name, format, out) == 0);
  return out.str();
}

}  // namespace

TEST_CASE("list shows each component with its plugin") {
  const Catalogue catalogue = of({fixtures::library("good")});
  CHECK(list(catalogue) ==
        "fixture.everything  Uses every feature of a descriptor once   (fixture-good 1.2.3)\n"
        "fixture.moody       Throws in its constructor when told to   (fixture-good 1.2.3)\n\n"
        "1 plugin found, 0 folders searched. See: tawara doctor\n");
  CHECK(list(catalogue, "fixture") == list(catalogue));
  const auto json = nlohmann::json::parse(list(catalogue, "", true));
  CHECK(json["plugins"][0]["name"] == "fixture-good");
  CHECK(json["components"][1]["name"] == "fixture.moody");
  CHECK(json["components"][0]["maturity"] == "stable");
}

TEST_CASE("list of an unknown kind says which there are") {
  std::ostringstream out;
  CHECK_THROWS_WITH_AS(run_list(of({fixtures::library("good")}), "fixtrue", false, out),
                       "no component of kind 'fixtrue'; did you mean 'fixture'?\n  kinds: fixture\n"
                       "  1 plugin found, 0 folders searched. See: tawara doctor",
                       CommandLineError);
}

TEST_CASE("describe says all a descriptor says") {
  const std::string text = describe(of({fixtures::library("good")}), "fixture.everything");
  for (const char* part :
       {"fixture.everything   Uses every feature of a descriptor once   (plugin fixture-good 1.2.3)\n",
        "Maturity    stable",
        "Cite        doi:10.7554/eLife.48890",
        "dV_m/dt = -(I_ion + I_stim)",
        "> 0, <= 3",
        "0.4 .. 0.9",
        "inferable, per evaluation, log scale, per node",
        "Conduction speed [Table 1] (was 'velocity')",
        "(needed)",
        "(none)",
        "results do not depend on it",
        "endo, mid, epi",
        "ids of source.candidates",
        "window.low",
        "list of number (mV)",
        "source   one conduction instance with candidates [1], or LAT [ms] and RT [ms]\n",
        "cell   at most one instance offering 'ionic'\n",
        "twin   any number of instances with V_m [mV], simulated over parameters\n",
        "cohort   at most one ionic instance, spread over spread\n",
        "isa   one text, in summary.json as instruction_set\n",
        "nodes   n_nodes x 3 [mm], constant, shown as mesh\n",
        "APD90   one number [ms], in summary.json as APD90_ms\n",
        "trace   table, shown as trace\n"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("describe --toml gives a block that can be pasted") {
  const fixtures::Folder folder;
  const std::string block = describe(of({fixtures::library("good")}), "fixture.everything", DescribeFormat::toml);
  CHECK(contains(block, "[everything]   # Uses every feature of a descriptor once\nuse = \"fixture.everything\"\n"));
  CHECK(contains(block, "speed = 0.65           # m/s; > 0, <= 3; Conduction speed\n"));
  CHECK(contains(block, "# time =               # needed; ms; A number that must be given\n"));
  fixtures::write(folder.path / "pasted.toml", block);
  const auto document = scenario::read_document(folder.path / "pasted.toml");
  REQUIRE(document.find("everything"));
  CHECK(document.find("everything")->find("speed")->number() == 0.65);
  CHECK_FALSE(document.find("everything")->find("time"));
}

TEST_CASE("describe --json and --markdown carry the descriptor") {
  const Catalogue catalogue = of({fixtures::library("good")});
  const auto json = nlohmann::json::parse(describe(catalogue, "fixture.everything", DescribeFormat::json));
  CHECK(json["parameters"][0]["unit"] == "m/s");
  CHECK(json["plugin"]["usable"] == true);
  const std::string page = describe(catalogue, "fixture.everything", DescribeFormat::markdown);
  CHECK(contains(
      page, "# fixture.everything\n\nUses every feature of a descriptor once. Plugin fixture-good 1.2.3, stable.\n"));
  CHECK(contains(page, "| `speed` | number | `0.65` | > 0, <= 3 | 0.4 .. 0.9 | m/s |"));
  CHECK(contains(page, "- `trace`: table, shown as trace. A trace\n"));
}

TEST_CASE("an unknown component is answered with what was meant and where was searched") {
  std::ostringstream out;
  const fixtures::Folder folder;
  fixtures::write(folder.path / "a.so", fixtures::read(fixtures::library("good")));
  fixtures::write(folder.path / "broken.so", "x");
  CHECK_THROWS_WITH_AS(run_describe(of({folder.path}), "fixture.every_thing", DescribeFormat::text, out),
                       "no component called 'fixture.every_thing'; did you mean 'fixture.everything'?\n"
                       "  1 plugin found, 1 folder searched; refused: broken.so (it is not a shared library (no ELF "
                       "header)). See: tawara doctor",
                       CommandLineError);
}

TEST_CASE("a name two plugins offer is answered with both full names") {
  std::ostringstream out;
  const fixtures::Folder folder;
  fixtures::forged(folder.path / "1.so", [](Manifest&) {});
  fixtures::forged(folder.path / "2.so", [](Manifest& m) { m.name = "other"; });
  const Catalogue catalogue = of({folder.path});
  CHECK_THROWS_WITH_AS(run_describe(catalogue, "fixture.moody", DescribeFormat::text, out),
                       "several plugins offer 'fixture.moody'; write one of\n  fixture-good:fixture.moody\n"
                       "  other:fixture.moody",
                       CommandLineError);
  CHECK(contains(describe(catalogue, "other:fixture.moody"), "(plugin other 1.2.3)"));
}

TEST_CASE("a component of a plugin that cannot be used is described, with the refusal") {
  const fixtures::Folder folder;
  const Catalogue catalogue =
      of({fixtures::forged(folder.path / "newer.so", [](Manifest& m) { m.abi.sdk_minor = 99; })});
  const std::string text = describe(catalogue, "fixture.everything");
  CHECK(contains(text, "Conduction speed"));
  CHECK(contains(text, "\nplugins: cannot use newer.so (found by --plugin)\n"));
}

TEST_CASE("doctor shows every folder and the verdict on every file") {
  const fixtures::Folder folder;
  fixtures::write(folder.path / "a.so", fixtures::read(fixtures::library("good")));
  fixtures::write(folder.path / "b.so", fixtures::read(fixtures::library("good")));
  fixtures::write(folder.path / "libother.so", fixtures::read(fixtures::library("not_a_plugin")));
  std::ostringstream fine;
  CHECK(run_doctor(of({folder.path}), false, fine) == exit_fine);
  const std::string at = folder.path.string();
  CHECK(contains(fine.str(), "  usable     " + at + "/a.so   fixture-good 1.2.3, components: 2\n"));
  CHECK(contains(fine.str(),
                 "  shadowed   " + at + "/b.so\n             shadowed by " + at + "/a.so (fixture-good 1.2.3"));
  CHECK(contains(fine.str(), "  no plugin  " + at + "/libother.so\n"));
  CHECK(contains(fine.str(), "  " + at + "   (--plugin)\n"));
  CHECK(contains(fine.str(), "instruction sets: "));
  CHECK(contains(fine.str(), "HDF5 1."));

  fixtures::write(folder.path / "broken.so", "x");
  std::ostringstream trouble, json;
  CHECK(run_doctor(of({folder.path}), false, trouble) == exit_plugin);
  CHECK(contains(trouble.str(), "  refused    " + at + "/broken.so\n             it is not a shared library"));
  CHECK(contains(trouble.str(), "plugins: cannot use broken.so (found by --plugin)\n"));
  CHECK(run_doctor(of({folder.path}), true, json) == exit_plugin);
  const auto parsed = nlohmann::json::parse(json.str());
  CHECK(parsed["files"][2]["verdict"] == "refused");
  CHECK(parsed["folders"][0]["exists"] == true);
}
