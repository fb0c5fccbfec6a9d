#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "cells.hpp"
#include "experiments/batched_cells.hpp"
#include "experiments/cell_results.hpp"
#include "experiments/paced_lanes.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "protocols/s1s2.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::experiments;
using protocols::ClampDrive;
using protocols::PacingDrive;

namespace {

const BatchedModel& lanes_of(const Cell& cell) {
  return *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
}

LanesRun plan_of(const Cell& cell, const Protocol::Drive& drive, const PacedRun& run) {
  return {cell.model(), lanes_of(cell), drive, run, {}, select_observables(cell.model(), "cell", {})};
}

PacedResult in_lanes(const Cell& cell, const Protocol::Drive& drive, const PacedRun& run) {
  const auto results = pace_in_lanes(plan_of(cell, drive, run), {{cell.parameters}});
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].failure.text == "");
  return results[0].result;
}

PacedResult on_cvode(const Cell& cell, const Protocol::Drive& drive, PacedRun run) {
  run.tolerances = {1e-9, 1e-11};
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, select_observables(cell.model(), "cell", {}));
}

bool same(const PacedResult& a, const PacedResult& b) {
  bool equal = a.state == b.state && a.beat_numbers == b.beat_numbers && a.trace.rows() == b.trace.rows();
  for (std::size_t c = 0; equal && c < a.trace.columns.size(); ++c)
    equal = a.trace.columns[c].numbers == b.trace.columns[c].numbers;
  for (std::size_t i = 0; equal && i < a.beats.size(); ++i) equal = a.recorded[i].V_m == b.recorded[i].V_m;
  return equal;
}

/// A prepared model without lanes.
struct OnlyRates final : Prepared {
  std::shared_ptr<const Prepared> whole;
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == "batched" ? nullptr : whole->ability(name);
  }
};

/// Protocol "pacing" at a period.
struct PreparedPacing final : Prepared, Protocol {
  double period;
  explicit PreparedPacing(double ms) : period(ms) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus& s) const override {
    return std::make_unique<PacingDrive>(period, s.duration, s.amplitude, 0);
  }
};

/// Rows that differ in the cell's arguments.
class CellRows : public TestBatch {
 public:
  std::vector<std::vector<double>> cell_arguments;
  using TestBatch::TestBatch;
  std::span<const double> arguments_of(int row, int, int) const override {
    return cell_arguments.at(static_cast<std::size_t>(row));
  }
};

using SingleCellAlone = OneComponent<SingleCell>;

SingleCellAlone single_cell(const Cell& cell, double period) {
  SingleCellAlone it;
  TestInput myocyte("myocyte"), pacing("pacing");
  myocyte.what = mitchell_schaeffer::MitchellSchaeffer::describe();
  myocyte.ready = std::shared_ptr<const Prepared>(cell.prepared.get(), [](auto*) {});
  pacing.ready = std::make_shared<PreparedPacing>(period);
  it.set("integrator", Value("batched")).fill("cell", std::move(myocyte)).fill("protocol", std::move(pacing));
  return it;
}

}  // namespace

TEST_CASE("in lanes a cell has the action potential CVODE gives it, and a trace at the same times") {
  PacedRun run;
  run.beats = 3;
  run.record_last = 2;
  const PacingDrive torord_drive(1000, 1, -53, 0), mitchell_drive(400, 1, -30, 3);
  const Cell torord = torord_cell(), mitchell = mitchell_schaeffer_cell();
  for (const auto& [cell, drive] : {std::pair(&torord, &torord_drive), std::pair(&mitchell, &mitchell_drive)}) {
    const PacedResult lanes = in_lanes(*cell, *drive, run), cvode = on_cvode(*cell, *drive, run);
    for (std::size_t b = 0; b < 2; ++b) CHECK(std::fabs(lanes.beats[b].APD90 - cvode.beats[b].APD90) < 0.1);
    CHECK(lanes.beat_numbers == cvode.beat_numbers);
    REQUIRE(lanes.trace.rows() == cvode.trace.rows());
    double squares = 0;
    for (std::size_t r = 0; r < lanes.trace.rows(); ++r) {
      REQUIRE(lanes.trace.columns[0].numbers[r] == doctest::Approx(cvode.trace.columns[0].numbers[r]));
      const double since = std::fmod(lanes.trace.columns[0].numbers[r], drive->beat_start(1) - drive->beat_start(0));
      if (since > 5) squares += std::pow(lanes.trace.columns[1].numbers[r] - cvode.trace.columns[1].numbers[r], 2);
    }
    CHECK(std::sqrt(squares / static_cast<double>(lanes.trace.rows())) < 0.15);
    CHECK(lanes.trace.columns.back().name == "I_ion");
  }
}

TEST_CASE("cells side by side in lanes have the bytes each has alone") {
  const Cell cell = mitchell_schaeffer_cell();
  const PacingDrive drive(400, 1, -30, 0);
  std::vector<std::vector<double>> parameters;
  for (int i = 0; i < 5; ++i) {
    parameters.push_back(cell.parameters);
    for (double& p : parameters.back()) p *= 1 + 0.02 * i;
  }
  for (const double steady_tolerance : {0.0, 5e-3}) {
    PacedRun run;
    run.beats = 30;
    run.record_last = 2;
    run.steady_tolerance = steady_tolerance;
    const LanesRun plan = plan_of(cell, drive, run);
    const auto together = pace_in_lanes(plan, parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto alone = pace_in_lanes(plan, {{parameters[i]}});
      CHECK(same(together[i].result, alone[0].result));
      CHECK(together[i].result.steady.reached == alone[0].result.steady.reached);
    }
    CHECK(together[0].result.steady.reached == (steady_tolerance > 0));
    CHECK(together[0].result.beats[1].APD90 != together[4].result.beats[1].APD90);
  }
}

TEST_CASE("in lanes a steady state is found at about the beat CVODE finds it") {
  const Cell cell = mitchell_schaeffer_cell();
  const PacingDrive drive(500.3, 1, -30, 7.7);
  PacedRun run;
  run.beats = 100;
  run.steady_tolerance = 1e-3;
  const PacedResult lanes = in_lanes(cell, drive, run), cvode = on_cvode(cell, drive, run);
  CHECK(lanes.steady.reached);
  CHECK(std::abs(lanes.beat_numbers.back() - cvode.beat_numbers.back()) <= 1);
  CHECK(std::fabs(lanes.beats.back().APD90 - cvode.beats.back().APD90) < 0.1);
  CHECK(lanes.trace.at("t").numbers.back() == doctest::Approx(500.3));
}

TEST_CASE("a sweep in lanes has the currents CVODE gives it, followed beyond its end too") {
  const Cell cell = torord_cell();
  const ClampDrive drive({{-80, 20, {}}, {10, 60, {}}, {10, 40, -60.0}}, {});
  PacedRun run;
  run.beats = 1;
  run.sample_step = 1;
  run.last_beat = 150;
  const PacedResult lanes = in_lanes(cell, drive, run), cvode = on_cvode(cell, drive, run);
  CHECK(lanes.beats[0].problem == "clamped");
  REQUIRE(lanes.trace.rows() == cvode.trace.rows());
  CHECK(lanes.trace.at("t").numbers.back() == 150);
  for (const std::string current : {"I_CaL", "I_Kr", "I_Ks", "I_to"}) {
    CAPTURE(current);
    double squares = 0, largest = 0;
    for (std::size_t r = 0; r < lanes.trace.rows(); ++r) {
      const double exact = cvode.trace.at(current).numbers[r];
      squares += std::pow(lanes.trace.at(current).numbers[r] - exact, 2);
      largest = std::fmax(largest, std::fabs(exact));
    }
    CHECK(std::sqrt(squares / static_cast<double>(lanes.trace.rows())) < 0.02 * largest + 1e-4);
  }
}

TEST_CASE(
    "a sample on a jump of the command has the voltage after it and the gates from before, in lanes as on CVODE") {
  const Cell cell = torord_cell();
  const ClampDrive drive({{-80, 21, {}}, {10, 9.1, {}}, {-60, 10, 20.0}, {-40, 7.7, {}}}, {});
  PacedRun run;
  run.beats = 2;
  run.record_last = 2;
  run.sample_step = 0.7;
  const PacedResult lanes = in_lanes(cell, drive, run);
  const auto& V_m = lanes.trace.at("V_m").numbers;
  CHECK(V_m[29] == -80);
  CHECK(V_m[30] == 10);
  CHECK(V_m[42] == 10);
  CHECK(43 * run.sample_step < 30.1);  // by rounding, which does not put it before the jump
  CHECK(V_m[43] == doctest::Approx(-60));
  const std::size_t second = 69;  // the sweep lasts 47.8 ms
  CHECK(lanes.trace.at("t").numbers[second] == doctest::Approx(47.8));
  CHECK(V_m[second - 1] == -40);
  CHECK(V_m[second] == -80);
  CHECK(V_m.back() == -40);

  run.sample_step = 7;
  const PacedResult coarse = in_lanes(cell, drive, run), cvode = on_cvode(cell, drive, run);
  for (const std::string what : {"V_m", "I_Kr", "I_CaL", "I_ion"}) {
    CAPTURE(what);
    CHECK(coarse.trace.at(what).numbers[3] ==
          doctest::Approx(cvode.trace.at(what).numbers[3]).epsilon(0.01));  // at 21 ms
  }
}

TEST_CASE("a drive seen from a later beat has the same edges, pulses and ends") {
  const PacingDrive drive(333.3, 1.1, -30, 7.7);
  const LaterDrive later(drive, 41, 3);
  CHECK(later.beat_start(0) == 0);
  CHECK(later.beat_start(2) == doctest::Approx(666.6));
  CHECK(std::isinf(later.beat_start(3)));
  double t = 0;
  for (int edge = 0; edge < 6; ++edge) {
    CAPTURE(edge);
    CHECK(later.I_stim(t) == (edge % 2 ? 0 : -30));  // at the edge what comes after it, however it was rounded
    const double next = later.next_edge(t);
    CHECK(next - t == doctest::Approx(edge % 2 ? 332.2 : 1.1));
    CHECK(later.I_stim(0.5 * (t + next)) == (edge % 2 ? 0 : -30));
    t = next;
  }
}

TEST_CASE("rows of a batch go into lanes, each with its own parameters, and a broken one fails alone") {
  const Cell cell = mitchell_schaeffer_cell();
  SingleCellAlone it = single_cell(cell, 400);
  it.set("beats", Value(3)).prepare();
  const void* ability = it.prepared->ability("batch");
  REQUIRE(ability);
  const auto& lanes = *static_cast<const BatchEvaluate*>(ability);
  CHECK(lanes.lanes() == static_cast<int>(lane_count));

  CellRows rows(it.settings(), it.inputs, it.host(), nullptr, 3);
  rows.cell_arguments = {cell.parameters, cell.parameters, cell.parameters};
  rows.cell_arguments[1][0] = NAN;
  rows.cell_arguments[2][3] *= 1.2;  // tau_close
  lanes.evaluate(0, rows);
  CHECK(rows.status[0] == "ok");
  CHECK(rows.status[1].find("parameter: myocyte.tau_in is nan; a parameter of a cell must be a finite number") == 0);
  CHECK(rows.status[2] == "ok");

  const auto APD90 = [&](CellRows& batch, std::size_t row) {
    return batch.outputs[row][static_cast<std::size_t>(SingleCellAlone::descriptor().output_index("APD90"))].number();
  };
  CellRows alone(it.settings(), it.inputs, it.host(), nullptr, 1);
  alone.cell_arguments = {rows.cell_arguments[2]};
  lanes.evaluate(0, alone);
  CHECK(APD90(alone, 0) == APD90(rows, 2));
  CHECK(APD90(rows, 2) > APD90(rows, 0) + 10);
}

TEST_CASE("a model without lanes is refused with what it lacks, and without batched rows go one by one") {
  const Cell cell = mitchell_schaeffer_cell();
  SingleCellAlone it = single_cell(cell, 400);
  auto only_rates = std::make_shared<OnlyRates>();
  only_rates->whole = it.inputs.find("cell")->second.ready;
  it.inputs.find("cell")->second.ready = only_rates;
  const std::string message = message_of([&] { it.prepare(); });
  CAPTURE(message);
  CHECK(message.find("'myocyte' (ionic.mitchell_schaeffer) does not offer 'batched', steps in SIMD lanes") !=
        std::string::npos);
  CHECK(message.find("set integrator = \"cvode\"") != std::string::npos);
  it.set("integrator", Value("cvode")).prepare();
  CHECK(it.prepared->ability("batch") == nullptr);
}
