#include <doctest/doctest.h>

#include <string>

#include "../tawara_command.hpp"

namespace fs = std::filesystem;

namespace {

/// Everything of ipsc_twins.toml, with few cells and few steps.
const std::string tiny =
    " --set search.cells=200 --set search.slot=500 --set 'search.fixed=[{ t = 0, V = -100 }]'"
    " --set 'search.baselines=[\"staircase\"]' --set cohort.cells=400 --set network.epochs=5 --set patients.cells=2 "
    "--set twins.iterations=4 --set trial.cells=16"
    " --set 'trial.concentrations=[\"50 nM\"]'";

fs::path run(const std::string& options, const std::string& folder_name) {
  const fs::path out = fresh_folder(folder_name) / "out";
  const auto r = tawara_command("run '" TAWARA_SOURCE "/scenarios/ipsc_twins.toml' --output '" + out.string() + "'" +
                                tiny + options);
  INFO(r.err);
  REQUIRE(r.code == 0);
  return out;
}

}  // namespace

TEST_CASE("ipsc_twins.toml goes from a search to a drug trial, and each part's results are where the next looks") {
  const fs::path out = run(" --threads 2", "ipsc_twins");
  const auto summary = summary_of(out);
  CHECK(summary["search"]["mse"].get<double>() < summary["search"]["mse_unrecorded"].get<double>());
  CHECK(summary["cohort"]["cells"] == 400);
  CHECK(summary["network"]["test_MAE"].get<double>() < summary["network"]["trivial_MAE"].get<double>());
  CHECK(summary["network"]["training_cells"] == 280);
  CHECK(summary["twins"]["cells"] == 2);
  CHECK(summary["twins"]["failures"] == 0);
  CHECK(summary["twins"]["rms"].get<double>() < 0.5 * summary["twins"]["rms_net"].get<double>());
  CHECK(summary["trial"]["failures"] == 0);
  for (const char* file : {"search.steps.csv", "cohort.cells.00000.h5", "network.model.h5", "network.history.csv",
                           "twins.population.csv", "twins.twin_0.toml", "trial.incidence.csv", "report.html"})
    CHECK_MESSAGE(fs::exists(out / file), file);

  // The model and a twin outlive the run that made them.
  const fs::path alone = fresh_folder("ipsc_twin_alone") / "out";
  const auto twin =
      tawara_command("run '" + (out / "twins.twin_0.toml").string() + "' --output '" + alone.string() + "'");
  INFO(twin.err);
  CHECK(twin.code == 0);
}

TEST_CASE("ipsc_twins.toml gives the same bytes on one thread") {
  const fs::path two = fs::path(TAWARA_BUILD) / "tests/out/ipsc_twins/out", one = run(" --threads 1", "ipsc_twins_1");
  REQUIRE(fs::exists(two));
  for (const char* file : {"search.steps.csv", "network.model.h5", "twins.population.csv", "trial.incidence.csv"})
    CHECK_MESSAGE(contents(one / file) == contents(two / file), file);
}
