#include <doctest/doctest.h>

#include <cmath>

#include "../../shared_data.hpp"
#include "cells.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "protocols/s1s2.hpp"
#include "reference_csv.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

Biomarkers last_beat(const Cell& cell, double period, int beats) {
  const auto stimulus = cell.model().default_stimulus();
  const protocols::PacingDrive drive(period, stimulus.duration, stimulus.amplitude, 0);
  PacedRun run;
  run.beats = beats;
  run.tolerances = {1e-9, 1e-11};
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, {}).beats.back();
}

}  // namespace

TEST_CASE("rates of Mitchell-Schaeffer equal the reference at every vector") {
  const auto data = shared_data("reference/mitchell_schaeffer");
  if (!data) return;
  const Cell cell = mitchell_schaeffer_cell();
  for (const ReferenceVector& vector : reference_vectors(data.path)) {
    const auto dydt = cell.rates(vector.state);
    for (std::size_t s = 0; s < 2; ++s) CHECK(dydt[s] == doctest::Approx(vector.derivative[s]).epsilon(1e-12));
    const auto observed = cell.observe(vector.state);
    CHECK(observed[1] == doctest::Approx(-100 * vector.currents.at("j_in")).epsilon(1e-12));
    CHECK(observed[2] == doctest::Approx(-100 * vector.currents.at("j_out")).epsilon(1e-12));
  }
}

TEST_CASE("beats 1 and 100 of Mitchell-Schaeffer follow the reference traces") {
  const auto data = shared_data("reference/mitchell_schaeffer");
  if (!data) return;
  const Cell cell = mitchell_schaeffer_cell();
  const protocols::PacingDrive drive(1000, 1, -30, 0);
  for (const int beat : {1, 100}) {
    CAPTURE(beat);
    const ReferenceCsv reference(data.path / ("trace_beat" + std::to_string(beat) + ".csv"));
    std::vector<double> times, u, h;
    for (std::size_t r = 0; r < reference.rows.size(); ++r)
      times.push_back(drive.beat_start(beat - 1) + reference.number(r, "t_ms"));
    cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-9, 1e-11});
    integrator.advance(drive, drive.beat_start(beat - 1));
    integrator.advance(drive, times.back(), times, [&](double, std::span<const double> y, double) {
      u.push_back(y[0]);
      h.push_back(y[1]);
    });
    REQUIRE(u.size() == times.size());
    for (std::size_t r = 0; r < times.size(); ++r) {
      CAPTURE(times[r]);
      CHECK(std::fabs(u[r] - reference.number(r, "u")) < 1e-5);
      CHECK(std::fabs(h[r] - reference.number(r, "h")) < 1e-5);
    }
  }
}

TEST_CASE("rates of Mitchell-Schaeffer are the paper's formulas") {
  const Cell cell = mitchell_schaeffer_cell();
  const auto plateau = cell.rates(std::vector<double>{0.5, 0.8});
  CHECK(plateau[0] == doctest::Approx(0.8 * 0.125 / 0.3 - 0.5 / 6));
  CHECK(plateau[1] == doctest::Approx(-0.8 / 150));
  const auto recovering = cell.rates(std::vector<double>{0.1, 0.8});
  CHECK(recovering[1] == doctest::Approx(0.2 / 120));
}

TEST_CASE("V_m and stimulus are converted with V_rest and V_amp") {
  const Cell cell = mitchell_schaeffer_cell(-90, 120);
  CHECK(cell.model().default_stimulus().amplitude == doctest::Approx(-36));
  CHECK(cell.observe(std::vector<double>{0.5, 1})[0] == doctest::Approx(-30));
  // J_stim = 0.3/ms whatever V_amp is.
  CHECK(cell.rates(std::vector<double>{0, 1}, -36)[0] == doctest::Approx(0.3));
}

TEST_CASE("paced Mitchell-Schaeffer has the reference's biomarkers and restitution") {
  const auto data = shared_data("reference/mitchell_schaeffer");
  if (!data) return;
  const Cell cell = mitchell_schaeffer_cell();
  for (const char* file : {"biomarkers.csv", "restitution.csv"}) {
    const ReferenceCsv reference(data.path / file);
    for (std::size_t r = 0; r < reference.rows.size(); ++r) {
      const double period = reference.number(r, "cl_ms");
      CAPTURE(period);
      const Biomarkers b = last_beat(cell, period, static_cast<int>(reference.number(r, "beat")));
      CHECK(b.APD90 == doctest::Approx(reference.number(r, "apd90")).epsilon(1e-6));
      CHECK(b.APD50 == doctest::Approx(reference.number(r, "apd50")).epsilon(1e-6));
      CHECK(b.t_up50 == doctest::Approx(reference.number(r, "t_up50")).epsilon(1e-5));
      CHECK(b.V_peak == doctest::Approx(-80 + 100 * reference.number(r, "vpeak")).epsilon(1e-5));
      CHECK(b.dVdt_max == doctest::Approx(100 * reference.number(r, "dvdt_max")).epsilon(1e-4));
    }
  }
}

// Mitchell and Schaeffer 2003, eq. 10: to leading order in tau_in/tau_out and tau_out/tau_close the plateau ends when h
// has decayed from h_0 to h_min = 4 tau_in/tau_out, so APD = tau_close ln(h_0/h_min).
TEST_CASE("APD of Mitchell-Schaeffer approaches tau_close ln(h_0/h_min) as its time scales separate") {
  double previous_error = 1;
  for (double separation : {1.0, 4.0, 16.0}) {
    Cell cell = mitchell_schaeffer_cell();
    cell.parameters[3] *= separation;  // tau_close
    const double tau_close = cell.parameters[3];
    const double expected = tau_close * std::log(1 / (4 * 0.3 / 6));
    const double error = std::fabs(last_beat(cell, 20 * tau_close, 1).APD90 / expected - 1);
    CAPTURE(separation);
    CHECK(error < 0.6 * previous_error);
    previous_error = error;
  }
  CHECK(previous_error < 0.03);
}

TEST_CASE("a shorter period gives a shorter action potential") {
  const Cell cell = mitchell_schaeffer_cell();
  CHECK(last_beat(cell, 400, 20).APD90 < last_beat(cell, 500, 20).APD90);
  CHECK(last_beat(cell, 500, 20).APD90 < last_beat(cell, 1000, 20).APD90);
}

// h is all the memory Mitchell-Schaeffer has, and at the end of every action potential it is about h_min: how the next
// one turns out depends on the diastolic interval alone, not on how the cell came to have it.
TEST_CASE("S1-S2 restitution of Mitchell-Schaeffer is its steady-state restitution") {
  const Cell cell = mitchell_schaeffer_cell();
  const auto stimulus = cell.model().default_stimulus();
  const auto response = [&](double S2_interval) {
    const protocols::S1S2Drive drive({.S1_beats = 5, .period = 1000, .S2_interval = S2_interval, .start = 0}, stimulus);
    PacedRun run;
    run.beats = 6;
    run.record_last = 2;
    run.tolerances = {1e-9, 1e-11};
    return pace_cell(cell.model(), "cell", cell.parameters, drive, run, {}).beats;
  };
  for (const double period : {400.0, 500.0, 700.0}) {
    CAPTURE(period);
    const Biomarkers steady = last_beat(cell, period, 100);
    const double diastole = period - steady.t_repol90;
    const auto S1 = response(1000).front();
    const auto beats = response(S1.t_repol90 + diastole);
    CHECK(beats.front().APD90 == doctest::Approx(S1.APD90).epsilon(1e-9));
    CHECK(beats.back().APD90 == doctest::Approx(steady.APD90).epsilon(2e-3));
  }
  // With S2 where the next S1 would be, nothing is special about it.
  CHECK(response(1000).back().APD90 == doctest::Approx(last_beat(cell, 1000, 6).APD90).epsilon(1e-9));
}
