#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "../../tawara_command.hpp"

// Recordings as a user meets them: through scenarios and the files they leave.
namespace {

namespace fs = std::filesystem;

const std::string cells = R"([myocyte]
use = "ionic.kernik"
temperature = 298
[clamp]
use = "protocol.voltage_clamp"
steps = [{ V = -80, duration = 20 }, { V = 0, duration = 20 }, { V = -40, duration = 10 }]
[cohort]
use = "experiment.population"
cell = "myocyte"
protocol = "clamp"
cells = 40
shard_size = 16
record = ["I_ion"]
onset = 2
onset_step = 0.5
parameters = [{ path = "myocyte.g_Kr", uniform = [0.1, 0.3] }, { path = "myocyte.g_Na", uniform = [5, 12] }]
)";

CommandResult run(const fs::path& folder, const std::string& name, const std::string& text,
                  const std::string& options = {}) {
  std::ofstream(folder / (name + ".toml")) << text;
  return tawara_command("run '" + (folder / (name + ".toml")).string() + "' --output '" + (folder / name).string() +
                        "' " + options);
}

std::string recorded(const std::string& more = {}) {
  return "[recorded]\nuse = \"dataset.recorded_cells\"\nfile = \"cohort/cohort.cells\"\n" + more;
}

std::string said(const CommandResult& result) { return result.out + result.err; }

}  // namespace

TEST_CASE("what a population leaves in files is read back by another run") {
  const fs::path folder = fresh_folder("recordings");
  const CommandResult made = run(folder, "cohort", cells);
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  const CommandResult read = run(folder, "read", recorded("cells = 30\n"));
  CAPTURE(read.err);
  REQUIRE(read.code == 0);
  CHECK(summary_of(folder / "read")["recorded"]["cells"] == 30);
  CHECK(summary_of(folder / "read")["recorded"]["samples"] == 51 + 3 * 2);
  CHECK(said(read).find("30 of 40 cells, I_ion with 57 samples each under 3 steps of command; they differ in 2 "
                        "parameters") != std::string::npos);

  const CommandResult too_many = run(folder, "too_many", recorded("first = 20\ncells = 30\n"));
  CHECK(too_many.code != 0);
  CHECK(said(too_many).find("30 cells from cell 20 on are asked for, but there are 40 in all; take 20 or fewer") !=
        std::string::npos);

  const fs::path middle = folder / "cohort" / "cohort.cells.00001.h5";
  const std::string whole = contents(middle);
  fs::resize_file(middle, whole.size() / 2);
  CHECK(said(run(folder, "damaged", recorded())).find("cohort.cells.00001.h5 does not read back (") !=
        std::string::npos);
  fs::remove(middle);
  CHECK(said(run(folder, "missing", recorded())).find("shard 00001 is missing before ") != std::string::npos);
}

TEST_CASE("parts that two machines made are one dataset, wherever they begin") {
  const fs::path folder = fresh_folder("recordings_parts");
  REQUIRE(run(folder, "cohort", cells, "--set cohort.cells=16").code == 0);
  REQUIRE(run(folder, "later", cells, "--set cohort.cells=20 --set cohort.first_cell=32").code == 0);
  CHECK(fs::exists(folder / "later" / "cohort.cells.00002.h5"));
  const CommandResult both = run(folder, "both", recorded("more = [\"later/cohort.cells\"]\n"));
  CAPTURE(both.err);
  REQUIRE(both.code == 0);
  CHECK(summary_of(folder / "both")["recorded"]["cells"] == 36);
  const CommandResult twice = run(folder, "twice", recorded("more = [\"cohort/cohort.cells\"]\n"));
  CHECK(twice.code != 0);
  CHECK(said(twice).find("is there already, in ") != std::string::npos);
}

TEST_CASE("a population that was interrupted goes on to the same bytes") {
  const fs::path folder = fresh_folder("recordings_resumed");
  REQUIRE(run(folder, "cohort", cells).code == 0);
  const fs::path shard = folder / "cohort" / "cohort.cells.00001.h5";
  const std::string before = contents(shard);
  fs::remove(shard);
  fs::remove(folder / "cohort" / "summary.json");
  REQUIRE(run(folder, "cohort", cells, "--resume").code == 0);
  CHECK(contents(shard) == before);
  CHECK(before.size() < 16 * 57 * 4 * 2 + 300000);
}

TEST_CASE("one scenario searches for a command and records a population under it") {
  const fs::path folder = fresh_folder("recordings_searched");
  const std::string search = R"([search]
use = "experiment.protocol_search"
cell = "myocyte"
cells = 30
slot = 20
duration = 60
V_step = 40
feature_step = 5
baselines = []
parameters = [{ path = "myocyte.g_Kr", within = 0.4 }]
)";
  std::string text = cells;
  const auto at = text.find("steps = "), end = text.find('\n', at);
  text.replace(at, end - at, "steps_of = \"search\"");
  const CommandResult made = run(folder, "cohort", text + search);
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  const CommandResult read = run(folder, "read", recorded());
  CAPTURE(read.err);
  CHECK(read.code == 0);
  CHECK(said(read).find(" steps of command") != std::string::npos);
  // Three slots of 20 ms and the end; after each jump two samples more.
  const int samples = summary_of(folder / "read")["recorded"]["samples"];
  CHECK(samples >= 61 + 2);
  CHECK(samples <= 61 + 6);

  const CommandResult both = run(folder, "both", cells + search, "--set clamp.steps_of=search");
  CHECK(said(both).find("both `steps` and `steps_of` are given; keep one of them") != std::string::npos);
}
