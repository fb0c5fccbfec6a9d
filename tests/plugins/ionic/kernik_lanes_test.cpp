#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "kernik_cells.hpp"
#include "lanes/lane_run.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"

using namespace tawara;
using namespace tawara::kernik;

namespace {

const BatchedModel& batched(const Cell& cell) {
  return *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
}

/// V_m every 0.25 ms, in lanes and on CVODE.
struct Both {
  std::vector<double> lane, cvode;
};
constexpr double every = 0.25;

Both run_both(const Cell& cell, const Protocol::Drive& drive, double duration, lanes::StepControl control = {}) {
  Both both;
  std::vector<double> times;
  for (int i = 0; i * every <= duration; ++i) times.push_back(i * every);
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-9, 1e-11});
  integrator.advance(drive, duration, times,
                     [&](double, std::span<const double> y, double) { both.cvode.push_back(y[0]); });

  lanes::LaneRun run(cell.model(), batched(cell), control);
  run.load(3, cell.parameters, {}, drive);
  run.run_to(3, duration);
  both.lane.push_back(run.V_m(3));
  while (run.step()) {
    REQUIRE(run.failure(3).text == "");
    if ((run.moved() >> 3 & 1) == 0) continue;
    const double t0 = run.previous_time(3), t1 = run.time(3), V0 = run.previous_V_m(3), V1 = run.V_m(3);
    for (double t = every * static_cast<double>(both.lane.size()); t <= t1; t += every)
      both.lane.push_back(V0 + (V1 - V0) * (t - t0) / (t1 - t0));
  }
  REQUIRE(both.lane.size() == both.cvode.size());
  return both;
}

/// Times at which V_m rises through -50 mV and falls through -65 mV thereafter.
struct Crossings {
  std::vector<double> up, down;
  explicit Crossings(const std::vector<double>& V) {
    const auto through = [&](std::size_t i, double level) {
      return every * (static_cast<double>(i) - (V[i] - level) / (V[i] - V[i - 1]));
    };
    for (std::size_t i = 1; i < V.size(); ++i) {
      if (V[i - 1] < -50 && V[i] >= -50) up.push_back(through(i, -50));
      if (V[i - 1] > -65 && V[i] <= -65 && down.size() < up.size()) down.push_back(through(i, -65));
    }
  }
};

double rms(const Both& both, double from, double to) {
  double sum = 0;
  const auto first = static_cast<std::size_t>(from / every), last = static_cast<std::size_t>(to / every);
  for (std::size_t i = first; i < last; ++i) sum += std::pow(both.lane[i] - both.cvode[i], 2);
  return std::sqrt(sum / static_cast<double>(last - first));
}

}  // namespace

TEST_CASE("paced, Kernik's cell in lanes keeps durations within 0.1 ms and V_m within 0.15 mV rms of CVODE") {
  const Cell cell = kernik_cell();
  const auto stimulus = cell.model().default_stimulus();
  const protocols::PacingDrive drive(800, stimulus.duration, stimulus.amplitude, 100);
  for (const auto precision : {lanes::Precision::f64, lanes::Precision::f32}) {
    const Both both = run_both(cell, drive, 2400, {.precision = precision});
    const Crossings lane(both.lane), cvode(both.cvode);
    REQUIRE(cvode.up.size() == 3);
    REQUIRE(lane.up.size() == 3);
    for (std::size_t b = 0; b < lane.down.size(); ++b)
      CHECK(std::fabs((lane.down[b] - lane.up[b]) - (cvode.down[b] - cvode.up[b])) < 0.1);
    // From 5 ms after a stimulus to the next.
    for (const double onset : {900.0, 1700.0}) CHECK(rms(both, onset + 5, std::min(onset + 800, 2400.0)) < 0.15);
  }
}

TEST_CASE("left alone, the cell in lanes beats at CVODE's intervals") {
  const Cell cell = kernik_cell();
  const Both both = run_both(cell, protocols::QuietDrive(), 3000);
  const Crossings lane(both.lane), cvode(both.cvode);
  REQUIRE(lane.up.size() == 3);
  REQUIRE(lane.down.size() == 3);
  for (std::size_t b = 0; b < 3; ++b) {
    CHECK(std::fabs(lane.up[b] - cvode.up[b]) < 0.5);
    CHECK(std::fabs((lane.down[b] - lane.up[b]) - (cvode.down[b] - cvode.up[b])) < 0.2);
  }
}
