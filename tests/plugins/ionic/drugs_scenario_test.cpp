#include <doctest/doctest.h>

#include <fstream>
#include <string>

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

Run run(const std::string& name, const std::string& drug) {
  const auto folder = fresh_folder("drugs_" + name);
  std::ofstream(folder / "scenario.toml") << "[block]\nuse = \"drug.hill_block\"\n" + drug;
  const auto out = folder / "run";
  return {out, tawara_command("run '" + (folder / "scenario.toml").string() + "' --output '" + out.string() + "'")};
}

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
