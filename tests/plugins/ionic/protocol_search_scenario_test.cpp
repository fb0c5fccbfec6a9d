#include <doctest/doctest.h>

#include <string>

#include "../../tawara_command.hpp"

// Beating cells and the search for a protocol, as a user meets them.
namespace {

namespace fs = std::filesystem;

const std::string scenarios = std::string(TAWARA_SOURCE) + "/scenarios/";
const std::string few =
    " --set search.cells=40 --set search.slot=50 --set search.duration=250 --set search.V_step=40"
    " --set 'search.fixed=[{ t = 0, V = -100 }]'";

fs::path run(const std::string& name, const std::string& scenario, const std::string& options) {
  const fs::path out = fresh_folder("ionic_search_" + name) / "run";
  const auto result =
      tawara_command("run '" + scenarios + scenario + ".toml' --output '" + out.string() + "' " + options);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return out;
}

}  // namespace

TEST_CASE("ipsc_population.toml keeps beating cells, to the same bytes for one thread and for two and in parts") {
  const std::string cells = "--set cohort.cells=24 --set cohort.shard_size=16 ";
  const fs::path one = run("one", "ipsc_population", cells + "--threads 1");
  const fs::path two = run("two", "ipsc_population", cells + "--threads 2");
  const fs::path only = run("only", "ipsc_population", cells + "--set cohort.only=[21]");
  CHECK(contents(one / "cohort.population.csv") == contents(two / "cohort.population.csv"));
  for (const char* shard : {"cohort.cells.00000.h5", "cohort.cells.00001.h5"}) {
    REQUIRE(fs::exists(one / shard));
    CHECK(contents(one / shard) == contents(two / shard));
  }
  const auto summary = summary_of(one)["cohort"];
  CHECK(summary["cells"] == 24);
  CHECK(summary["accepted"] == 24);
  CHECK(summary["candidates"].get<double>() > 30);
  CHECK(summary["acceptance"].get<double>() == 24 / summary["candidates"].get<double>());
  CHECK(contents(one / "cohort.verdicts.csv").find("\nquiescent,") != std::string::npos);
  const std::string rows = contents(one / "cohort.population.csv"), row = contents(only / "cohort.population.csv");
  const std::string cell = row.substr(row.find("\n21,"));
  CHECK(cell.size() > 100);
  CHECK(rows.find(cell) != std::string::npos);
}

TEST_CASE("protocol_search.toml finds the same command by one thread and by two, and a clamp takes it") {
  const fs::path one = run("search_1", "protocol_search", few + " --threads 1");
  const fs::path two = run("search_2", "protocol_search", few + " --threads 2");
  for (const char* table : {"waveform", "steps", "scores", "slots", "parameters", "baselines"}) {
    CAPTURE(table);
    const std::string file = "search." + std::string(table) + ".csv";
    REQUIRE(fs::exists(one / file));
    CHECK(contents(one / file) == contents(two / file));
  }
  CHECK(contents(one / "search.waveform.csv").find("t [ms],V_command [mV]\n0,-100\n1,-100\n") == 0);
  CHECK(contents(one / "search.parameters.csv").find("\nK1_c0,") != std::string::npos);
  // The command, on other cells.
  const fs::path clamp = one / "clamp.toml";
  std::ofstream(clamp) << "[myocyte]\nuse = \"ionic.kernik\"\n[clamp]\nuse = \"protocol.voltage_clamp\"\nfile = "
                          "\"search.steps.csv\"\n[recording]\nuse = \"experiment.single_cell\"\ncell = "
                          "\"myocyte\"\nprotocol = \"clamp\"\n";
  const auto result = tawara_command("run '" + clamp.string() + "' --output '" + (one / "again").string() + "'");
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK(contents(one / "again" / "recording.trace.csv").find("\n249,") != std::string::npos);
}
