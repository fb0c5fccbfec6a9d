#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "../../tawara_command.hpp"

// Fitting a recorded action potential as a user does: through scenarios.
namespace {

using std::filesystem::path;

const std::string cell = R"([myocyte]
use = "ionic.mitchell_schaeffer"
[pacing]
use = "protocol.pacing"
period = 500
[paced_cell]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "pacing"
beats = 2
)";

const std::string mismatch = R"([mismatch]
use = "discrepancy.trace"
simulated = "paced_cell"
window = [0, 450]
)";

const std::string sampler = R"([inference]
use = "sampler.smc_abc"
discrepancy = "mismatch"
particles = 32
target_discrepancy = 0.5
parameters = [
  { path = "myocyte.tau_close", uniform = [100, 250] },
  { path = "myocyte.tau_out", uniform = [4, 9] },
]
)";

struct Run {
  path folder;
  CommandResult result;
  [[nodiscard]] bool says(const std::string& text) const {
    return (result.out + result.err).find(text) != std::string::npos;
  }
};

Run run(const std::string& name, const std::string& scenario, const std::string& options = {}) {
  const path folder = fresh_folder("trace_" + name);
  std::ofstream(folder / "scenario.toml") << scenario;
  const path out = folder / "run";
  return {out, tawara_command("run '" + (folder / "scenario.toml").string() + "' --output '" + out.string() + "' " +
                              options)};
}

std::string recording(const path& file) { return " --set 'mismatch.recording=\"" + file.string() + "\"'"; }

/// A column of a CSV whose header may carry units.
std::vector<double> column(const path& file, const std::string& name) {
  std::ifstream in(file);
  std::vector<double> values;
  int wanted = -1;
  for (std::string line; std::getline(in, line);) {
    std::stringstream cells(line);
    int c = 0;
    for (std::string text; std::getline(cells, text, ','); ++c) {
      if (wanted < 0 && (text == name || text.starts_with(name + " ["))) wanted = -2 - c;
      if (c == wanted) values.push_back(std::stod(text));
    }
    if (wanted < -1) wanted = -2 - wanted;
  }
  return values;
}

}  // namespace

TEST_CASE("smc_abc recovers the time constants of a recorded Mitchell-Schaeffer action potential") {
  const Run recorded = run("recorded", cell, "--set myocyte.tau_close=170 --set myocyte.tau_out=5.5");
  REQUIRE(recorded.result.code == 0);
  const Run fitted = run("fitted", cell + mismatch + sampler, recording(recorded.folder / "paced_cell.trace.csv"));
  INFO(fitted.result.err);
  REQUIRE(fitted.result.code == 0);
  const auto tau_close = column(fitted.folder / "inference.population.csv", "myocyte.tau_close");
  const auto tau_out = column(fitted.folder / "inference.population.csv", "myocyte.tau_out");
  REQUIRE(tau_close.size() == 32);
  double mean_close = 0, mean_out = 0, furthest_close = 0, furthest_out = 0;
  for (std::size_t i = 0; i < tau_close.size(); ++i) {
    mean_close += tau_close[i] / 32;
    mean_out += tau_out[i] / 32;
    furthest_close = std::max(furthest_close, std::fabs(tau_close[i] - 170));
    furthest_out = std::max(furthest_out, std::fabs(tau_out[i] - 5.5));
  }
  // The two trade off against one another: 0.5 mV leaves a narrow valley of some 10 ms by 0.5 ms.
  CHECK(std::fabs(mean_close - 170) < 3);
  CHECK(std::fabs(mean_out - 5.5) < 0.15);
  CHECK(furthest_close < 20);
  CHECK(furthest_out < 1);
}

TEST_CASE("one simulation against a recording: nothing but rounding for the same cell, millivolts for another") {
  const Run recorded = run("one_recorded", cell);
  REQUIRE(recorded.result.code == 0);
  const std::string option = recording(recorded.folder / "paced_cell.trace.csv");
  const auto discrepancy = [&](const char* name, const std::string& options) {
    const Run r = run(name, cell + mismatch, option + options);
    INFO(r.result.err);
    REQUIRE(r.result.code == 0);
    CHECK(std::filesystem::exists(r.folder / "mismatch.compared.csv"));
    return summary_of(r.folder)["mismatch"]["discrepancy"].get<double>();
  };
  CHECK(discrepancy("same", "") < 1e-6);
  const double other = discrepancy("other", " --set myocyte.tau_close=170");
  CHECK(other > 3);
  CHECK(discrepancy("late", " --set pacing.start=20 --set mismatch.align=upstroke --set myocyte.tau_close=170") ==
        doctest::Approx(other).epsilon(0.02));
}

TEST_CASE("a planted cell is compared with through the slot `observed`") {
  const std::string planted =
      "[truth]\nuse = \"ionic.mitchell_schaeffer\"\ntau_close = 170\n[planted]\nuse = "
      "\"experiment.single_cell\"\ncell = \"truth\"\nprotocol = \"pacing\"\nbeats = 2\n";
  const Run other = run("planted", cell + planted + mismatch + "observed = \"planted\"\n");
  INFO(other.result.err);
  REQUIRE(other.result.code == 0);
  CHECK(summary_of(other.folder)["mismatch"]["discrepancy"].get<double>() > 3);
  const Run same =
      run("planted_same", cell + planted + mismatch + "observed = \"planted\"\n", "--set myocyte.tau_close=170");
  REQUIRE(same.result.code == 0);
  CHECK(summary_of(same.folder)["mismatch"]["discrepancy"].get<double>() == 0);
}

TEST_CASE("recordings that cannot be compared with stop the run before anything is fitted, and say where") {
  const path folder = fresh_folder("trace_bad");
  const auto refused = [&](const char* name, const std::string& text, const char* message) {
    std::ofstream(folder / "recording.csv") << text;
    const Run r = run(name, cell + mismatch + sampler, recording(folder / "recording.csv"));
    INFO(r.result.err);
    CHECK(r.result.code != 0);
    CHECK(r.says(message));
  };
  refused("no_unit", "t [ms],V_m\n0,-80\n", "recording.csv:1: column 'V_m' has no unit; write it as 'V_m [mV]'");
  refused("nan", "t [ms],V_m [mV]\n0,-80\n1,nan\n", "recording.csv:3: V_m is not finite");
  refused("window", "t [s],V_m [mV]\n1,-80\n2,20\n",
          "recording.csv: 0 samples between 0 and 450 ms; the recording goes from 1000 to 2000 ms: widen `window`");
  const Run none = run("none", cell + mismatch);
  CHECK(none.result.code == 3);
  CHECK(none.says("there is nothing to compare with; name a CSV file as `recording`"));
  const Run absent = run("absent", cell + mismatch, "--set 'mismatch.recording=\"nowhere.csv\"'");
  CHECK(absent.result.code == 3);
  CHECK(absent.says("nowhere.csv"));
}

TEST_CASE("a recording longer than the simulation says what to change") {
  const path folder = fresh_folder("trace_long_recording");
  std::ofstream(folder / "recording.csv") << "t [ms],V_m [mV]\n0,-80\n10,20\n800,-80\n900,-80\n";
  const Run r =
      run("long", cell + mismatch, recording(folder / "recording.csv") + " --set 'mismatch.window=[0, 1000]'");
  INFO(r.result.err);
  CHECK(r.result.code == 1);
  CHECK(r.says("the simulated trace, 0 to 500 ms, covers 50 % of the recording's samples by weight"));
  CHECK(r.says("narrow `window`, or simulate longer"));
}
