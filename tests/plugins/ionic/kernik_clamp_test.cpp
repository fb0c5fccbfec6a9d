#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "../../shared_data.hpp"
#include "cvode/cell_integrator.hpp"
#include "kernik_cells.hpp"
#include "kernik_reference.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::kernik;

namespace {

struct Steps {
  std::vector<double> V;
  double each;  // ms
  [[nodiscard]] double duration() const { return each * static_cast<double>(V.size()); }
};

protocols::ClampDrive drive_of(const Steps& steps) {
  std::vector<protocols::ClampStep> list;
  for (const double V : steps.V) {
    protocols::ClampStep step;
    step.V = V;
    step.duration = steps.each;
    list.push_back(step);
  }
  return {list, {}};
}

/// Observables every ms; [sample][observable].
std::vector<std::vector<double>> clamped(const Cell& cell, const Steps& steps, cvode::Tolerances tolerances = {}) {
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tolerances);
  std::vector<double> times;
  for (int i = 0; i < static_cast<int>(steps.duration()); ++i) times.push_back(i);
  std::vector<std::vector<double>> samples;
  integrator.advance(drive_of(steps), steps.duration(), times,
                     [&](double, std::span<const double> y, double) { samples.push_back(cell.observe(y)); });
  return samples;
}

void check_clamp(const Cell& cell, const char* file) {
  const auto data = shared_data(std::string("reference/kernik/") + file);
  if (!data) return;
  std::ifstream in(data.path.parent_path() / "clamp_protocol.json");
  const auto protocol = nlohmann::json::parse(in);
  const Steps steps{protocol["segments_mV"].get<std::vector<double>>(), protocol["duration_ms"].get<double>()};
  const auto samples = clamped(cell, steps, {1e-7, 1e-9});
  const KernikTable expected(data.path);
  REQUIRE(samples.size() == 7000);
  double worst = 0;
  for (const char* name :
       {"I_K1", "I_to", "I_Kr", "I_Ks", "I_CaL", "I_NaK", "I_Na", "I_NaCa", "I_pCa", "I_f", "I_CaT", "I_total"}) {
    const auto column = expected.numbers(name);
    const std::size_t o = std::string(name) == "I_total" ? samples[0].size() - 1 : observable(cell.model(), name);
    double sum = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double difference = samples[i][o] - column[i];
      sum += difference * difference;
      worst = std::max(worst, std::fabs(difference));
    }
    CAPTURE(name);
    CHECK(std::sqrt(sum / 7000) < 0.01);
  }
  CHECK(worst < 0.3);
}

}  // namespace

TEST_CASE("clamped at 310 K, every current follows the reference through its 28 steps") {
  check_clamp(kernik_cell(), "clamp_310K.csv");
}

TEST_CASE("clamped at 298 K with Q10 = 3, every current follows the reference") {
  check_clamp(kernik_cell({.temperature = 298}), "clamp_298K_q10.csv");
}

TEST_CASE("clamped through 0 mV and back, the current is that of small fixed steps") {
  const Cell cell = kernik_cell();
  const Steps steps{{-100, 0, -40, 20}, 60};
  const auto samples = clamped(cell, steps, {1e-8, 1e-10});
  auto y = cell.initial_state();
  double sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    y[0] = steps.V[i / 60];
    const double difference = samples[i].back() - cell.observe(y).back();
    sum += difference * difference;
    runge_kutta(cell, y, 1.0 / 64, 64, true);
  }
  CHECK(std::sqrt(sum / static_cast<double>(samples.size())) < 0.001);
}

TEST_CASE("under a clamp an activation gate follows its exponential, whatever the calcium does") {
  const Cell cell = kernik_cell();
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-9, 1e-11});
  auto y = cell.initial_state();
  y[0] = 10;
  const auto rate = cell.rates(y);
  auto beside = y;
  beside[9] += 0.1;  // Xr1: the difference of two rates gives tau, a rate the steady state
  const double tau = -0.1 / (cell.rates(beside)[9] - rate[9]), steady = y[9] + rate[9] * tau;
  integrator.advance(drive_of({{10}, 100}), 100);
  CHECK(integrator.state()[9] == doctest::Approx(steady + (y[9] - steady) * std::exp(-100 / tau)).epsilon(1e-6));
}
