#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// experiment.population as a user meets it: through a scenario.
namespace {

using std::filesystem::path;

const std::string scenario = R"([myocyte]
use = "ionic.mitchell_schaeffer"
[pacing]
use = "protocol.pacing"
period = 500
[cohort]
use = "experiment.population"
cell = "myocyte"
protocol = "pacing"
cells = 200
beats = 2
shard_size = 64
parameters = [
  { path = "myocyte.tau_close", uniform = [100, 200] },
  { path = "myocyte.scale_I_in", normal = [1, 0.1] },
)";

// A current far beyond what steps can follow in most cells.
const std::string absurd = "  { path = \"myocyte.scale_I_out\", log_uniform = [1, 1e300] },\n";

struct Run {
  path folder;
  CommandResult result;
  [[nodiscard]] std::string population() const { return contents(folder / "cohort.population.csv"); }
};

Run run_file(const path& file, const path& out, const std::string& options) {
  return {out, tawara_command("run '" + file.string() + "' --output '" + out.string() + "' " + options)};
}

Run run(const std::string& name, const std::string& options = {}, const std::string& more = {}) {
  const path folder = fresh_folder("population_" + name);
  std::ofstream(folder / "scenario.toml") << scenario << more << "]\n";
  return run_file(folder / "scenario.toml", folder / "run", options);
}

std::string line_of(const std::string& csv, const std::string& index) {
  const auto at = csv.find("\n" + index + ",");
  return at == std::string::npos ? "" : csv.substr(at + 1, csv.find('\n', at + 1) - at - 1);
}

}  // namespace

TEST_CASE("a population's bytes do not depend on the number of threads or the size of shards") {
  const Run one = run("one_thread", "--threads 1"), two = run("two_threads", "--threads 2");
  CAPTURE(one.result.err);
  REQUIRE(one.result.code == 0);
  REQUIRE(two.result.code == 0);
  CHECK(one.population() == two.population());
  CHECK(one.population() == run("other_shards", "--set cohort.shard_size=50").population());
  const auto summary = summary_of(one.folder)["cohort"];
  CHECK(summary["cells"] == 200);
  CHECK(summary["failures"] == 0);
  CHECK(summary["isa"].is_string());
  CHECK(summary["ns_per_cell_step"].get<double>() > 0);
  CHECK(summary["cpu_ms_per_cell_beat"].get<double>() > 0);
  CHECK(std::filesystem::exists(one.folder / "cohort.cells.00003.h5"));
}

TEST_CASE("cells whose stimuli fall into action potentials stay ok, say so in the table, and are counted") {
  const Run r = run("into_plateau", "--set pacing.period=20 --set cohort.beats=4 --set cohort.cells=5");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK((r.result.out + r.result.err).find("the last beat of 5 of 5 cells does not begin at rest (V_m is -40 mV") !=
        std::string::npos);
  CHECK(line_of(r.population(), "0").find(",not at rest,") != std::string::npos);
  CHECK(line_of(r.population(), "0").find(",ok") != std::string::npos);
}

TEST_CASE("clamped cells have the bytes of their block on any number of threads, in any shard, and alone") {
  const path folder = fresh_folder("population_clamped");
  std::ofstream(folder / "scenario.toml") << R"([myocyte]
use = "ionic.kernik"
[clamp]
use = "protocol.voltage_clamp"
steps = [{ V = -80, duration = 50 }, { V = 0, duration = 50 }, { V = -40, duration = 50 }]
[cohort]
use = "experiment.population"
cell = "myocyte"
protocol = "clamp"
cells = 100
shard_size = 50
record = ["I_ion"]
parameters = [
  { path = "myocyte.scale_I_Kr", uniform = [0.6, 1.4] },
  { path = "myocyte.scale_I_CaL", uniform = [0.6, 1.4] },
]
)";
  const auto go = [&](const std::string& name, const std::string& options) {
    const Run run = run_file(folder / "scenario.toml", folder / name, options);
    CAPTURE(run.result.err);
    REQUIRE(run.result.code == 0);
    return run;
  };
  const auto shard = [](const Run& run, const std::string& name) { return contents(run.folder / name); };
  const Run one = go("one", "--threads 1"), two = go("two", "--threads 2");
  CHECK((one.result.out + one.result.err).find("100 cells in blocks of 16 (") != std::string::npos);
  CHECK(one.population() == two.population());
  for (const std::string name : {"cohort.cells.00000.h5", "cohort.cells.00001.h5"}) {
    CHECK(shard(one, name).size() > 50 * 151 * 8);
    CHECK(shard(one, name) == shard(two, name));
  }
  const Run alone = go("alone", "--set 'cohort.only=[71]'");
  const Run again = go("again", "--threads 2 --set 'cohort.only=[71]' --set cohort.cells=72");
  CHECK(line_of(alone.population(), "71") == line_of(one.population(), "71"));
  CHECK(line_of(again.population(), "71") == line_of(one.population(), "71"));
  CHECK(go("other_shards", "--threads 2 --set cohort.shard_size=7").population() == one.population());
}

TEST_CASE("a failed cell's scenario runs it alone, to the same row") {
  const Run all = run("failed", "--set cohort.cells=20 --set cohort.max_failed_fraction=1", absurd);
  REQUIRE(all.result.code == 0);
  CHECK(summary_of(all.folder)["cohort"]["failures"].get<int>() > 15);
  CHECK((all.result.out + all.result.err).find("; see the column status. To run one of them alone: cohort.repro_") !=
        std::string::npos);
  path repro;
  for (const auto& entry : std::filesystem::directory_iterator(all.folder))
    if (entry.path().filename().string().starts_with("cohort.repro_")) repro = entry.path();
  REQUIRE_FALSE(repro.empty());
  const std::string stem = repro.stem().string(), index = stem.substr(stem.rfind('_') + 1);
  const Run alone = run_file(repro, fresh_folder("population_repro") / "run", "");
  CAPTURE(alone.result.err);
  REQUIRE(alone.result.code == 0);
  const std::string row = line_of(all.population(), index);
  CHECK(row.find("step_size: steps shrank to nothing at t = ") != std::string::npos);
  CHECK(line_of(alone.population(), index) == row);
  CHECK(summary_of(alone.folder)["cohort"]["cells"] == 1);
}

TEST_CASE("any cell can be run again by itself, on any number of threads") {
  const Run all = run("whole"), some = run("some", "--threads 2 --set 'cohort.only=[199, 3, 77]'");
  REQUIRE(some.result.code == 0);
  const ReferenceCsv rows(some.folder / "cohort.population.csv");
  REQUIRE(rows.rows.size() == 3);
  for (const auto* index : {"3", "77", "199"}) {
    CHECK_FALSE(line_of(all.population(), index).empty());
    CHECK(line_of(some.population(), index) == line_of(all.population(), index));
  }
}

TEST_CASE("a population of one is the single cell in lanes, to the last byte") {
  const std::string both = R"([myocyte]
use = "ionic.torord"
scale_I_Kr = 0.83
[pacing]
use = "protocol.pacing"
[one]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "pacing"
beats = 2
integrator = "batched"
[cohort]
use = "experiment.population"
cell = "myocyte"
protocol = "pacing"
beats = 2
cells = 1
)";
  const path folder = fresh_folder("population_of_one");
  std::ofstream(folder / "scenario.toml") << both;
  const Run run = run_file(folder / "scenario.toml", folder / "run", "");
  CAPTURE(run.result.err);
  REQUIRE(run.result.code == 0);
  const ReferenceCsv one(run.folder / "one.biomarkers.csv"), cohort(run.folder / "cohort.population.csv");
  int compared = 0;
  for (const char* name : {"V_rest [mV]", "V_peak [mV]", "APD40 [ms]", "APD90 [ms]", "t_repol90 [ms]",
                           "dVdt_max [mV/ms]", "Ca_diastole [mmol/L]", "CaT_amplitude [mmol/L]", "CaTD90 [ms]"})
    compared += one.rows.at(0).at(one.column(name)) == cohort.rows.at(0).at(cohort.column(name));
  CHECK(compared == 9);
}

TEST_CASE("parts of a population made apart are the population") {
  const Run all = run("undivided");
  const Run first = run("first_part", "--set cohort.cells=128"),
            second = run("second_part", "--set cohort.cells=72 --set cohort.first_cell=128");
  REQUIRE(second.result.code == 0);
  const std::string rest = second.population();
  CHECK(first.population() + rest.substr(rest.find('\n') + 1) == all.population());
  CHECK(std::filesystem::exists(second.folder / "cohort.cells.00002.h5"));
}

TEST_CASE("population.toml gives action potentials that vary with the currents") {
  const Run r = run_file(path(TAWARA_SOURCE) / "scenarios" / "population.toml", fresh_folder("population_toml") / "run",
                         "--set cohort.cells=64 --set cohort.beats=1");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  const ReferenceCsv cells(r.folder / "cohort.population.csv");
  REQUIRE(cells.rows.size() == 64);
  // More I_Kr repolarises earlier: the correlation of the two over the cells.
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const double I_Kr = cells.number(i, "myocyte.scale_I_Kr"), APD90 = cells.number(i, "APD90 [ms]");
    CHECK(APD90 > 200);
    CHECK(APD90 < 350);
    n += 1, x += I_Kr, y += APD90, xx += I_Kr * I_Kr, yy += APD90 * APD90, xy += I_Kr * APD90;
  }
  CHECK((n * xy - x * y) / std::sqrt((n * xx - x * x) * (n * yy - y * y)) < -0.7);
}

TEST_CASE("a population without cells is refused") {
  const Run none = run("none", "--set cohort.cells=0");
  CHECK(none.result.code == 3);
  CHECK(none.result.err.find("cohort.cells: 0 is below the allowed minimum 1") != std::string::npos);
}
