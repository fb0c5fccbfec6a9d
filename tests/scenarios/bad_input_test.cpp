#include <doctest/doctest.h>

#include "../tawara_command.hpp"

namespace fs = std::filesystem;

namespace {

const std::string cell = R"([myocyte]
use = "ionic.torord"

[pacing]
use = "protocol.pacing"

[paced_cell]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "pacing"
beats = 1
)";

/// Writes the scenario and runs it into a fresh folder.
CommandResult run(const std::string& toml, const std::string& options = "") {
  const fs::path folder = fresh_folder("bad_input");
  std::ofstream(folder / "study.toml") << toml;
  return tawara_command("run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "' " +
                        options);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

bool left_a_result() { return fs::exists(fs::path(TAWARA_BUILD) / "tests/out/bad_input/out/summary.json"); }

}  // namespace

#define CHECK_SAYS(result, ...)                                      \
  for (const char* words : {__VA_ARGS__}) {                          \
    INFO("message:\n" << (result).err << "\nshould say: " << words); \
    CHECK(has((result).err, words));                                 \
  }                                                                  \
  CHECK_FALSE(left_a_result())

TEST_CASE("an unknown key is an error with its place and the right name") {
  const auto r = run(replaced(cell, "beats = 1", "baets = 1"));
  CHECK(r.code == 3);
  CHECK_SAYS(r, "study.toml:11:1: error", "baets", "did you mean 'beats'");
}

TEST_CASE("a number in the wrong unit names both and the likely meaning") {
  const auto r = run(cell, "--set 'pacing.period=\"1000 mV\"'");
  CHECK(r.code == 3);
  CHECK_SAYS(r, "--set #1: error", "pacing.period", "mV", "ms");
}

TEST_CASE("a value out of range says what is allowed") {
  const auto r = run(replaced(cell, "beats = 1", "beats = 0"));
  CHECK(r.code == 3);
  CHECK_SAYS(r, "study.toml:11:9: error", "paced_cell.beats", "1");
}

TEST_CASE("an instance of the wrong kind in a slot is refused, naming who fits") {
  const auto r = run(replaced(cell, "cell = \"myocyte\"", "cell = \"pacing\""));
  CHECK(r.code == 3);
  CHECK_SAYS(r, "study.toml:9:8: error", "paced_cell.cell", "ionic", "myocyte");
}

TEST_CASE("a cycle is shown as the path it takes") {
  const auto r = run(R"([heart]
use = "geometry.ellipsoid_biventricle"
[sites]
use = "conduction.sites"
geometry = "heart"
[electrodes]
use = "ecg.electrodes"
geometry = "heart"
[a]
use = "dataset.noisy_ecg"
source = "b"
[b]
use = "ecg.pseudo"
source = "a"
electrodes = "electrodes"
geometry = "heart"
)");
  CHECK(r.code == 3);
  CHECK_FALSE(left_a_result());
  CHECK(has(r.err, "error"));
}

TEST_CASE("a missing file is named before anything starts") {
  const auto r = run(R"([heart]
use = "geometry.surfaces"
epi = "nowhere/epi.obj"
lv_endo = "nowhere/lv.obj"
rv_endo = "nowhere/rv.obj"
)");
  CHECK(r.code == 3);
  CHECK_SAYS(r, "study.toml:3:7: error", "nowhere/epi.obj", "nowhere/rv.obj");
}

TEST_CASE("an electrode inside the heart is named with its place") {
  const fs::path folder = fresh_folder("electrodes");
  bool refused = false;
  // The left ventricular wall is crossed by any line through the heart: walk one until the electrode lies in muscle.
  for (int step = 0; step < 40 && !refused; ++step) {
    std::ofstream csv(folder / "electrodes.csv");
    csv << "name,x,y,z\n";
    for (const char* name : {"LA", "RA", "LL", "RL", "V1", "V2", "V3", "V4", "V5"}) csv << name << ",500,500,500\n";
    csv << "V6," << -60 + 3 * step << ",0,0\n";
    csv.close();
    const auto r = run(R"([heart]
use = "geometry.ellipsoid_biventricle"
edge = 6
[electrodes]
use = "ecg.electrodes"
geometry = "heart"
file = ")" + (folder / "electrodes.csv").string() +
                       "\"\n");
    if (r.code == 0) continue;
    refused = true;
    CHECK(r.code == 1);
    CHECK_SAYS(r, "V6", "inside", "mm", "study.toml");
  }
  CHECK(refused);
}

TEST_CASE("a cell model that goes NaN names model, state and time") {
  // A pulse no membrane survives.
  const auto r = run(cell, "--set pacing.amplitude=-1e300");
  CHECK(r.code != 0);
  CHECK(has(r.err, "study.toml"));
  CHECK(has(r.err, "paced_cell"));
  CHECK_FALSE(left_a_result());
}

TEST_CASE("a file that is no library is told apart from a missing component") {
  const fs::path folder = fresh_folder("no_library");
  std::ofstream(folder / "atria.so") << "this is a text";
  const auto r =
      run(replaced(cell, "ionic.torord", "ionic.atria"), "--plugin '" + (folder / "atria.so").string() + "'");
  CHECK(r.code == 3);
  CHECK_SAYS(r, "ionic.atria", "atria.so", "tawara doctor");
  const auto doctor = tawara_command("doctor --plugin '" + (folder / "atria.so").string() + "'");
  CHECK(doctor.code == 4);
  CHECK(has(doctor.out, "atria.so"));
}

TEST_CASE("a plugin that throws while constructing is named, with what it said") {
  const std::string plugin = " --plugin '" TAWARA_BUILD "/tests/fixtures/good/good.so'";
  const auto r = run("[patient]\nuse = \"fixture.moody\"\nmood = \"standard\"\n", plugin);
  CHECK(r.code == 4);
  CHECK_SAYS(r, "patient", "fixture.moody", "good.so", "index 7 of 5");
  const auto located = run("[patient]\nuse = \"fixture.moody\"\nmood = \"scenario\"\n", plugin);
  CHECK(located.code == 3);
  CHECK_SAYS(located, "study.toml:3:8: error", "mood and season do not go together");
}

TEST_CASE("a plugin that throws while it is opened is named, with what it said") {
  setenv("FIXTURE_REGISTRATION", "standard", 1);
  const auto r = run("[patient]\nuse = \"fixture.thing\"\n",
                     " --plugin '" TAWARA_BUILD "/tests/fixtures/throws_in_registration/throws_in_registration.so'");
  unsetenv("FIXTURE_REGISTRATION");
  CHECK(r.code == 4);
  CHECK_SAYS(r, "throws_in_registration.so", "no licence server found");
}

TEST_CASE("a damaged plugin is refused unopened, and the run says so") {
  const fs::path folder = fresh_folder("damaged");
  fs::copy_file(fs::path(TAWARA_BUILD) / "tests/fixtures/good/good.so", folder / "good.so");
  fs::resize_file(folder / "good.so", fs::file_size(folder / "good.so") / 2);
  const auto r = run("[patient]\nuse = \"fixture.moody\"\n", " --plugin '" + (folder / "good.so").string() + "'");
  CHECK(r.code == 3);
  CHECK_SAYS(r, "fixture.moody", "good.so");
}

TEST_CASE("a mistyped component gets the right name") {
  const auto r = run(replaced(cell, "ionic.torord", "ionic.tor_ordd"));
  CHECK(r.code == 3);
  CHECK_SAYS(r, "study.toml:2:7: error", "did you mean 'ionic.torord'");
}

TEST_CASE("a finished run is never overwritten, an unfinished one is not taken for finished") {
  const fs::path folder = fresh_folder("again");
  std::ofstream(folder / "study.toml") << cell;
  const std::string line =
      "run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'";
  CHECK(tawara_command(line).code == 0);
  const auto again = tawara_command(line);
  CHECK(again.code == 2);
  CHECK(has(again.err, "finished run"));
  CHECK(has(again.err, "choose another --output"));
  fs::remove(folder / "out" / "summary.json");
  const auto unfinished = tawara_command(line);
  CHECK(unfinished.code == 2);
  CHECK(has(unfinished.err, "--resume"));
  CHECK(tawara_command(line + " --resume").code == 0);
  fs::remove(folder / "out" / "summary.json");
  const auto other = tawara_command(line + " --resume --set paced_cell.beats=2");
  CHECK(other.code == 2);
  CHECK(has(other.err, "beats = 1"));
  CHECK(has(other.err, "beats = 2"));
}

TEST_CASE("the command line explains itself") {
  CHECK(tawara_command("").code == 2);
  CHECK(tawara_command("--help").code == 0);
  const auto wrong = tawara_command("rnu x.toml");
  CHECK(wrong.code == 2);
  CHECK(has(wrong.err, "did you mean 'run'"));
  const auto missing = tawara_command("run");
  CHECK(missing.code == 2);
  CHECK(has(missing.err, "needs a FILE"));
  const auto option = tawara_command("run x.toml --outptu y");
  CHECK(option.code == 2);
  const auto file = tawara_command("run does_not_exist.toml");
  CHECK(file.code == 3);
  CHECK(has(file.err, "does_not_exist.toml"));
  CHECK(tawara_command("run x.toml --resume").code != 0);
}

TEST_CASE("a folder in which a run failed before it had results is free for the corrected one") {
  const fs::path folder = fresh_folder("failed_start");
  std::ofstream(folder / "study.toml") << cell;
  const std::string line =
      "run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'";
  CHECK(tawara_command(line + " --set 'paced_cell.initial=[{state=\"Na_i\",value=-5}]'").code == 3);
  CHECK(fs::exists(folder / "out" / "log.txt"));
  CHECK(tawara_command(line).code == 0);
  CHECK(fs::exists(folder / "out" / "summary.json"));
}

TEST_CASE("columns of a sweep are in one order whichever row has them") {
  const fs::path folder = fresh_folder("sweep_columns");
  std::ofstream(folder / "study.toml") << cell;
  const auto r = tawara_command("run '" + (folder / "study.toml").string() + "' --output '" +
                                (folder / "out").string() + "' --sweep 'pacing.amplitude=[-1, -53]'");
  INFO(r.err);
  CHECK(r.code == 0);
  CHECK(has(contents(folder / "out" / "runs.csv"), "run,pacing.amplitude,status,message,paced_cell.APD90,"));
}

TEST_CASE("a sweep keeps its failed rows and goes on") {
  const fs::path folder = fresh_folder("sweep");
  std::ofstream(folder / "study.toml") << cell;
  const std::string line =
      "run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'";
  const auto r = tawara_command(line + " --sweep 'pacing.amplitude=[-53, -1e300, -60]'");
  INFO(r.err);
  CHECK(r.code == 1);
  const std::string csv = contents(folder / "out" / "runs.csv");
  CHECK(has(csv, "run,pacing.amplitude,status,message,paced_cell.APD90"));
  CHECK(has(csv, "1,-53,finished"));
  CHECK(has(csv, "2,-1e+300,failed"));
  CHECK(has(csv, "3,-60,finished"));
}

TEST_CASE("a sweep value that cannot be is refused before anything starts") {
  const auto r = run(cell, "--sweep 'myocyte.sex=[\"male\", \"martian\"]'");
  CHECK(r.code == 3);
  CHECK(r.err.ends_with('\n'));
  CHECK_SAYS(r, "--sweep #1: error", "martian", "male");
}
