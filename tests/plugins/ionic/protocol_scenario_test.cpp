#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// Protocols as a user writes them.
namespace {

CommandResult checked(const std::string& protocol) {
  const auto folder = fresh_folder("protocol_scenario");
  std::ofstream(folder / "study.toml") << "[myocyte]\nuse = \"ionic.mitchell_schaeffer\"\n[cell]\nuse = "
                                          "\"experiment.single_cell\"\ncell = \"myocyte\"\nprotocol = \"p\"\n"
                                          "beats = 2\n[p]\n"
                                       << protocol;
  return tawara_command("check '" + (folder / "study.toml").string() + "'");
}

}  // namespace

#define CHECK_SAYS(protocol, text)                \
  {                                               \
    const CommandResult r = checked(protocol);    \
    INFO(r.out);                                  \
    CHECK(r.code == 3);                           \
    CHECK(r.out.find(text) != std::string::npos); \
  }

TEST_CASE("voltages and durations of a clamp that cannot be are refused at their line") {
  const std::string use = "use = \"protocol.voltage_clamp\"\n";
  CHECK_SAYS(use + "steps = [\n{ V = 250, duration = 10 }]\n", "study.toml:11");
  CHECK_SAYS(use + "steps = [{ V = 250, duration = 10 }]\n", "250 mV is above the allowed maximum 200 mV");
  CHECK_SAYS(use + "steps = [{ V = -40, duration = 0 }]\n", "p.steps[0].duration");
  CHECK_SAYS(use + "steps = [{ V = -40 }]\n", "p.steps[0].duration is missing");
  CHECK_SAYS(use + "steps = [{ V = -40, duration = 10, ramp = 3 }]\n", "ramp");
}

TEST_CASE("S1-S2 drives a cell through a scenario, and S2 is the beat after the train") {
  const auto folder = fresh_folder("s1s2_scenario");
  std::ofstream(folder / "study.toml") << R"([myocyte]
use = "ionic.mitchell_schaeffer"
[train]
use = "protocol.s1s2"
S1_beats = 5
S2_interval = 350
[cell]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "train"
beats = 6
record_last = 2
)";
  const auto r =
      tawara_command("run '" + (folder / "study.toml").string() + "' --output '" + (folder / "out").string() + "'");
  CAPTURE(r.err);
  REQUIRE(r.code == 0);
  // 63 ms of rest after an action potential of 287 ms: shorter than one after a full second.
  const double APD90 = summary_of(folder / "out")["cell"]["APD90"].get<double>();
  CHECK(APD90 > 150);
  CHECK(APD90 < 240);
}

TEST_CASE("restitution.toml: the earlier a beat of ToR-ORd comes, the shorter it is") {
  const auto folder = fresh_folder("restitution");
  const auto r = tawara_command("run '" TAWARA_SOURCE "/scenarios/restitution.toml' --output '" +
                                (folder / "out").string() + "' --set train.S1_beats=3 --set paced_cell.beats=4");
  CAPTURE(r.err);
  REQUIRE(r.code == 0);
  const ReferenceCsv runs(folder / "out" / "runs.csv");
  REQUIRE(runs.rows.size() == 10);
  double previous = 0;
  for (std::size_t row = 0; row < runs.rows.size(); ++row) {
    const double APD90 = runs.number(row, "paced_cell.APD90");
    CAPTURE(runs.number(row, "train.S2_interval"));
    CHECK(APD90 > previous);
    previous = APD90;
  }
  // An S2 at the period of the train is one more S1.
  const ReferenceCsv last(folder / "out" / "0010__S2_interval=1000" / "paced_cell.biomarkers.csv");
  CHECK(last.rows.size() == 2);
  CHECK(previous == doctest::Approx(last.number(0, "APD90 [ms]")).epsilon(2e-3));
}
