#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "../../shared_data.hpp"
#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// A drug as a user meets it: through a scenario.
namespace {

struct Run {
  std::filesystem::path folder;
  CommandResult result;
  [[nodiscard]] bool says(const std::string& text) const {
    return (result.out + result.err).find(text) != std::string::npos;
  }
};

Run run(const std::string& name, const std::string& drug, const std::string& options = {}) {
  const auto folder = fresh_folder("drugs_" + name);
  std::ofstream(folder / "scenario.toml") << "[block]\nuse = \"drug.hill_block\"\n" + drug;
  const auto out = folder / "run";
  return {out, tawara_command("run '" + (folder / "scenario.toml").string() + "' --output '" + out.string() + "' " +
                              options)};
}

/// A paced ToR-ORd cell with the drugs listed.
std::string paced(const std::string& drugs, int beats) {
  return "[myocyte]\nuse = \"ionic.torord\"\n[pacing]\nuse = \"protocol.pacing\"\n[paced_cell]\nuse = "
         "\"experiment.single_cell\"\ncell = \"myocyte\"\nprotocol = \"pacing\"\ndrugs = [" +
         drugs + "]\nbeats = " + std::to_string(beats) + "\n";
}

const std::string E4031 = "blocks = [{ current = \"I_Kr\", ic50 = \"7 nM\" }]\n";

double APD90(const Run& run) { return summary_of(run.folder)["paced_cell"]["APD90"].get<double>(); }

double remaining(const Run& run) { return ReferenceCsv(run.folder / "block.remaining.csv").number(0, "remaining"); }

}  // namespace

TEST_CASE("concentrations are written as laboratories write them") {
  const std::string half = "blocks = [{ current = \"I_Kr\", ic50 = \"48 nM\" }]\nconcentration = ";
  int k = 0;
  for (const char* written : {"48", "\"48 nM\"", "\"48 nmol/L\"", "\"0.048 uM\"", "\"48e-6 mmol/L\""}) {
    const Run r = run("unit" + std::to_string(k++), half + written + "\n");
    CAPTURE(r.result.err);
    REQUIRE(r.result.code == 0);
    CHECK(remaining(r) == doctest::Approx(0.5).epsilon(1e-12));
  }
}

TEST_CASE("a preset at its therapeutic peak writes what is left of each current") {
  const Run r = run("preset", "compound = \"dofetilide\"\nmultiples_of_Cmax = 1\n");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  const ReferenceCsv table(r.folder / "block.remaining.csv");
  CHECK(table.rows.size() == 6);
  CHECK(table.rows[0][table.column("current")] == "I_Kr");
  CHECK(remaining(r) == doctest::Approx(0.695858).epsilon(1e-5));
}

TEST_CASE("settings of a drug that cannot be are refused where they stand") {
  const auto refused = [](const char* name, const char* drug, const char* message) {
    const Run r = run(name, drug);
    CAPTURE(r.result.err);
    CHECK(r.result.code == 3);
    CHECK(r.says(message));
  };
  refused("current", "blocks = [{ current = \"IKr\", ic50 = 7 }]\n", "did you mean 'I_Kr'");
  refused("current_line", "blocks = [{ current = \"IKr\", ic50 = 7 }]\n", "scenario.toml:3:");
  refused("ic50", "blocks = [{ current = \"I_Kr\", ic50 = -7 }]\n", "ic50: -7");
  refused("hill", "blocks = [{ current = \"I_Kr\", ic50 = 7, hill = 0 }]\n", "hill: 0");
  refused("no_ic50", "blocks = [{ current = \"I_Kr\" }]\n", "ic50");
  refused("negative", "compound = \"verapamil\"\nconcentration = -1\n", "concentration: -1");
  refused("mass", "compound = \"verapamil\"\nconcentration = \"2 ug/L\"\n", "a concentration");
  refused("compound", "compound = \"verapamill\"\n", "did you mean 'verapamil'");
  refused("twice", "blocks = [{ current = \"I_Kr\", ic50 = 7 }, { current = \"I_Kr\", ic50 = 8 }]\n",
          "scenario.toml:3:");
  refused("nothing", "concentration = 5\n", "nothing is blocked; list currents as blocks");
}

TEST_CASE("a dose given twice fails the run and says which two") {
  const Run r = run("dose", "compound = \"verapamil\"\nconcentration = 5\nmultiples_of_Cmax = 2\n");
  CHECK(r.result.code == 1);
  CHECK(r.says("block"));
  CHECK(r.says("the dose is given twice, 5 nmol/L and 2 C_max; keep `concentration` or `multiples_of_Cmax`"));
}

TEST_CASE("a drug on a cell is its multiplier, and two drugs are the product of theirs") {
  const std::string two = E4031 +
                          "concentration = 7\n[other]\nuse = \"drug.hill_block\"\nblocks = [{ current = "
                          "\"I_Kr\", ic50 = 100 }, { current = \"I_CaL\", ic50 = 300 }]\nconcentration = 300\n";
  const Run drugged = run("two", two + paced("\"block\", \"other\"", 3));
  const Run scaled = run("scaled", two + paced("", 3), "--set myocyte.scale_I_Kr=0.125 --set myocyte.scale_I_CaL=0.5");
  const Run free = run("free", two + paced("", 3));
  INFO(drugged.result.err);
  REQUIRE(drugged.result.code == 0);
  REQUIRE(scaled.result.code == 0);
  REQUIRE(free.result.code == 0);
  CHECK(APD90(drugged) == doctest::Approx(APD90(scaled)).epsilon(1e-12));
  CHECK(APD90(drugged) > APD90(free) + 20);
}

TEST_CASE("the more dofetilide the longer the action potential; verapamil at the same I_Kr block prolongs less") {
  double last = 0;
  for (const int multiples : {0, 1, 5, 25}) {
    const Run r = run(
        "dofetilide" + std::to_string(multiples),
        "compound = \"dofetilide\"\nmultiples_of_Cmax = " + std::to_string(multiples) + "\n" + paced("\"block\"", 2));
    REQUIRE(r.result.code == 0);
    CHECK(APD90(r) > last + 5);
    last = APD90(r);
  }
  // Half of I_Kr is left at 4.87 nmol/L of dofetilide and at 288 nmol/L of verapamil, which blocks I_CaL as well.
  const Run dofetilide =
      run("half_dofetilide", "compound = \"dofetilide\"\nconcentration = 4.87\n" + paced("\"block\"", 2));
  const Run verapamil =
      run("half_verapamil", "compound = \"verapamil\"\nconcentration = 288\n" + paced("\"block\"", 2));
  REQUIRE(dofetilide.result.code == 0);
  REQUIRE(verapamil.result.code == 0);
  CHECK(APD90(verapamil) < APD90(dofetilide) - 20);
}

TEST_CASE("E-4031 at its IC50 gives the reference's action potential with half of I_Kr") {
  const auto data = shared_data("reference/torord_fkatp_endo/conditions.csv");
  if (!data) return;
  const Run r = run("reference", E4031 + "concentration = 7\n" + paced("\"block\"", 100));
  REQUIRE(r.result.code == 0);
  const ReferenceCsv table(data.path);
  bool found = false;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (table.rows[row][0] != "GKr_x0.5" || table.number(row, "cl_ms") != 1000) continue;
    found = true;
    CHECK(std::fabs(APD90(r) - table.number(row, "apd90")) < 0.5);
  }
  CHECK(found);
}

TEST_CASE("drug_block.toml: four drugs at four doses") {
  const auto out = fresh_folder("drugs_scenario") / "out";
  const auto result = tawara_command("run '" TAWARA_SOURCE "/scenarios/drug_block.toml' --output '" + out.string() +
                                     "' --set paced_cell.beats=2");
  INFO(result.err);
  REQUIRE(result.code == 0);
  const ReferenceCsv runs(out / "runs.csv");
  REQUIRE(runs.rows.size() == 16);
  std::map<std::string, std::vector<double>> APD90;
  for (std::size_t r = 0; r < 16; ++r) APD90[runs.rows[r][1]].push_back(runs.number(r, "paced_cell.APD90"));
  REQUIRE(APD90.size() == 4);
  for (const auto& [drug, dose] : APD90) {
    CHECK(dose[0] == APD90["dofetilide"][0]);
    CHECK(dose[1] > dose[0]);
    CHECK(dose[1] <= APD90["quinidine"][1]);
  }
  for (std::size_t k = 1; k < 4; ++k) CHECK(APD90["dofetilide"][k] > APD90["dofetilide"][k - 1] + 5);
  CHECK(APD90["verapamil"][3] < APD90["dofetilide"][3] - 50);
}

TEST_CASE("85 % block of I_Kr at a slow rate shows in the summary as an EAD") {
  const Run r =
      run("EAD", "blocks = [{ current = \"I_Kr\", ic50 = 15 }]\nconcentration = 85\n" + paced("\"block\"", 100),
          "--set pacing.period=4000 --set myocyte.Na_o=137 --set myocyte.Ca_o=2 --set myocyte.K_o=5");
  INFO(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK(summary_of(r.folder)["paced_cell"]["EADs"] == 1);
  CHECK(APD90(r) > 700);
}
