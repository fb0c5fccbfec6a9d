#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "../../message_of.hpp"
#include "../../shared_data.hpp"
#include "cvode/cell_integrator.hpp"
#include "experiments/clamped_cells.hpp"
#include "kernik_cells.hpp"
#include "kernik_reference.hpp"
#include "lane_toy.hpp"
#include "protocols/quiet.hpp"
#include "protocols/voltage_clamp.hpp"
#include "torord_cells.hpp"

using namespace tawara;
using namespace tawara::kernik;
using experiments::ClampedCells;
using experiments::ClampRecording;

namespace {

const BatchedModel& batched(const Cell& cell) {
  return *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
}

protocols::ClampDrive steps(const std::vector<double>& V, double each = 250) {
  std::vector<protocols::ClampStep> list;
  for (const double v : V) list.push_back({v, each, {}});
  return {list, {}};
}
const std::vector<double> reference_steps = {-100, -40, 0,  40,  -40, -120, -120, -120, -60, -20, 20,   20, -50, -80,
                                             -30,  10,  50, -30, -90, -110, -70,  -10,  30,  -60, -120, 50, -40, -100};

/// All inputs but the multipliers within +-40 %.
std::vector<double> varied(std::vector<double> parameters, unsigned seed) {
  std::mt19937_64 generator(seed);
  for (double& p : parameters) p *= 0.6 + 0.8 * static_cast<double>(generator() >> 11) * 0x1p-53;
  return parameters;
}

/// One observable on CVODE.
std::vector<double> on_cvode(const Cell& cell, const Protocol::Drive& drive, double end, std::size_t which) {
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-8, 1e-10});
  std::vector<double> times, values;
  for (int i = 0; i < static_cast<int>(end); ++i) times.push_back(i);
  integrator.advance(drive, end, times,
                     [&](double, std::span<const double> y, double) { values.push_back(cell.observe(y)[which]); });
  return values;
}

struct Recording {
  std::vector<double> values;
  [[nodiscard]] std::vector<double> of_lane(std::size_t lane) const {
    std::vector<double> result;
    for (std::size_t i = lane; i < values.size(); i += lane_count) result.push_back(values[i]);
    return result;
  }
};
/// I_ion every ms.
Recording record(const Cell& cell, ClampedCells& cells, const Protocol::Drive& drive, double end) {
  const std::size_t I_ion = cell.model().observables().size() - 1;
  const ClampRecording what{.recorded = {&I_ion, 1}};
  Recording recording;
  recording.values.resize(static_cast<std::size_t>(end) * lane_count);
  CHECK(cells.follow(drive, 0, end, what, recording.values) == static_cast<std::size_t>(end));
  return recording;
}

/// Without the sample at the end.
std::vector<double> reference_current(const std::filesystem::path& file) {
  auto values = KernikTable(file).numbers("I_total");
  values.resize(7000);
  return values;
}

double rms(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("sixteen clamped cells with inputs within 40 % record CVODE's total currents") {
  Cell cell = kernik_cell();
  const auto parameters = cell.parameters;
  const auto drive = steps(reference_steps);
  ClampedCells cells(cell.model(), batched(cell));
  for (unsigned l = 0; l < lane_count; ++l) cells.load(l, l == 0 ? parameters : varied(parameters, l));
  const Recording recording = record(cell, cells, drive, 7000);
  for (const unsigned l : {0u, 3u, 8u, 15u}) {
    CAPTURE(l);
    cell.parameters = l == 0 ? parameters : varied(parameters, l);
    CHECK(rms(recording.of_lane(l), on_cvode(cell, drive, 7000, cell.model().observables().size() - 1)) < 0.01);
  }
  const auto data = shared_data("reference/kernik/clamp_310K.csv");
  if (!data) return;
  CHECK(rms(recording.of_lane(0), reference_current(data.path)) < 0.003);
}

TEST_CASE("a clamped cell in the cold follows the reference, temperature in every lane") {
  const auto data = shared_data("reference/kernik/clamp_298K_q10.csv");
  if (!data) return;
  const Cell cell = kernik_cell({.temperature = 298});
  ClampedCells cells(cell.model(), batched(cell));
  cells.load(0, cell.parameters);
  const Recording recording = record(cell, cells, steps(reference_steps), 7000);
  const auto expected = reference_current(data.path);
  CHECK(rms(recording.of_lane(0), expected) < 0.005);
  CHECK(rms(recording.of_lane(15), expected) < 0.005);
}

TEST_CASE("held in single precision, a cell records the same currents") {
  const Cell cell = kernik_cell();
  const std::size_t n = cell.model().states().size(), n_parameters = cell.parameters.size();
  const std::size_t I_ion = cell.model().observables().size() - 1;
  alignas(64) static float state[32 * lane_count], parameters[96 * lane_count], record_here[250 * lane_count];
  REQUIRE(n <= 32);
  REQUIRE(n_parameters <= 96);
  const auto y = cell.initial_state();
  for (std::size_t l = 0; l < lane_count; ++l) {
    for (std::size_t s = 0; s < n; ++s) state[s * lane_count + l] = static_cast<float>(y[s]);
    for (std::size_t p = 0; p < n_parameters; ++p)
      parameters[p * lane_count + l] = static_cast<float>(cell.parameters[p]);
  }
  const std::vector<double> V = {-100, -40, 0, 40, -60};
  const auto expected = on_cvode(cell, steps(V), 1250, I_ion);
  std::vector<double> found;
  for (const double v : V) {
    std::fill_n(state, lane_count, static_cast<float>(v));
    const long taken = batched(cell).float_lanes().hold({.state = state,
                                                         .parameters = parameters,
                                                         .duration = 250,
                                                         .samples = 250,
                                                         .recorded = &I_ion,
                                                         .n_recorded = 1,
                                                         .record = record_here});
    CHECK(taken > 10);
    for (std::size_t i = 0; i < 250; ++i) found.push_back(static_cast<double>(record_here[i * lane_count + 7]));
  }
  CHECK(rms(found, expected) < 0.005);
}

TEST_CASE("samples lie where they are asked for, whatever the steps and the edges") {
  const Cell cell = kernik_cell();
  const auto drive = steps({-80, 20, -40}, 33.3);
  const std::size_t I_ion = cell.model().observables().size() - 1, V_m = 0;
  const std::vector<std::size_t> both = {V_m, I_ion};
  const auto run = [&](double sample_step) {
    ClampedCells cells(cell.model(), batched(cell));
    cells.load(0, cell.parameters);
    std::vector<double> values(4000 * lane_count);
    values.resize(2 * lane_count * cells.follow(drive, 0, 99, {.recorded = both, .sample_step = sample_step}, values));
    return values;
  };
  const auto coarse = run(0.7), fine = run(0.1);
  REQUIRE(coarse.size() == 2 * lane_count * 142);
  REQUIRE(fine.size() == 2 * lane_count * 990);
  for (std::size_t i = 0; i < 142; ++i) {
    CAPTURE(i);
    CHECK(coarse[2 * i * lane_count] == (0.7 * static_cast<double>(i) < 33.3   ? -80
                                         : 0.7 * static_cast<double>(i) < 66.6 ? 20
                                                                               : -40));
    CHECK(coarse[(2 * i + 1) * lane_count] == doctest::Approx(fine[(14 * i + 1) * lane_count]).epsilon(1e-9));
  }
}

TEST_CASE("states put back give the same recording again") {
  const Cell cell = kernik_cell();
  const auto first = steps({-100, -40}), then = steps({10, -70});
  ClampedCells cells(cell.model(), batched(cell));
  cells.load(0, cell.parameters);
  (void)record(cell, cells, first, 500);
  const std::vector<double> kept(cells.states().begin(), cells.states().end());
  const auto once = record(cell, cells, then, 500);
  CHECK(cells.states()[0] == -70);
  cells.set_states(kept);
  CHECK(record(cell, cells, then, 500).values == once.values);
}

TEST_CASE("a broken cell does not disturb the fifteen others") {
  const Cell cell = kernik_cell();
  const auto drive = steps({-100, 0, -60}, 100);
  const auto run = [&](bool broken) {
    ClampedCells cells(cell.model(), batched(cell));
    cells.load(0, cell.parameters);
    auto parameters = cell.parameters;
    if (broken) parameters[scale_I_CaL] = std::numeric_limits<double>::quiet_NaN();
    cells.load(5, parameters);
    return record(cell, cells, drive, 300);
  };
  const auto well = run(false), with_broken = run(true);
  CHECK(std::isnan(with_broken.of_lane(5).back()));
  CHECK(with_broken.of_lane(0) == well.of_lane(0));
  CHECK(with_broken.of_lane(15) == well.of_lane(15));
}

TEST_CASE("a model with a Markov chain and shared voltage terms is held as well") {
  const Cell cell = torord_cell();
  const auto drive = steps({-90, 20, -50, 0}, 200);
  ClampedCells cells(cell.model(), batched(cell));
  cells.load(0, cell.parameters);
  const std::vector<std::size_t> what = {observable(cell.model(), "I_Kr"), observable(cell.model(), "I_Ks")};
  std::vector<double> values(800 * 2 * lane_count);
  cells.follow(drive, 0, 800, {.recorded = what}, values);
  for (std::size_t r = 0; r < 2; ++r) {
    std::vector<double> lane;
    for (std::size_t i = 0; i < 800; ++i) lane.push_back(values[(2 * i + r) * lane_count]);
    CHECK(rms(lane, on_cvode(cell, drive, 800, what[r])) < 1e-4);
  }
}

TEST_CASE("commands and models that cells cannot be held by are refused in words") {
  const Cell cell = kernik_cell();
  ClampedCells cells(cell.model(), batched(cell));
  cells.load(0, cell.parameters);
  std::vector<double> none;
  CHECK(message_of([&] { cells.follow(protocols::QuietDrive(), 0, 10, {}, none); }) ==
        "the protocol does not clamp the voltage; use protocol.voltage_clamp");
  const protocols::ClampDrive ramp({{-80, 100, 40.0}}, {});
  CHECK(message_of([&] { cells.follow(ramp, 0, 10, {}, none); }) ==
        "the command has ramps, which cells cannot be held through; use steps, or CVODE");
  const ToyCell toy;
  CHECK(message_of([&] { ClampedCells refused(toy, toy); }) ==
        "the steppers of this cell model cannot hold the voltage by themselves");
}
