#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "experiments/batched_cells.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "tp06_cells.hpp"

using namespace tawara;
using namespace tawara::experiments;
using tp06::Layer;

namespace {

const BatchedModel& batched(const Cell& cell) {
  return *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
}

double at(const Beat& beat, double t) {
  const auto after = std::upper_bound(beat.t.begin(), beat.t.end(), t);
  if (after == beat.t.end()) return beat.V_m.back();
  const auto i = static_cast<std::size_t>(after - beat.t.begin());
  const double x = (t - beat.t[i - 1]) / (beat.t[i] - beat.t[i - 1]);
  return beat.V_m[i - 1] + x * (beat.V_m[i] - beat.V_m[i - 1]);
}

struct Difference {
  double APD90, rms;
};

/// A beat in lanes against the same beat on CVODE.
Difference differ(const Cell& cell, double period, int beats, lanes::Precision precision) {
  const auto stimulus = cell.model().default_stimulus();
  const protocols::PacingDrive drive(period, stimulus.duration, stimulus.amplitude, 0);
  BatchedPlan plan;
  plan.beats = beats;
  plan.control.precision = precision;
  const BatchedCell lane = run_batched(cell.model(), batched(cell), plan, {cell.parameters, {}, &drive});
  REQUIRE(lane.failure.text == "");
  REQUIRE(lane.beats.size() == 1);

  PacedRun run;
  run.beats = beats;
  run.tolerances = {1e-9, 1e-11};
  run.sample_step = 0.5;
  const std::vector<std::size_t> V_m = {0};
  const PacedResult cvode = pace_cell(cell.model(), "cell", cell.parameters, drive, run, V_m);
  const auto& t = cvode.trace.at("t").numbers;
  const auto& V = cvode.trace.at("V_m").numbers;
  double sum = 0;
  int n = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] < 5) continue;
    sum += std::pow(V[i] - at(lane.beats[0], t[i]), 2);
    ++n;
  }
  return {biomarkers_of(lane.beats[0]).APD90 - cvode.beats.back().APD90, std::sqrt(sum / n)};
}

}  // namespace

TEST_CASE("TP06 in lanes keeps APD90 within 0.1 ms and V_m within 0.15 mV rms of CVODE, in every layer and rate") {
  for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi})
    for (const double period : {1000.0, 500.0}) {
      const Difference d = differ(tp06_cell(layer), period, 5, lanes::Precision::f64);
      CAPTURE(period);
      CHECK(std::fabs(d.APD90) < 0.1);
      CHECK(d.rms < 0.15);
    }
}

TEST_CASE("blocked and enhanced currents do not cost TP06 in lanes its accuracy") {
  const std::pair<std::size_t, double> changes[] = {{0, 0.5}, {2, 1.5}, {3, 0.3}, {4, 0.3}};  // I_Na I_CaL I_Kr I_Ks
  for (const auto& [parameter, by] : changes) {
    Cell cell = tp06_cell(Layer::mid);
    cell.parameters[parameter] = by;
    const Difference d = differ(cell, 1000, 3, lanes::Precision::f64);
    CAPTURE(parameter);
    CHECK(std::fabs(d.APD90) < 0.1);
    CHECK(d.rms < 0.15);
  }
}

TEST_CASE("TP06 in single precision is as close to CVODE, after a hundred beats too") {
  const Difference d = differ(tp06_cell(Layer::epi), 1000, 100, lanes::Precision::f32);
  CHECK(std::fabs(d.APD90) < 0.1);
  CHECK(d.rms < 0.15);
}
