#include <doctest/doctest.h>

#include <string>

#include "../../tawara_command.hpp"

// Drug trials as a user meets them.
namespace {

namespace fs = std::filesystem;

const std::string few =
    " --set trial.cells=24 --set trial.shard_size=16 --set 'trial.concentrations=[10, 50]' --set trial.settle=2000"
    " --set trial.duration=5000";

std::string line(const fs::path& out, const std::string& options) {
  return "run '" + std::string(TAWARA_SOURCE) + "/scenarios/drug_trial.toml' --output '" + out.string() + "'" + few +
         " " + options;
}

fs::path run(const std::string& name, const std::string& options) {
  const fs::path out = fresh_folder("ionic_drug_trial_" + name) / "run";
  const auto result = tawara_command(line(out, options));
  INFO(result.err);
  REQUIRE(result.code == 0);
  return out;
}

constexpr const char* tables[] = {"trial.incidence.csv", "trial.EAD.csv", "trial.without_drug.csv", "trial.parents.csv",
                                  "trial.examples.csv"};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

CommandResult refused(const std::string& name, const std::string& trial, const std::string& cell = "ionic.kernik") {
  const fs::path folder = fresh_folder("ionic_drug_trial_" + name);
  std::ofstream(folder / "study.toml") << "[myocyte]\nuse = \"" << cell << "\"\n[pacing]\nuse = \"protocol.pacing\"\n"
                                       << "[e4031]\nuse = \"drug.hill_block\"\nblocks = [{ current = \"I_Kr\", ic50 = "
                                          "\"7 nM\" }]\n[trial]\nuse = \"experiment.drug_trial\"\ncell = \"myocyte\"\n"
                                       << trial;
  const auto result =
      tawara_command("run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'");
  CHECK(result.code != 0);
  return result;
}

}  // namespace

TEST_CASE("drug_trial.toml gives the same bytes by one thread and by two") {
  const fs::path one = run("1", "--threads 1"), two = run("2", "--threads 2");
  for (const char* table : tables) {
    CAPTURE(table);
    REQUIRE(fs::exists(one / table));
    CHECK(contents(one / table) == contents(two / table));
  }
  for (const char* shard : {"trial.cells.00000.h5", "trial.cells.00001.h5", "trial.cells.00005.h5"}) {
    CAPTURE(shard);
    REQUIRE(fs::exists(one / shard));
    CHECK(contents(one / shard) == contents(two / shard));
  }
  CHECK_FALSE(fs::exists(one / "trial.cells.00006.h5"));
  const auto trial = summary_of(one)["trial"];
  CHECK(trial["failures"] == 0);
  CHECK(trial["EAD_highest"].get<double>() >= 0);
  CHECK(has(contents(one / "trial.incidence.csv"), "\ntwin_c,e4031,50,"));
  // A chart of all parents, and one of each with its interval.
  const std::string report = contents(one / "report.html");
  CHECK(has(report, ">EAD_e4031<"));
  CHECK(has(report, ">EAD_e4031_twin_a<"));
}

TEST_CASE("a trial that is resumed makes what is missing, and says the same") {
  const fs::path out = run("resumed", "");
  std::string before;
  for (const char* table : tables) before += contents(out / table);
  const std::string shard = contents(out / "trial.cells.00003.h5");
  const auto kept = fs::last_write_time(out / "trial.cells.00002.h5");
  fs::remove(out / "trial.cells.00003.h5");
  fs::remove(out / "summary.json");
  const auto result = tawara_command(line(out, "--resume"));
  INFO(result.err);
  REQUIRE(result.code == 0);
  std::string after;
  for (const char* table : tables) after += contents(out / table);
  CHECK(after == before);
  CHECK(contents(out / "trial.cells.00003.h5") == shard);
  CHECK(fs::last_write_time(out / "trial.cells.00002.h5") == kept);
}

TEST_CASE("the cells of a trial can be read again") {
  const fs::path out = run("read", "--set 'trial.parent_rows=[1]'");
  std::ofstream(out / "again.toml") << "[cells]\nuse = \"dataset.population\"\nfile = \"trial.cells\"\n";
  const auto result =
      tawara_command("run '" + (out / "again.toml").string() + "' --output '" + (out / "again").string() + "'");
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(summary_of(out / "again")["cells"]["rows"] == 24);
  CHECK(has(contents(out / "again" / "cells.population.csv"), "outcome_e4031_50"));
}

TEST_CASE("a cell that needs a stimulus is refused in words, and so is a protocol for one") {
  const auto paced = refused("paced", "drugs = [\"e4031\"]\nprotocol = \"pacing\"\ncells = 1\nparameters = []\n");
  CHECK(has(paced.err, "protocol"));
  const auto silent = refused("silent", "drugs = [\"e4031\"]\ncells = 1\nparameters = []\n", "ionic.torord");
  CHECK(has(silent.err, "does not beat normally without a drug"));
  CHECK(has(silent.err, "1 at_rest"));
  CHECK(has(silent.err, "Cells of a trial are not paced"));
}

TEST_CASE("negative concentrations, and doses by multiples of Cmax, are refused where they are written") {
  const auto negative = refused("negative", "drugs = [\"e4031\"]\ncells = 1\nparameters = []\nconcentrations = [-5]\n");
  CHECK(has(negative.err, "study.toml:"));
  CHECK(has(negative.err, "-5"));
  const auto none = refused("none", "drugs = []\ncells = 1\nparameters = []\n");
  CHECK(has(none.err, "there is no drug to try"));
  const fs::path folder = fresh_folder("ionic_drug_trial_multiples");
  std::ofstream(folder / "study.toml")
      << "[myocyte]\nuse = \"ionic.kernik\"\n[dofetilide]\nuse = \"drug.hill_block\"\ncompound = \"dofetilide\"\n"
         "multiples_of_Cmax = 2\n[trial]\nuse = \"experiment.drug_trial\"\ncell = \"myocyte\"\ndrugs = "
         "[\"dofetilide\"]\ncells = 1\nparameters = []\n";
  const auto multiples =
      tawara_command("run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'");
  CHECK(multiples.code != 0);
  CHECK(has(multiples.err, "'dofetilide' acts although its concentration is 0"));
  CHECK(has(multiples.err, "leave `multiples_of_Cmax` out"));
}
