#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "cells.hpp"
#include "experiments/initial_state.hpp"
#include "experiments/names.hpp"
#include "experiments/run_length.hpp"
#include "experiments/single_cell.hpp"
#include "population_fixture.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"
#include "protocols/s1s2.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::experiments;
using protocols::ClampDrive;
using protocols::PacingDrive;
using protocols::QuietDrive;
using protocols::S1S2Drive;

namespace {

const std::filesystem::path file = std::filesystem::temp_directory_path() / "tawara_initial_state_test.csv";

std::vector<double> read(const Cell& cell, const std::string& text) {
  std::ofstream(file) << text;
  std::vector<double> state = published_state(cell.model());
  read_states_into(file, cell.model(), state);
  return state;
}

std::string refused(const Cell& cell, const std::string& text) {
  return message_of([&] { static_cast<void>(read(cell, text)); });
}

#define CHECK_HAS(message, text)                  \
  {                                               \
    const std::string found = message;            \
    CAPTURE(found);                               \
    CHECK(found.find(text) != std::string::npos); \
  }

}  // namespace

TEST_CASE("states are read by name, and those the file leaves out begin as published") {
  const Cell cell = torord_cell();
  const auto state = read(cell, "name,value [mmol/L]\nNa_i, 10.5\n\nCa_i,1e-4\n");
  const auto published = cell.initial_state();
  CHECK(state[1] == 10.5);
  CHECK(state[5] == 1e-4);
  CHECK(state[0] == published[0]);
  CHECK(state[42] == published[42]);
}

TEST_CASE("with a column index, states are read by number whatever another code calls them") {
  const Cell cell = torord_cell();
  const auto state = read(cell, "index,name,value\n2,nai,10.5\n1,v,-87\n");
  CHECK(state[0] == -87);
  CHECK(state[1] == 10.5);
}

TEST_CASE("a state that is written is read back to the last bit") {
  const Cell cell = torord_cell();
  auto state = cell.initial_state();
  for (double& value : state) value *= 1 + 1.0 / 3;
  const Table table = state_table(cell.model(), state);
  std::ofstream out(file);
  out.precision(17);
  out << "index,name,value,unit\n";
  for (std::size_t r = 0; r < table.rows(); ++r)
    out << table.at("index").numbers[r] << ',' << table.at("name").texts[r] << ',' << table.at("value").numbers[r]
        << ',' << table.at("unit").texts[r] << '\n';
  out.close();
  auto again = cell.initial_state();
  CHECK(read_states_into(file, cell.model(), again) == state.size());
  CHECK(again == state);
}

TEST_CASE("initial states that cannot be are refused with file and line") {
  const Cell cell = torord_cell();
  CHECK_HAS(refused(cell, "name,value\nNa_i,10\nCa_i,-1e-4\n"),
            "test.csv:3: Ca_i is -0.0001 mmol/L; a concentration cannot be negative");
  CHECK_HAS(refused(cell, "name,value\nNa_i,nan\n"), "test.csv:2: value must be a finite number, found 'nan'");
  CHECK_HAS(refused(cell, "name,value\nNa_i,1e999\n"), "test.csv:2: value must be");
  CHECK_HAS(refused(cell, "name,value\nNa_i,ten\n"), "test.csv:2: value must be a number, found 'ten'");
  CHECK_HAS(refused(cell, "name,value\nnai,10\n"),
            "test.csv:2: the model has no state 'nai'; did you mean Na_i? (it has: V_m, Na_i, Na_ss");
  CHECK_HAS(refused(cell, "name,value\nNa_i,10\nNa_i,11\n"), "test.csv:3: Na_i is given twice, first in line 2");
  CHECK_HAS(refused(cell, "name\nNa_i\n"),
            "test.csv:1: the column 'value' is missing; the header must name name, value");
  CHECK_HAS(refused(cell, "name,value\nNa_i\n"), "test.csv:2: only 1 cells, 'value' is missing");
  CHECK_HAS(refused(cell, "index,name,value\n44,x,1\n"),
            "test.csv:2: index 44 is not one of the model's states, 1 to 43");
  CHECK_HAS(refused(cell, "index,name,value\n2,Ca_i,1\n"), "test.csv:2: state 2 of the model is Na_i, not Ca_i");
}

TEST_CASE("initial states in the scenario are refused with the same words") {
  const Cell cell = torord_cell();
  auto state = cell.initial_state();
  const auto set = [&](const char* name, double value) {
    return message_of([&] { set_states(cell.model(), "myocyte", {{{name, value}}}, state); });
  };
  CHECK(set("Na_i", 9) == "");
  CHECK(state[1] == 9);
  CHECK_HAS(set("Na_j", 9), "'myocyte': the model has no state 'Na_j'; did you mean Na_i?");
  CHECK_HAS(set("Na_i", -9), "'myocyte': Na_i is -9 mmol/L; a concentration cannot be negative");
  CHECK_HAS(set("V_m", NAN), "'myocyte': V_m is nan; an initial state must be a finite number");
  CHECK(set("V_m", -60) == "");
}

TEST_CASE("a voltage that no membrane has is refused, whatever the model calls it") {
  const Cell cell = torord_cell();
  CHECK_HAS(refused(cell, "name,value\nV_m,4000\n"),
            "test.csv:2: V_m is 4000 mV; V_m of a membrane lies between -200 and 200 mV. Is the unit right?");
  CHECK_HAS(refused(cell, "name,value\nV_m,-201\n"), "V_m is -201 mV; V_m of a membrane lies between");
  CHECK(refused(cell, "name,value\nV_m,-200\n") == "");
}

TEST_CASE("gates far outside 0 to 1 are warned of by name, overshoots of a fit and concentrations are not") {
  const Cell cell = torord_cell();
  auto state = cell.initial_state();
  CHECK(doubtful_gates(cell.model(), state) == "");
  const auto set = [&](const char* name, double value) {
    const auto found = std::find_if(cell.model().states().begin(), cell.model().states().end(),
                                    [&](const auto& s) { return s.name == name; });
    REQUIRE(found != cell.model().states().end());
    state[static_cast<std::size_t>(found - cell.model().states().begin())] = value;
  };
  set("m", 1.006);
  set("Na_i", 10);
  CHECK(doubtful_gates(cell.model(), state) == "");
  set("m", 1.5);
  set("d", -0.2);
  CHECK(doubtful_gates(cell.model(), state) ==
        "m = 1.5, d = -0.2; gates and probabilities lie between 0 and 1. Is the value right?");
}

TEST_CASE("a single cell is refused traces that no memory holds, and says what it does not heed") {
  OneComponent<SingleCell> it;
  it.fill("cell", toy_cell()).fill("protocol", protocol_of(PacingDrive(1000, 2, -5, 0)));
  it.set("beats", 3).set("sample_step", 1e-9);
  CHECK(message_of([&] { it.prepare(); }) ==
        "sample_step = 1e-09 ms makes 1e+12 samples of 2 columns, 1.49e+04 GiB; at most 1 GiB are kept. Set "
        "sample_step = 1.5e-05 (ms) or more, or record fewer beats (record_last) or observables (record)");
  it.set("duration", 10.0).set("sample_step", 1e-6).prepare();
  it.set("record_last", 3).set("sample_step", 1e-5);
  CHECK_HAS(message_of([&] { it.prepare(); }), "2.01e+08 samples");
  it.set("record_last", 1).set("sample_step", 0.5).prepare();
  CHECK(it.host().warnings.empty());
  it.set("precision", "float").prepare();
  REQUIRE(it.host().warnings.size() == 1);
  CHECK_HAS(it.host().warnings[0],
            "precision = \"float\" is of steps in lanes, and CVODE computes in 64 bits; set integrator = \"batched\"");
  it.set("integrator", "batched").prepare();
  CHECK(it.host().warnings.size() == 1);
  it.set("initial", List{Record{{"state", "g"}, {"value", 5.0}}}).prepare();
  REQUIRE(it.host().warnings.size() == 2);
  CHECK(it.host().warnings[1] ==
        "'cell' begins with g = 5; gates and probabilities lie between 0 and 1. Is the value "
        "right?");
}

TEST_CASE("suggestions forgive case, underscores, swaps and a third of the letters, and are silent beyond") {
  const std::vector<std::string> names = {"Na_i", "Na_ss", "Ca_i", "Ca_ss", "Ca_jsr"};
  CHECK(did_you_mean("nai", names) == "; did you mean Na_i?");
  CHECK(did_you_mean("cajrs", names) == "; did you mean Ca_jsr?");
  CHECK(did_you_mean("Xa_ss", names) == "; did you mean Na_ss or Ca_ss?");
  CHECK(did_you_mean("tension", names) == "");
}

TEST_CASE("a run lasts 100 beats, one sweep, all beats of a train, or what is asked for") {
  const PacingDrive pacing(1000, 1, -53, 0);
  CHECK(run_length(pacing, "p", {}, {}).beats == 100);
  CHECK(run_length(pacing, "p", 7, {}).beats == 7);
  CHECK(run_length(pacing, "p", 7, {}).last_beat == 1000);
  CHECK(run_length(pacing, "p", 7, 400.0).last_beat == 400);
  CHECK(!finite_beats(pacing));

  const S1S2Drive train({.S1_beats = 10, .period = 1000, .S2_interval = 300, .start = 0}, {-53, 1});
  CHECK(finite_beats(train) == 11);
  CHECK(run_length(train, "train", {}, {}).beats == 11);
  CHECK(!run_length(train, "train", {}, {}).free);
  const S1S2Drive long_train({.S1_beats = 3000, .period = 1000, .S2_interval = 300, .start = 0}, {-53, 1});
  CHECK(finite_beats(long_train) == 3001);

  const ClampDrive clamp({{-40, 100, {}}}, {});
  CHECK(run_length(clamp, "steps", {}, {}).beats == 1);
  CHECK(run_length(clamp, "steps", {}, {}).clamped);
  CHECK(run_length(clamp, "steps", {}, 250.0).last_beat == 250);

  const RunLength alone = run_length(QuietDrive(), "alone", {}, 5000.0);
  CHECK(alone.beats == 1);
  CHECK(alone.free);
  CHECK(alone.last_beat == 5000);
}

TEST_CASE("run lengths that cannot be are refused with the remedy") {
  CHECK_HAS(
      message_of([] { static_cast<void>(run_length(QuietDrive(), "alone", {}, {})); }),
      "'alone' leaves the cell alone: its one beat never ends. Say how long to watch, for example duration = 10000");
  CHECK_HAS(
      message_of([] { static_cast<void>(run_length(QuietDrive(), "alone", 5, 1000.0)); }),
      "'alone' leaves the cell alone: it has one beat, which never ends, and beats = 5 are asked for. Leave beats "
      "out; the cell is watched for duration = 1000 ms");
  CHECK_HAS(message_of([] { static_cast<void>(run_length(QuietDrive(), "alone", 5, {})); }),
            "Leave beats out; say with duration how long to watch, for example duration = 10000 (ms)");
  const S1S2Drive train({.S1_beats = 10, .period = 1000, .S2_interval = 300, .start = 0}, {-53, 1});
  CHECK_HAS(message_of([&] { static_cast<void>(run_length(train, "train", 12, {})); }),
            "'train' has 11 beats that end, 12 are asked for; set beats = 11 or less");
  const PacingDrive pacing(1000, 1, -53, 0);
  CHECK_HAS(message_of([&] { static_cast<void>(run_length(pacing, "pacing", 3, 1500.0)); }),
            "duration = 1500 ms reaches beyond the next stimulus of 'pacing', 1000 ms after the last beat begins");
}

TEST_CASE("commands outside what membranes stand are refused, those outside what models are fitted to warned of") {
  struct Command final : Protocol::Drive {
    double V;
    explicit Command(double command) : V(command) {}
    [[nodiscard]] double I_stim(double) const override { return 0; }
    [[nodiscard]] std::optional<double> V_command(double t) const override { return t < 50 ? -80 : V; }
    [[nodiscard]] double next_edge(double t) const override {
      return t < 50 ? 50 : std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double beat_start(int n) const override { return 100 * n; }
  };
  const RunLength sweep{.beats = 1, .last_beat = 100, .clamped = true, .free = false};
  CHECK(check_commands(Command(20), "steps", sweep) == "");
  CHECK(check_commands(Command(120), "steps", {.beats = 1, .last_beat = 40, .clamped = true, .free = false}) == "");
  CHECK_HAS(check_commands(Command(120), "steps", sweep),
            "'steps' commands -80 to 120 mV; cell models are fitted to recordings between -150 and 100 mV");
  CHECK_HAS(
      message_of([&] { static_cast<void>(check_commands(Command(-0.04e6), "steps", sweep)); }),
      "'steps' commands -40000 mV at t = 50 ms; a membrane is clamped between -200 and 200 mV. Is the unit right?");
  CHECK_HAS(message_of([&] { static_cast<void>(check_commands(Command(NAN), "steps", sweep)); }),
            "'steps' commands nan mV");
}

TEST_CASE("a parameter that is no number is refused by its name, one that may be absent is not") {
  Descriptor d("ionic.some_cell");
  d.number("V_rest", "mV", -80);
  d.number("shift", "mV").absent_by_default().evaluate();
  d.number("scale_I_Kr", "1", 1).evaluate();
  require_numbers(d, "myocyte", std::vector<double>{NAN, 1});
  CHECK_HAS(message_of([&] {
              require_numbers(d, "myocyte", std::vector<double>{INFINITY, 1});
            }),
            "myocyte.shift is inf");
  CHECK_HAS(message_of([&] { require_numbers(d, "myocyte", std::vector<double>{0, NAN}); }), "scale_I_Kr is nan");

  const Cell cell = torord_cell();
  auto arguments = cell.parameters;
  require_numbers(torord::Torord::describe(), "myocyte", arguments);
  arguments[4] = NAN;
  CHECK_HAS(message_of([&] { require_numbers(torord::Torord::describe(), "myocyte", arguments); }),
            "myocyte.scale_I_Kr is nan; a parameter of a cell must be a finite number");
}
