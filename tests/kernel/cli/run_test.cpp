#include <doctest/doctest.h>

#include <regex>

#include "../../tawara_command.hpp"

namespace {

namespace fs = std::filesystem;

const std::string source = R"(
[ramp]
use = "geometry.ramp"
[cell]
use = "propagation.scale"
x = "ramp"
factor = 2
)";

const std::string cohort = source + R"(
[cohort]
use = "experiment.cohort"
of = ["cell"]
rows = 10
shard = 4
limit = 0.9
parameters = [{ path = "cell.factor", uniform = [0, 1] }]
[unrelated]
use = "geometry.ramp"
[output]
save = ["unrelated.x"]
)";

std::string with_plugins(const std::string& more = "") {
  return std::string(" --plugin '") + TAWARA_GRAPH_FIXTURE + "' " + more;
}

fs::path write(const fs::path& folder, const std::string& name, const std::string& text) {
  std::ofstream(folder / name) << text;
  return folder / name;
}

CommandResult run(const fs::path& scenario, const fs::path& out, const std::string& more = "") {
  return tawara_command("run '" + scenario.string() + "' --output '" + out.string() + "' " + with_plugins(more));
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("a run leaves its shards, names them in report and provenance, and a text in the summary") {
  const fs::path folder = fresh_folder("cohort");
  const fs::path scenario = write(folder, "cohort.toml", cohort), out = folder / "out";
  const CommandResult finished = run(scenario, out);
  REQUIRE_MESSAGE(finished.code == 0, finished.err);
  for (const char* shard : {"cohort.rows.00000.h5", "cohort.rows.00001.h5", "cohort.rows.00002.h5"})
    CHECK(fs::exists(out / shard));
  CHECK_FALSE(fs::exists(out / "cohort.rows.00003.h5"));
  const auto summary = summary_of(out);
  CHECK(summary["cohort"]["instruction_set"] == "abacus");
  CHECK(summary["cohort"]["total"] > 0);
  CHECK_FALSE(fs::exists(out / "cohort.isa.csv"));
  CHECK(contents(out / "report.html").find("<td>cohort.isa</td><td>abacus</td>") != std::string::npos);
  CHECK(contents(out / "report.html").find("cohort.rows.*.h5</td><td>3 files, ") != std::string::npos);
  CHECK(nlohmann::json::parse(contents(out / "provenance.json"))["shards"]["cohort.rows.*.h5"] == 3);
  // Ten rows gave the same warning.
  CHECK(times(finished.err, "rows are much like one another") == 2);
  CHECK(finished.err.find("warning: cohort: rows are much like one another (10 times)") != std::string::npos);
}

TEST_CASE("an interrupted run resumes with the shards it has, to the same bytes") {
  const fs::path folder = fresh_folder("cohort_resumed");
  const fs::path scenario = write(folder, "cohort.toml", cohort), out = folder / "out", whole = folder / "whole";
  REQUIRE(run(scenario, whole).code == 0);
  const CommandResult stopped = run(scenario, out, "--set cohort.stop_after=2");
  CHECK(stopped.code == 1);
  CHECK_MESSAGE(stopped.err.find("Go on with: tawara run " + scenario.string() +
                                 " --set cohort.stop_after=2 --plugin ") != std::string::npos,
                stopped.err);
  CHECK(stopped.err.find(" --resume --output " + out.string() + "\n") != std::string::npos);
  CHECK(fs::exists(out / "cohort.rows.00001.h5"));
  CHECK_FALSE(fs::exists(out / "cohort.rows.00002.h5"));
  CHECK_FALSE(fs::exists(out / "summary.json"));
  const CommandResult resumed = run(scenario, out, "--resume");
  REQUIRE_MESSAGE(resumed.code == 0, resumed.err);
  CHECK(summary_of(out)["cohort"]["found"] == 2);
  CHECK(summary_of(out)["cohort"]["total"] == summary_of(whole)["cohort"]["total"]);
  for (const char* shard : {"cohort.rows.00000.h5", "cohort.rows.00001.h5", "cohort.rows.00002.h5"})
    CHECK(contents(out / shard) == contents(whole / shard));
  CHECK(nlohmann::json::parse(contents(out / "provenance.json"))["shards"]["cohort.rows.*.h5"] == 3);
}

#ifdef TAWARA_INFERENCE
TEST_CASE("a run resumed after its input changed mixes no shards of old and new") {
  const fs::path folder = fresh_folder("cohort_changed"), out = folder / "out";
  const std::string inference = std::string(" --plugin '") + TAWARA_INFERENCE + "'";
  const fs::path scenario = write(
      folder, "cohort.toml",
      "[ramp]\nuse = \"geometry.ramp\"\n[cell]\nuse = \"propagation.scale\"\nx = \"ramp\"\nfactor = { column = \"f\" "
      "}\n[numbers]\nuse = \"dataset.population\"\nfile = \"f.csv\"\n[cohort]\nuse = \"experiment.cohort\"\nof = "
      "[\"cell\"]\ndesign = \"numbers\"\nrows = 3\nshard = 1\n");
  write(folder, "f.csv", "f\n1\n2\n4\n");
  CHECK(run(scenario, out, inference + " --set cohort.stop_after=2").code == 1);
  write(out, "cohort.rows.00007.h5", "left over");
  write(folder, "f.csv", "f\n10\n20\n40\n");
  const CommandResult resumed = run(scenario, out, inference + " --resume");
  REQUIRE_MESSAGE(resumed.code == 0, resumed.err);
  CHECK(summary_of(out)["cohort"]["found"] == 0);
  CHECK(summary_of(out)["cohort"]["total"] == 70);
  CHECK_FALSE(fs::exists(out / "cohort.rows.00007.h5"));
}
#endif

TEST_CASE("a row that is left to be replayed is a scenario of its own") {
  const fs::path folder = fresh_folder("cohort_replayed");
  const fs::path scenario = write(folder, "cohort.toml", cohort), out = folder / "out";
  REQUIRE(run(scenario, out, "--set cohort.rows=40").code == 0);
  fs::path replay;
  for (const auto& entry : fs::directory_iterator(out))
    if (std::regex_match(entry.path().filename().string(), std::regex("cohort\\.row_\\d+\\.toml")))
      replay = entry.path();
  REQUIRE_FALSE(replay.empty());
  const CommandResult checked = tawara_command("check '" + replay.string() + "'" + with_plugins());
  CHECK_MESSAGE(checked.out == "ok: 3 instances, 1 run of cohort\n", (checked.out + checked.err));
  REQUIRE(run(replay, folder / "again").code == 0);
  const double value = summary_of(folder / "again")["cohort"]["total"];
  CHECK(value > 0.9);
  CHECK(value < 1);
  CHECK(contents(folder / "again" / "scenario.resolved.toml").find("unrelated") == std::string::npos);
}

TEST_CASE("a column stays in the resolved scenario, a dry run shows it") {
  const fs::path folder = fresh_folder("cohort_column");
  const fs::path scenario = write(
      folder, "column.toml",
      "[ramp]\nuse = \"geometry.ramp\"\n[cell]\nuse = \"propagation.scale\"\nx = \"ramp\"\nfactor = { column = "
      "\"g\" }\n[numbers]\nuse = \"dataset.numbers\"\n[cohort]\nuse = \"experiment.cohort\"\nof = [\"cell\"]\ndesign "
      "= \"numbers\"\n");
  const CommandResult dry = tawara_command("run '" + scenario.string() + "' --dry-run" + with_plugins());
  CHECK(dry.out.find("factor = { column = \"g\" }\n") != std::string::npos);
  const CommandResult finished = run(scenario, folder / "out", "--set output.save='[\"cell.y\"]'");
  REQUIRE_MESSAGE(finished.code == 0, finished.err);
  CHECK(contents(folder / "out" / "scenario.resolved.toml").find("factor = { column = \"g\" }\n") != std::string::npos);
  CHECK(summary_of(folder / "out")["cohort"]["total"] == 45);
  // The cell by itself has no value of the column, and so no results, whoever asks for them.
  CHECK_FALSE(fs::exists(folder / "out" / "cell.h5"));
  const CommandResult refused = run(scenario, folder / "refused", "--set cohort.of='[]'");
  CHECK(refused.code == 3);
  CHECK(refused.err.find("column.toml:6:10: error: cell.factor: nobody takes the column 'g'") != std::string::npos);
}

TEST_CASE("a text of the summary is a plain cell in runs.csv") {
  const fs::path folder = fresh_folder("cohort_swept");
  const fs::path scenario =
      write(folder, "cohort.toml", cohort + "[[sweep]]\npath = \"cohort.rows\"\nvalues = [2, 3]\n");
  REQUIRE(run(scenario, folder / "out").code == 0);
  const std::string runs = contents(folder / "out" / "runs.csv");
  CHECK(runs.find("cohort.instruction_set") != std::string::npos);
  CHECK(runs.find(",abacus\n") != std::string::npos);
}

TEST_CASE("a damaged summary of a finished row is named, with what to do") {
  const fs::path folder = fresh_folder("cohort_damaged");
  const fs::path scenario =
      write(folder, "cohort.toml", cohort + "[[sweep]]\npath = \"cohort.rows\"\nvalues = [2, 3]\n");
  REQUIRE(run(scenario, folder / "out").code == 0);
  const std::string row = "1,2,finished,,";
  REQUIRE(contents(folder / "out/runs.csv").find(row) != std::string::npos);
  fs::remove(folder / "out/runs.done");
  const fs::path summary = folder / "out/0001__rows=2/summary.json";
  for (const char* damage : {"{\"cohort\": ", "[]", "{\"cohort\": 1}"}) {
    write(summary.parent_path(), "summary.json", damage);
    const CommandResult refused = run(scenario, folder / "out", "--resume");
    CHECK(refused.code == 2);
    CHECK(refused.err.find("summary.json is damaged; remove it, and its run is done again") != std::string::npos);
  }
  fs::remove(summary);
  CHECK(run(scenario, folder / "out", "--resume").code == 0);
  CHECK(contents(folder / "out/runs.csv").find(row) != std::string::npos);
}

#ifdef TAWARA_INFERENCE
TEST_CASE("the shards of one run are the population of the next") {
  const fs::path folder = fresh_folder("cohort_fed");
  REQUIRE(run(write(folder, "first.toml", cohort), folder / "first").code == 0);
  const std::string second =
      "[ramp]\nuse = \"geometry.ramp\"\n[cell]\nuse = \"propagation.scale\"\nx = \"ramp\"\nfactor = { column = "
      "\"value\" "
      "}\n[earlier]\nuse = \"dataset.population\"\nfile = \"first/cohort.rows\"\nfirst = 1\n[cohort]\nuse = "
      "\"experiment.cohort\"\nof = [\"cell\"]\ndesign = \"earlier\"\nrows = 9\n";
  const std::string inference = std::string(" --plugin '") + TAWARA_INFERENCE + "'";
  const fs::path scenario = write(folder, "second.toml", second);
  const CommandResult finished = run(scenario, folder / "second", inference);
  REQUIRE_MESSAGE(finished.code == 0, finished.err);
  CHECK(summary_of(folder / "second")["earlier"]["rows"] == 9);
  const double all = summary_of(folder / "first")["cohort"]["total"];
  const double without_first = summary_of(folder / "second")["cohort"]["total"];
  CHECK(without_first < all);
  CHECK(without_first > 0);
  const auto inputs = nlohmann::json::parse(contents(folder / "second" / "provenance.json"))["inputs"];
  CHECK(inputs[0]["file"] == (folder / "first" / "cohort.rows").string());

  // The CSV that run left is a population too; a mistake in it is told with its place.
  const std::string again = contents(folder / "second" / "earlier.population.csv");
  CHECK(again.find("row,value [mm],status\n1,") == 0);
  write(folder, "edited.csv", again.substr(0, again.find('\n', 25)) + "\n3,4\n");
  const fs::path third =
      write(folder, "third.toml", std::regex_replace(second, std::regex("first/cohort.rows"), "edited.csv"));
  const CommandResult refused = run(third, folder / "third", inference);
  CHECK(refused.code == 1);
  CHECK(
      refused.err.find("instance 'earlier' (dataset.population), while preparing: " + (folder / "edited.csv").string() +
                       ":3: 2 cells where the header has 3 columns") != std::string::npos);
  const CommandResult missing = run(scenario, folder / "fourth", inference + " --set earlier.file=first/cohort.cells");
  CHECK(missing.code == 3);
  CHECK(missing.err.find("earlier.file: no such file: 'first/cohort.cells'") != std::string::npos);
}
#endif
