#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/beat.hpp"
#include "experiments/biomarkers.hpp"
#include "lanes/lane_run.hpp"
#include "protocols/pacing.hpp"
#include "torord_cells.hpp"

using namespace tawara;
using torord::Layer;
using torord::Sex;

namespace {

const BatchedModel& batched(const Cell& cell) {
  const void* found = cell.prepared->ability(BatchedModel::ability_name);
  REQUIRE(found);
  return *static_cast<const BatchedModel*>(found);
}

struct Paced {
  std::vector<double> t, V_m, added;  ///< of the last beat, on times(); the state that the member adds
};

constexpr double period = 1000;
constexpr int beats = 3;

std::vector<double> times() {
  std::vector<double> t;
  for (double x = 0; x < period; x += x < 20 ? 0.05 : 0.5) t.push_back(x);
  return t;
}

/// In lanes of the default control: V_m between step ends by the straight line.
Paced in_lanes(const Cell& cell, std::size_t state, lanes::Precision precision) {
  const protocols::PacingDrive drive(period, 1, -53, 0);
  lanes::StepControl control;
  control.precision = precision;
  lanes::LaneRun run(cell.model(), batched(cell), control);
  run.load(3, cell.parameters, {}, drive);
  run.run_to(3, (beats - 1) * period);
  while (run.step()) {
  }
  Paced paced{times(), {}, {}};
  std::size_t next = 0;
  const double onset = (beats - 1) * period;
  paced.V_m.push_back(run.V_m(3));
  paced.added.push_back(run.state(3, state));
  ++next;
  run.run_to(3, beats * period);
  while (run.step())
    for (; next < paced.t.size() && onset + paced.t[next] <= run.time(3); ++next) {
      const double part = (onset + paced.t[next] - run.previous_time(3)) / (run.time(3) - run.previous_time(3));
      paced.V_m.push_back(run.previous_V_m(3) + part * (run.V_m(3) - run.previous_V_m(3)));
      paced.added.push_back(run.previous_state(3, state) + part * (run.state(3, state) - run.previous_state(3, state)));
    }
  CHECK(run.failure(3).cause.empty());
  return paced;
}

Paced on_cvode(const Cell& cell, std::size_t state) {
  const protocols::PacingDrive drive(period, 1, -53, 0);
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-8, 1e-10});
  const double onset = (beats - 1) * period;
  integrator.advance(drive, onset);
  Paced paced{times(), {}, {}};
  std::vector<double> at = paced.t;
  for (double& t : at) t += onset;
  integrator.advance(drive, at.back(), at, [&](double, std::span<const double> y, double) {
    paced.V_m.push_back(y[0]);
    paced.added.push_back(y[state]);
  });
  return paced;
}

double APD90(const Paced& paced) {
  experiments::Beat beat;
  beat.t = paced.t;
  beat.V_m = paced.V_m;
  return experiments::biomarkers_of(beat).APD90;
}

}  // namespace

TEST_CASE(
    "in lanes every member of the family follows CVODE: APD90 to 0.1 ms, voltage to 0.15 mV, what it adds to 1 %") {
  struct Member {
    std::string name;
    Cell cell;
    const char* added;  ///< a state that the electrical cell with fixed chloride lacks
  };
  const Member members[] = {{"dynCl endo", dyncl_cell(), "Cl_ss"},
                            {"dynCl epi", dyncl_cell(Layer::epi), "Cl_i"},
                            {"contracting epi", land_cell(Sex::baseline, Layer::epi), "Ca_TRPN"},
                            {"contracting mid", land_cell(Sex::baseline, Layer::mid), "TmB"},
                            {"woman, endo", land_cell(Sex::female), "XS"},
                            {"woman, mid", land_cell(Sex::female, Layer::mid), "XW"},
                            {"man, mid", land_cell(Sex::male, Layer::mid), "Ca_TRPN"}};
  for (const Member& m : members) {
    CAPTURE(m.name);
    const std::size_t added = state_index(m.cell, m.added);
    const Paced exact = on_cvode(m.cell, added);
    for (const lanes::Precision precision : {lanes::Precision::f64, lanes::Precision::f32}) {
      CAPTURE((precision == lanes::Precision::f64));
      const Paced paced = in_lanes(m.cell, added, precision);
      REQUIRE(paced.V_m.size() == exact.V_m.size());
      double squares = 0, largest_error = 0, largest = 0;
      int counted = 0;
      for (std::size_t i = 0; i < exact.t.size(); ++i) {
        largest = std::max(largest, std::fabs(exact.added[i]));
        largest_error = std::max(largest_error, std::fabs(paced.added[i] - exact.added[i]));
        if (exact.t[i] < 5) continue;
        squares += std::pow(paced.V_m[i] - exact.V_m[i], 2);
        ++counted;
      }
      const double rms = std::sqrt(squares / counted), APD_error = APD90(paced) - APD90(exact);
      CAPTURE(rms);
      CAPTURE(APD_error);
      CAPTURE(largest_error / largest);
      CHECK(std::fabs(APD_error) < 0.1);
      CHECK(rms < 0.15);
      CHECK(largest_error < 0.01 * largest);
    }
  }
}
