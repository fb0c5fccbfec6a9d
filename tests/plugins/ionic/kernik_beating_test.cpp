#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "../../shared_data.hpp"
#include "cvode/cell_integrator.hpp"
#include "kernik_cells.hpp"
#include "kernik_reference.hpp"
#include "protocols/quiet.hpp"

using namespace tawara;
using namespace tawara::kernik;

namespace {

struct FreeRun {
  std::vector<double> t, V_m, dVdt;
};

/// Left alone from `state` on.
FreeRun free_run(const Cell& cell, const std::vector<double>& state, double duration, double every,
                 cvode::Tolerances tolerances = {}) {
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tolerances);
  integrator.set_state(0, state);
  FreeRun run;
  for (int i = 0; i * every <= duration; ++i) run.t.push_back(i * every);
  const protocols::QuietDrive nothing;
  integrator.advance(nothing, duration, run.t, [&](double, std::span<const double> y, double) {
    run.V_m.push_back(y[0]);
    run.dVdt.push_back(cell.rates(y)[0]);
  });
  return run;
}

/// Times of steepest rise, as the reference defines an upstroke.
std::vector<std::size_t> upstrokes(const FreeRun& run) {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i + 1 < run.t.size(); ++i)
    if (run.dVdt[i] > 5 && run.dVdt[i] >= run.dVdt[i - 1] && run.dVdt[i] > run.dVdt[i + 1]) found.push_back(i);
  return found;
}

struct Beat {
  double cycle_length, V_peak, MDP, APD90;
};
Beat beat_between(const FreeRun& run, std::size_t up, std::size_t next) {
  const auto V = [&](std::size_t i) { return run.V_m.begin() + static_cast<long>(i); };
  const auto peak = std::max_element(V(up), V(next));
  const auto lowest = std::min_element(peak, V(next));
  const double level = *peak - 0.9 * (*peak - *lowest);
  const auto below = std::find_if(peak, V(next), [&](double v) { return v < level; });
  const auto i = static_cast<std::size_t>(below - run.V_m.begin());
  const double step = run.t[1] - run.t[0];
  const double t = run.t[i] - step * (level - run.V_m[i]) / (run.V_m[i - 1] - run.V_m[i]);
  return {run.t[next] - run.t[up], *peak, *lowest, t - run.t[up]};
}

double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("left alone from the published initial state, Kernik's cell follows the reference for 3 s") {
  const auto data = shared_data("reference/kernik/baseline_3s.csv");
  if (!data) return;
  const auto expected = KernikTable(data.path).numbers("V_mV");
  const Cell cell = kernik_cell();
  const FreeRun run = free_run(cell, cell.initial_state(), 3000, 1);
  REQUIRE(run.V_m.size() == expected.size());
  CHECK(rms_difference(run.V_m, expected) < 0.05);
}

TEST_CASE("upstrokes, cycle length, APD90, peak and MDP are those of the reference") {
  const auto data = shared_data("reference/kernik/biomarkers.json");
  if (!data) return;
  std::ifstream in(data.path), state_in(data.path.parent_path() / "limit_cycle_state.json");
  const auto all = nlohmann::json::parse(in);
  const auto limit_cycle = nlohmann::json::parse(state_in)["values"].get<std::vector<double>>();
  const Cell cell = kernik_cell();
  const auto check = [&](const std::vector<double>& state, const nlohmann::json& beats) {
    const FreeRun run = free_run(cell, state, 3000, 1.0 / 16);
    const auto up = upstrokes(run);
    REQUIRE(up.size() > beats.size());
    for (std::size_t b = 0; b < beats.size(); ++b) {
      const auto& expected = beats[b];
      const Beat beat = beat_between(run, up[b], up[b + 1]);
      CHECK(std::fabs(run.t[up[b]] - expected["t_upstroke_ms"].get<double>()) < 0.5);
      CHECK(std::fabs(beat.cycle_length - expected["cycle_length_ms"].get<double>()) < 0.5);
      CHECK(std::fabs(beat.APD90 - expected["apd90_ms"].get<double>()) < 0.5);
      CHECK(std::fabs(beat.V_peak - expected["peak_mV"].get<double>()) < 0.05);
      CHECK(std::fabs(beat.MDP - expected["mdp_mV"].get<double>()) < 0.05);
      CHECK(run.dVdt[up[b]] == doctest::Approx(expected["dvdt_max_mV_per_ms"].get<double>()).epsilon(0.01));
    }
  };
  check(cell.initial_state(), all["from_published_ic_3s"]);
  check(limit_cycle, all["limit_cycle_after_100s"]["beats"]);
}

TEST_CASE("the cell beats by itself, about once a second, on CVODE as with small fixed steps") {
  const Cell cell = kernik_cell();
  const FreeRun run = free_run(cell, cell.initial_state(), 700, 1);
  std::vector<double> stepped, y = cell.initial_state();
  for (int i = 0; i <= 700; ++i) {
    stepped.push_back(y[0]);
    runge_kutta(cell, y, 1.0 / 32, 32);
  }
  CHECK(rms_difference(run.V_m, stepped) < 0.05);
  const double highest = *std::max_element(stepped.begin(), stepped.end());
  CHECK(highest > 30);
  CHECK(highest < 40);
}

TEST_CASE("without the L-type calcium current the cell does not beat") {
  Cell cell = kernik_cell();
  cell.parameters[scale_I_CaL] = 0;
  const FreeRun run = free_run(cell, cell.initial_state(), 5000, 1);
  CHECK(*std::max_element(run.V_m.begin() + 1000, run.V_m.end()) < -20);
}

TEST_CASE("the default stimulus of the model starts a beat early") {
  const Cell cell = kernik_cell();
  auto y = cell.initial_state();
  runge_kutta(cell, y, 1.0 / 32, 32 * 250);  // diastole; the next beat comes by itself at 504 ms
  const auto stimulus = cell.model().default_stimulus();
  CHECK(y[0] < -60);
  std::vector<double> resting = y;
  double highest = -100;
  for (int i = 0; i < 64 * 60; ++i) {
    const double I_stim = i < 64 * stimulus.duration ? stimulus.amplitude : 0;
    const auto rate = cell.rates(y, I_stim);
    for (std::size_t s = 0; s < y.size(); ++s) y[s] += rate[s] / 64;
    highest = std::max(highest, y[0]);
  }
  runge_kutta(cell, resting, 1.0 / 16, 16 * 60);
  CHECK(highest > 0);
  CHECK(resting[0] < -60);
}
