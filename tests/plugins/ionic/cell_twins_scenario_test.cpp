#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "../../tawara_command.hpp"

// Twins as a user meets them: cells are recorded, and found again from their currents.
namespace {

namespace fs = std::filesystem;

const std::string parameters =
    "paths = [\"myocyte.g_K1\", \"myocyte.g_Kr\", \"myocyte.p_CaL\", \"myocyte.f_tau0\", \"myocyte.g_f\"]\nwithin = "
    "0.2\n";

const std::string scenario =
    "[myocyte]\nuse = \"ionic.kernik\"\ntemperature = 310\n\n"
    "[clamp]\nuse = \"protocol.voltage_clamp\"\nsteps = [{ V = -80, duration = 40 }, { V = 0, duration = 60 },\n"
    "  { V = -40, duration = 60 }, { V = 20, duration = 60 }, { V = -120, duration = 120 }, { V = -30, duration = 60 "
    "}]\n\n"
    "[cohort]\nuse = \"experiment.population\"\ncell = \"myocyte\"\nprotocol = \"clamp\"\ncells = 4\nkeep = "
    "\"beating\"\n"
    "record = [\"I_ion\"]\nonset = 2\n[[cohort.parameters]]\n" +
    parameters +
    "\n[twins]\nuse = \"experiment.cell_twins\"\ncell = \"myocyte\"\nprotocol = \"clamp\"\nrecordings = \"cohort\"\n"
    "add_noise = 0.02\nduration = 5000\nsettle = 2000\nshard_size = 2\n[[twins.parameters]]\n" +
    parameters;

fs::path run(const std::string& name, const std::string& text, const std::string& options = "") {
  const fs::path folder = fresh_folder("ionic_twins_" + name);
  std::ofstream(folder / "scenario.toml") << text;
  const auto result = tawara_command("run '" + (folder / "scenario.toml").string() + "' --output '" +
                                     (folder / "run").string() + "' " + options);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return folder / "run";
}

}  // namespace

TEST_CASE("recorded cells are found again, to the same bytes for any number of threads, and their scenarios run") {
  const fs::path one = run("one", scenario, "--threads 1"), two = run("two", scenario, "--threads 2");
  for (const char* file : {"population.csv", "net_twins.csv", "accuracy.csv", "truth.csv", "currents.csv",
                           "free_runs.csv", "twins.00000.h5", "twins.00001.h5", "twin_0.toml", "twin_3.toml"}) {
    CAPTURE(file);
    const std::string name = "twins." + std::string(file);
    REQUIRE(fs::exists(one / name));
    CHECK(contents(one / name) == contents(two / name));
  }
  const auto summary = summary_of(one)["twins"];
  CHECK(summary["cells"] == 4);
  CHECK(summary["failures"] == 0);
  CHECK(summary["beating"] == 1);
  CHECK(summary["both_within"] == 1);
  CHECK(summary["both_within_net"].get<double>() < 1);
  CHECK(summary["mae"].get<double>() < 0.2 * summary["mae_net"].get<double>());
  CHECK(contents(one / "report.html").find("I_ion_") != std::string::npos);

  // A twin by itself, elsewhere.
  const fs::path folder = fresh_folder("ionic_twins_alone");
  fs::copy(one / "twins.twin_3.toml", folder / "mine.toml");
  const auto alone = tawara_command("run '" + (folder / "mine.toml").string() + "' --output '" +
                                    (folder / "run").string() + "' --set left_alone.duration=20000");
  INFO(alone.err);
  REQUIRE(alone.code == 0);
  CHECK(summary_of(folder / "run")["left_alone"]["cycle_length"].get<double>() > 100);
}

TEST_CASE("twins are a design for populations") {
  const fs::path out = run("design", scenario +
                                         "[quiet]\nuse = \"protocol.quiet\"\n\n[again]\nuse = "
                                         "\"experiment.population\"\ncell = \"myocyte\"\nprotocol = "
                                         "\"quiet\"\ndesign = \"twins\"\nduration = 5000\nsettle = 2000\n");
  const std::string rows = contents(out / "again.population.csv");
  CHECK(std::count(rows.begin(), rows.end(), '\n') == 5);
  CHECK(summary_of(out)["again"]["failures"] == 0);
}
