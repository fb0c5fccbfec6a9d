#include <doctest/doctest.h>

#include <string>

#include "../shared_data.hpp"
#include "../tawara_command.hpp"

namespace fs = std::filesystem;

namespace {

const std::string scenarios = std::string(TAWARA_SOURCE) + "/scenarios/";

/// Runs a scenario of the repository, shortened, and gives the folder of its results.
fs::path run(const std::string& name, const std::string& options, const std::string& folder_name = "") {
  const fs::path folder = fresh_folder(folder_name.empty() ? name : folder_name);
  const auto r =
      tawara_command("run '" + scenarios + name + ".toml' --output '" + (folder / "out").string() + "' " + options);
  INFO(r.err);
  REQUIRE(r.code == 0);
  return folder / "out";
}

/// A coarse heart and few particles: the whole chain in seconds.
const std::string small_twin =
    " --set ventricles.edge=6 --set inference.particles=16 --set inference.max_iterations=2 --set "
    "action_potentials.beats=5";

}  // namespace

TEST_CASE("single_cell.toml gives an action potential of a human ventricle") {
  const auto cell = summary_of(run("single_cell", "--set paced_cell.beats=2"))["paced_cell"];
  CHECK(cell["APD90"].get<double>() == doctest::Approx(270).epsilon(0.02));
  CHECK(cell["V_rest"].get<double>() == doctest::Approx(-88.9).epsilon(0.01));
  CHECK(cell["V_peak"].get<double>() > 20);
  CHECK(cell["dVdt_max"].get<double>() > 200);
  CHECK(fs::exists(fs::path(TAWARA_BUILD) / "tests/out/single_cell/out/report.html"));
  CHECK(cell["CaT_amplitude"].get<double>() > 1e-4);
}

TEST_CASE("a woman's action potential is longer than a man's") {
  const auto apd90 = [](const std::string& sex) {
    return summary_of(run("single_cell", "--set paced_cell.beats=5 --set myocyte.sex=" + sex,
                          "sex_" + sex))["paced_cell"]["APD90"]
        .get<double>();
  };
  CHECK(apd90("female") > apd90("male") + 20);
}

TEST_CASE("swap_cell_model.toml runs both models of its sweep") {
  const fs::path out = run("swap_cell_model", "--set paced_cell.beats=2");
  const std::string csv = contents(out / "runs.csv");
  CHECK(csv.find("ionic.torord,finished") != std::string::npos);
  CHECK(csv.find("ionic.mitchell_schaeffer,finished") != std::string::npos);
}

TEST_CASE("the resolved scenario runs again to the same result") {
  const fs::path first = run("single_cell", "--set paced_cell.beats=1", "resolved_1");
  const fs::path folder = fresh_folder("resolved_2");
  const auto r = tawara_command("run '" + (first / "scenario.resolved.toml").string() + "' --output '" +
                                (folder / "out").string() + "'");
  INFO(r.err);
  REQUIRE(r.code == 0);
  CHECK(contents(first / "summary.json") == contents(folder / "out" / "summary.json"));
  CHECK(contents(first / "paced_cell.trace.csv") == contents(folder / "out" / "paced_cell.trace.csv"));
}

TEST_CASE("sex_specific_twin.toml infers a planted twin, to the same bytes for one thread and for two") {
  const fs::path one = run("sex_specific_twin", small_twin + " --threads 1", "twin_1");
  const fs::path two = run("sex_specific_twin", small_twin + " --threads 2", "twin_2");
  const auto summary = summary_of(one);
  CHECK(summary["inference"]["iterations"] == 2);
  CHECK(summary["inference"]["failures"] == 0);
  CHECK(summary["inference"]["pcc_best"].get<double>() > 0.5);
  for (const char* key : {"pcc_mean", "evaluations", "seconds", "ess", "lat_rms_ms", "coverage95"})
    CHECK(summary["inference"].contains(key));
  for (const char* key : {"nodes", "tetrahedra", "mean_edge_mm", "muscle_ml", "min_dihedral_deg"})
    CHECK(summary["ventricles"].contains(key));
  CHECK(summary["ventricles"]["muscle_ml"].get<double>() == doctest::Approx(98).epsilon(0.03));
  CHECK(summary["planted_activation"]["LAT_max_ms"].get<double>() > 30);
  for (const char* table : {"population", "history", "posterior_leads", "recovery"})
    CHECK(contents(one / ("inference." + std::string(table) + ".csv")) ==
          contents(two / ("inference." + std::string(table) + ".csv")));
}

TEST_CASE("an inference that pauses after every iteration resumes to the bytes of one that never stopped") {
  const fs::path whole = run("sex_specific_twin", small_twin, "twin_whole");
  const fs::path folder = fresh_folder("twin_paused");
  const std::string line =
      "run '" + scenarios + "sex_specific_twin.toml' --output '" + (folder / "out").string() + "'" + small_twin;
  auto r = tawara_command(line + " --set inference.wall_limit=0");
  CHECK(r.code == 1);
  CHECK(r.err.find("--resume") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "out" / "summary.json"));
  CHECK(fs::exists(folder / "out" / "inference.population.unfinished.csv"));
  r = tawara_command(line + " --resume");
  INFO(r.err);
  REQUIRE(r.code == 0);
  for (const char* table : {"population", "history"})
    CHECK(contents(whole / ("inference." + std::string(table) + ".csv")) ==
          contents(folder / "out" / ("inference." + std::string(table) + ".csv")));
}

TEST_CASE("mri_ecg_twin.toml takes a person's surfaces and a recording") {
  if (!shared_data("geometry/subject_a") || !shared_data("clinical/00001_lr.hea")) return;
  const std::string shared = TAWARA_SHARED;
  const auto summary = summary_of(run("mri_ecg_twin", small_twin + " --set 'define.surfaces=\"" + shared +
                                                          "/geometry/subject_a\"' --set 'define.recording=\"" + shared +
                                                          "/clinical/00001_lr.hea\"'"));
  CHECK(summary["recording"]["heart_rate"].get<double>() == doctest::Approx(64).epsilon(0.05));
  CHECK(summary["ventricles"]["min_dihedral_deg"].get<double>() >= 5);
  CHECK(summary["inference"]["pcc_best"].get<double>() > 0);
}
