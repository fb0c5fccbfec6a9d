#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "../../shared_data.hpp"
#include "cells.hpp"
#include "experiments/cell_results.hpp"
#include "experiments/paced_run.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"
#include "protocols/voltage_clamp.hpp"
#include "reference_csv.hpp"

using namespace tawara;
using namespace tawara::experiments;
using protocols::ClampDrive;
using protocols::PacingDrive;

namespace {

PacedResult run_cell(const Cell& cell, const Protocol::Drive& drive, const PacedRun& run) {
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, select_observables(cell.model(), "cell", {}));
}

double scalar(const CellResults& results, const std::string& name) {
  for (const auto& [key, value] : results.scalars)
    if (key == name) return value;
  throw Error("no scalar " + name);
}

/// A membrane without stimulus that oscillates: van der Pol's in mV, so that beats come by themselves.
class Pacemaker final : public IonicModel {
 public:
  static constexpr double rate = 0.01;  // 1/ms
  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-10, 2}; }
  [[nodiscard]] Membrane membrane() const override { return {.at_zero = -20, .per_unit = 30}; }
  void rates(const CellBlock& b, double* dydt) const override {
    for (std::size_t c = 0; c < b.cells; ++c) {
      const double x = b.state[c], y = b.state[b.stride + c];
      dydt[c] = 3 * rate * (x - x * x * x / 3 - y);
      dydt[b.stride + c] = rate * x / 3;
    }
  }
  void observe(const CellBlock& b, double* out) const override {
    for (std::size_t c = 0; c < b.cells; ++c) out[c] = membrane().V_m(b.state[c]);
  }

 private:
  std::vector<State> states_ = {{"x", "1", -1.5, 1}, {"y", "1", 0, 1}};
  std::vector<Observable> observables_ = {{"V_m", "mV"}};
};

}  // namespace

TEST_CASE("a clamp gives a trace of every sweep, currents and all, and no biomarkers") {
  const Cell cell = mitchell_schaeffer_cell();
  const ClampDrive drive({{-40, 100, {}}, {-40, 50, 20.0}, {20, 50, {}}},
                         {.V = -80, .before = 20, .sweep_interval = 300});
  PacedRun run;
  run.beats = 3;
  run.record_last = 2;
  run.sample_step = 1;
  const PacedResult result = run_cell(cell, drive, run);
  const auto& t = result.trace.at("t").numbers;
  REQUIRE(t.size() == 601);
  const auto& V_m = result.trace.at("V_m").numbers;
  const auto& I_out = result.trace.at("I_out").numbers;
  const auto& I_ion = result.trace.at("I_ion").numbers;
  const auto& I_in = result.trace.at("I_in").numbers;
  for (std::size_t i = 0; i + 1 < t.size(); ++i) {
    CAPTURE(t[i]);
    REQUIRE(V_m[i] == doctest::Approx(*drive.V_command(300 + t[i])));
    REQUIRE(I_out[i] == doctest::Approx((V_m[i] + 80) / 6).epsilon(1e-9));  // u/tau_out in mV
    REQUIRE(I_ion[i] == doctest::Approx(I_in[i] + I_out[i]));
  }
  const CellResults results = cell_results(result, "cell", true, false);
  CHECK(results.beats.at("problem").texts == std::vector<std::string>{"clamped", "clamped"});
  CHECK(std::isnan(results.beats.at("APD90").numbers[1]));
  CHECK(std::isnan(scalar(results, "APD90")));
  CHECK(std::isnan(scalar(results, "EADs")));
  CHECK(results.warning.empty());
}

TEST_CASE("a sweep may be followed beyond its end, or cut short") {
  const Cell cell = mitchell_schaeffer_cell();
  const ClampDrive drive({{-40, 100, {}}, {0, 100, {}}}, {});
  PacedRun run;
  run.beats = 1;
  run.sample_step = 10;
  run.last_beat = 350;
  const PacedResult longer = run_cell(cell, drive, run);
  CHECK(longer.trace.at("t").numbers.back() == 350);
  CHECK(longer.trace.at("V_m").numbers[15] == doctest::Approx(0));
  CHECK(longer.trace.at("V_m").numbers[25] == doctest::Approx(-40));
  run.last_beat = 50;
  CHECK(run_cell(cell, drive, run).trace.at("t").numbers.back() == 50);
}

TEST_CASE("a clamped cell begins in its published state, held at the first command") {
  const Cell cell = torord_cell();
  const ClampDrive drive({{-20, 5, {}}}, {});
  PacedRun run;
  run.beats = 1;
  run.sample_step = 5;
  const PacedResult result = run_cell(cell, drive, run);
  auto expected = cell.initial_state();
  expected[0] = -20;
  CHECK(result.trace.at("V_m").numbers[0] == -20);
  CHECK(result.trace.at("I_ion").numbers[0] == doctest::Approx(cell.observe(expected).back()).epsilon(1e-12));
}

TEST_CASE("a cell left alone has the beats it makes by itself") {
  const Pacemaker model;
  const protocols::QuietDrive quiet;
  PacedRun run;
  run.beats = 1;
  run.last_beat = 10000;
  run.sample_step = 5;
  run.tolerances = {1e-9, 1e-11};
  const PacedResult result = pace_cell(model, "pacemaker", {}, quiet, run, {});
  const CellResults results = cell_results(result, "pacemaker", false, true);
  // The limit cycle's period by its crossings of -20 mV.
  const Beat& record = result.recorded[0];
  std::vector<double> crossings;
  for (std::size_t i = 1; i < record.t.size(); ++i)
    if (record.V_m[i - 1] < -20 && record.V_m[i] >= -20)
      crossings.push_back(record.t[i - 1] + 0.1 * (-20 - record.V_m[i - 1]) / (record.V_m[i] - record.V_m[i - 1]));
  REQUIRE(crossings.size() > 5);
  const double period = crossings[4] - crossings[3];
  CHECK(scalar(results, "cycle_length") == doctest::Approx(period).epsilon(0.01));
  CHECK(results.beats.rows() == static_cast<std::size_t>(scalar(results, "beats_run")));
  CHECK(results.beats.at("cycle_length").numbers[3] == doctest::Approx(period).epsilon(1e-3));
  CHECK(scalar(results, "V_peak") == doctest::Approx(40).epsilon(0.05));
  CHECK(scalar(results, "V_rest") == doctest::Approx(-80).epsilon(0.05));
  CHECK(scalar(results, "quiescent") == 0);
  CHECK(results.warning.empty());
}

TEST_CASE("slopes of a cell left alone are the model's own where it moves") {
  const Pacemaker model;
  const protocols::QuietDrive quiet;
  PacedRun run;
  run.beats = 1;
  run.last_beat = 1000;
  const PacedResult result = pace_cell(model, "pacemaker", {}, quiet, run, {});
  const Beat& record = result.recorded[0];
  REQUIRE(result.dVdt.size() == record.t.size());
  double worst = 0;
  for (std::size_t i = 1; i + 1 < record.t.size(); ++i) {
    const double slope = (record.V_m[i + 1] - record.V_m[i - 1]) / (record.t[i + 1] - record.t[i - 1]);
    worst = std::max(worst, std::fabs(slope - result.dVdt[i]));
  }
  CHECK(worst < 0.02);
}

TEST_CASE("a cell at rest is quiescent, and that is a warning") {
  const Cell cell = torord_cell();
  const protocols::QuietDrive quiet;
  PacedRun run;
  run.beats = 1;
  run.last_beat = 500;
  const CellResults results = cell_results(run_cell(cell, quiet, run), "myocyte", false, true);
  CHECK(scalar(results, "quiescent") == 1);
  CHECK(scalar(results, "beats_run") == 0);
  CHECK(std::isnan(scalar(results, "APD90")));
  CHECK(results.beats.rows() == 0);
  CHECK(results.warning.find("myocyte does not beat by itself within 500 ms (quiescent: V_m stays between -8") == 0);
}

TEST_CASE("a cell left alone whose beats are cut off at both ends says that nothing can be measured") {
  PacedResult run;
  Beat beat;
  beat.t = {0, 50, 51, 300};
  beat.V_m = {-75, -60, 20, 10};
  add_beat(run, beat, 1, 300, false);
  const CellResults results = cell_results(run, "cell", false, true);
  CHECK(scalar(results, "beats_run") == 0);
  CHECK(results.warning ==
        "cell has no whole beat of its own within 300 ms (V_m goes from -75.0 to 20.0 mV): nothing can be measured on "
        "it; watch it longer, with a greater duration");
}

TEST_CASE("a beat that the cell had by itself, and beats before the last, are warned of") {
  PacedResult run;
  Beat own, good;
  own.t = {0, 540, 542, 700, 1000};
  own.V_m = {-70, -60, 20, -75, -70};
  good.t = {0, 1, 200, 300, 1000};
  good.V_m = {-80, 20, 10, -80, -80};
  add_beat(run, own, 1, 1000, false);
  add_beat(run, own, 2, 1000, false);
  add_beat(run, good, 3, 1000, false);
  const CellResults results = cell_results(run, "cell", false, false);
  CHECK(results.warning.find("beat 2 of cell was not captured: its upstroke comes 540.9 ms after the stimulus (that of "
                             "a captured beat within 100 ms), so the cell beats by itself") == 0);
  CHECK(results.warning.find("2 of the 3 recorded beats have such a problem") != std::string::npos);
  CHECK(results.beats.columns.back().texts == std::vector<std::string>{"not captured", "not captured", ""});
}

TEST_CASE("recorded beats carry the detectors' flags, also as totals") {
  const Cell cell = torord_cell();
  const PacingDrive drive(1000, 1, -53, 0);
  PacedRun run;
  run.beats = 3;
  run.record_last = 2;
  const CellResults healthy = cell_results(run_cell(cell, drive, run), "cell", false, false);
  CHECK(healthy.beats.at("EADs").numbers == std::vector<double>{0, 0});
  CHECK(healthy.beats.at("repolarisation_failure").numbers == std::vector<double>{0, 0});
  CHECK(healthy.beats.at("quiescent").numbers == std::vector<double>{0, 0});
  CHECK(healthy.beats.columns.back().name == "problem");
  CHECK(scalar(healthy, "EADs") == 0);
  CHECK(scalar(healthy, "beats_run") == 3);
  CHECK(scalar(healthy, "cycle_length") == 1000);
  CHECK(std::isnan(scalar(healthy, "alternans")));
  CHECK(scalar(healthy, "APD50") == healthy.beats.at("APD50").numbers.back());

  // Too weak a stimulus: V_m moves by a few millivolts at most.
  const PacingDrive weak(1000, 1, -1, 0);
  const CellResults silent = cell_results(run_cell(cell, weak, run), "cell", false, false);
  CHECK(scalar(silent, "quiescent") == 1);
  CHECK(silent.warning.find("beat 3 of cell was not captured") == 0);

  // Made up: after the stimulus V_m goes down to -30 mV and up again.
  PacedResult stuck;
  Beat beat;
  beat.t = {0, 5, 300, 600, 1000};
  beat.V_m = {-20, 20, -30, -20, -25};
  add_beat(stuck, beat, 7, 1000, false);
  const CellResults failing = cell_results(stuck, "cell", false, false);
  CHECK(failing.warning.find("beat 7 of cell begins at V_m = -20.0 mV, not at rest (below -40 mV)") == 0);
  CHECK(failing.warning.find("try a longer period") != std::string::npos);
  CHECK(scalar(failing, "repolarisation_failure") == 1);
  CHECK(failing.beats.at("repolarisation_failure").numbers == std::vector<double>{1});
  CHECK(scalar(failing, "quiescent") == 0);
}

TEST_CASE("alternans over the recorded beats is a number once there are four") {
  // Made up: a cell whose durations go up and down by 12 ms.
  PacedResult run;
  for (int n = 0; n < 6; ++n) {
    Beat beat;
    const double APD = n % 2 ? 212 : 200;
    beat.t = {0, 1, 2, APD, APD + 10, 400};
    beat.V_m = {-80, 20, 20, 10, -80, -80};
    beat.dVdt_max = beat.dVdt_max_ionic = 100;
    add_beat(run, beat, n + 1, 400, false);
  }
  const CellResults results = cell_results(run, "cell", false, false);
  CHECK(scalar(results, "alternans") == 1);
  CHECK(scalar(results, "alternans_amplitude") == doctest::Approx(12));
}

TEST_CASE("a run begins in the state it is given, and its final state continues it") {
  const Cell cell = torord_cell();
  const PacingDrive drive(1000, 1, -53, 0);
  PacedRun two, one;
  two.beats = two.record_last = 2;
  one.beats = 1;
  const PacedResult both = run_cell(cell, drive, two), first = run_cell(cell, drive, one);
  one.initial = first.state;
  const PacedResult second = run_cell(cell, drive, one);
  CHECK(std::fabs(second.beats[0].APD90 - both.beats[1].APD90) < 1e-3);
  CHECK(std::fabs(second.beats[0].APD90 - first.beats[0].APD90) > 1e-2);
}

TEST_CASE("pacing to the steady state stops early, reports what moved most, and gives the steady beat") {
  const Cell cell = mitchell_schaeffer_cell();
  const PacingDrive drive(400, 1, -30, 0);
  PacedRun run;
  run.beats = 500;
  run.steady_tolerance = 1e-5;
  const PacedResult steady = run_cell(cell, drive, run);
  CHECK(steady.steady.reached);
  CHECK(steady.beat_numbers.back() < 50);
  run.steady_tolerance = 0;
  CHECK(std::fabs(steady.beats.back().APD90 - run_cell(cell, drive, run).beats.back().APD90) < 0.01);

  run.beats = 2;
  run.steady_tolerance = 1e-12;
  const PacedResult early = run_cell(cell, drive, run);
  CHECK(!early.steady.reached);
  CHECK(early.beat_numbers.back() == 2);
  const std::string words = not_steady(cell.model(), "myocyte", early.steady, 1e-12, 2);
  CAPTURE(words);
  CHECK(words.find("myocyte is not steady after 2 beats: h still changes by ") == 0);
  CHECK(words.find("Raise beats, or loosen steady_tolerance") != std::string::npos);
}

TEST_CASE("a cell that alternates is never steady and is said to alternate") {
  const Cell cell = mitchell_schaeffer_cell();
  SteadyStateSearch search(cell.model(), 1e-3);
  bool steady = false;
  for (int n = 0; n < 10; ++n) steady = steady || search.add(std::vector<double>{0.01, n % 2 ? 0.5 : 0.6});
  CHECK(!steady);
  CHECK(search.found().alternating);
  const std::string words = not_steady(cell.model(), "myocyte", search.found(), 1e-3, 10);
  CHECK(words.find("myocyte is not steady after 10 beats: it alternates. h differs by 0.17") == 0);
}

TEST_CASE("steady needs two quiet beats in a row, and tiny states are measured against their typical size") {
  const Cell cell = mitchell_schaeffer_cell();
  SteadyStateSearch search(cell.model(), 1e-3);
  CHECK(!search.add(std::vector<double>{1e-9, 0.5}));
  CHECK(!search.add(std::vector<double>{5e-9, 0.5}));   // relative to 0.01: quiet
  CHECK(!search.add(std::vector<double>{1e-9, 0.51}));  // loud
  CHECK(!search.add(std::vector<double>{1e-9, 0.51}));
  CHECK(search.add(std::vector<double>{1e-9, 0.51}));
  CHECK(search.found().change == 0);
}
