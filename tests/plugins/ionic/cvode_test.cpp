#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "cells.hpp"
#include "cvode/cell_integrator.hpp"
#include "cvode/newton_system.hpp"
#include "protocols/pacing.hpp"
#include "tawara/random.hpp"

using namespace tawara;
using cvode::CellIntegrator;
using cvode::NewtonSystem;
using protocols::PacingDrive;

namespace {

/// A passive membrane, dV_m/dt = -V_m/tau - I_stim, solvable by hand.
class Membrane : public IonicModel {
 public:
  explicit Membrane(double breaks_at = std::numeric_limits<double>::infinity()) : breaks_at_(breaks_at) {}
  static constexpr double tau = 10;
  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-5, 2}; }
  void rates(const CellBlock& b, double* dydt) const override {
    for (std::size_t c = 0; c < b.cells; ++c)
      dydt[c] = b.t > breaks_at_ ? std::numeric_limits<double>::quiet_NaN() : -b.state[c] / tau - b.I_stim[c];
  }
  void observe(const CellBlock& b, double* out) const override {
    for (std::size_t c = 0; c < b.cells; ++c) out[c] = b.state[c];
  }

 private:
  std::vector<State> states_ = {{"V_m", "mV", 3, 1}};
  std::vector<Observable> observables_ = {{"V_m", "mV"}};
  double breaks_at_;
};

/// A gate without a current: dy/dt = (V_m - y)/tau, V_m in mV; solvable by hand while V_m is held or ramped.
class GateModel final : public IonicModel {
 public:
  static constexpr double tau = 25;
  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-5, 2}; }
  [[nodiscard]] Membrane membrane() const override { return {.at_zero = -80, .per_unit = 100}; }
  void rates(const CellBlock& b, double* dydt) const override {
    for (std::size_t c = 0; c < b.cells; ++c) {
      dydt[c] = 1e3;  // a current a clamp has to withstand
      dydt[b.stride + c] = (membrane().V_m(b.state[c]) - b.state[b.stride + c]) / tau;
    }
  }
  void observe(const CellBlock& b, double* out) const override {
    for (std::size_t c = 0; c < b.cells; ++c) out[c] = membrane().V_m(b.state[c]);
  }

 private:
  std::vector<State> states_ = {{"u", "1", 0, 1}, {"y", "mV", -80, 100}};
  std::vector<Observable> observables_ = {{"V_m", "mV"}};
};

/// -80 mV, from 10 ms +20 mV, from 30 ms a ramp of -2 mV/ms, from 60 ms held at -40 mV.
class ClampDrive final : public Protocol::Drive {
 public:
  [[nodiscard]] double I_stim(double) const override { return 0; }
  [[nodiscard]] std::optional<double> V_command(double t) const override {
    return t < 10 ? -80 : t < 30 ? 20 : t < 60 ? 20 - 2 * (t - 30) : -40;
  }
  [[nodiscard]] double next_edge(double t) const override {
    for (double edge : {10.0, 30.0, 60.0})
      if (t < edge) return edge;
    return std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] double beat_start(int n) const override { return n ? std::numeric_limits<double>::infinity() : 0; }
};

template <class F>
std::string message_of(F action) {
  try {
    action();
  } catch (const SolverError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

double solve_once(NewtonSystem& system, const std::vector<double>& J, double gamma, std::size_t n, std::size_t seed) {
  std::copy(J.begin(), J.end(), system.jacobian().begin());
  system.analyse();
  REQUIRE(system.factorise(gamma));
  Random random(seed, "right-hand side");
  std::vector<double> b(n);
  for (double& value : b) value = random.normal();
  std::vector<double> x = b;
  system.solve(x);
  double residual = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = x[i];
    for (std::size_t j = 0; j < n; ++j) sum -= gamma * J[i * n + j] * x[j];
    residual = std::max(residual, std::fabs(sum - b[i]));
  }
  return residual;
}

}  // namespace

TEST_CASE("a passive membrane follows its exponential through every pulse") {
  const Membrane membrane;
  const PacingDrive drive(50, 2, -5, 0);
  CellIntegrator integrator(membrane, "membrane", {}, {1e-10, 1e-12});
  const std::vector<double> times = {0, 0.5, 2, 7, 50, 51, 52, 80};
  const auto exact = [](double t) {
    // Superposition: the initial value, and each pulse's charging and discharging.
    double V = 3 * std::exp(-t / Membrane::tau);
    for (double onset : {0.0, 50.0}) {
      const auto step = [&](double from) {
        return t > from ? 5 * Membrane::tau * (1 - std::exp(-(t - from) / Membrane::tau)) : 0.0;
      };
      V += step(onset) - step(onset + 2);
    }
    return V;
  };
  std::size_t seen = 0;
  integrator.advance(drive, 80, times, [&](double t, std::span<const double> y, double I_stim) {
    CHECK(t == times[seen++]);
    CHECK(y[0] == doctest::Approx(exact(t)).epsilon(1e-8));
    CHECK(I_stim == drive.I_stim(t));
  });
  CHECK(seen == times.size());
  CHECK(integrator.time() == 80);
}

TEST_CASE("integrating in pieces gives what integrating at once gives, within tolerance") {
  const Cell cell = torord_cell();
  const PacingDrive drive(1000, 1, -53, 0);
  CellIntegrator whole(cell.model(), "cell", cell.parameters, {1e-9, 1e-11}),
      pieces = CellIntegrator(cell.model(), "cell", cell.parameters, {1e-9, 1e-11});
  whole.advance(drive, 100);
  for (double t : {0.3, 1.0, 12.0, 100.0}) pieces.advance(drive, t);
  for (std::size_t s = 0; s < whole.state().size(); ++s)
    CHECK(pieces.state()[s] == doctest::Approx(whole.state()[s]).epsilon(1e-5));
}

TEST_CASE("the same run gives the same bytes") {
  const Cell cell = torord_cell();
  const PacingDrive drive(1000, 1, -53, 0);
  CellIntegrator a(cell.model(), "cell", cell.parameters, {}), b(cell.model(), "cell", cell.parameters, {});
  a.advance(drive, 300);
  b.advance(drive, 300);
  for (std::size_t s = 0; s < a.state().size(); ++s) CHECK(a.state()[s] == b.state()[s]);
}

TEST_CASE("the last good value is from before the first step where that one fails") {
  const Cell cell = torord_cell();
  const PacingDrive drive(1000, 1, -1e300, 0);
  CellIntegrator integrator(cell.model(), "myocyte", cell.parameters, {});
  const std::string message = message_of([&] { integrator.advance(drive, 10); });
  CAPTURE(message);
  CHECK(message.find("its last good value is -88.7638 mV at 0 ms") != std::string::npos);
}

TEST_CASE("a rate that is not a number is reported with state, time, last good value and remedy") {
  const Membrane membrane(4.0);
  const PacingDrive drive(50, 2, -5, 0);
  CellIntegrator integrator(membrane, "myocyte (ionic.membrane)", {}, {});
  const std::string message = message_of([&] { integrator.advance(drive, 10); });
  CAPTURE(message);
  CHECK(message.starts_with("myocyte (ionic.membrane): the rate of V_m is not a finite number at t = 4"));
  CHECK(message.find("its last good value is ") != std::string::npos);
  CHECK(message.find("mV at ") != std::string::npos);
  CHECK(message.find("Check parameters and stimulus") != std::string::npos);
}

TEST_CASE("tolerances no arithmetic can meet are reported with the hardest state and the tolerances") {
  const Membrane membrane;
  const PacingDrive drive(50, 2, -5, 0);
  CellIntegrator integrator(membrane, "myocyte", {}, {1e-18, 1e-30});
  const std::string message = message_of([&] { integrator.advance(drive, 10); });
  CAPTURE(message);
  CHECK(message.starts_with("myocyte: CVODE gave up at t = "));
  CHECK(message.find("too much accuracy") != std::string::npos);
  CHECK(message.find("the hardest state is V_m") != std::string::npos);
  CHECK(message.find("rtol (1e-18)") != std::string::npos);
}

TEST_CASE("a cell that cannot be followed stops instead of running for ever") {
  class Whirring final : public Membrane {
   public:
    void rates(const CellBlock& b, double* dydt) const override {
      for (std::size_t c = 0; c < b.cells; ++c) dydt[c] = 1e7 * std::cos(1e6 * b.t);
    }
  };
  const Whirring whirring;
  const PacingDrive drive(50, 2, -5, 0);
  CellIntegrator integrator(whirring, "myocyte", {}, {});
  const std::string message = message_of([&] { integrator.advance(drive, 10); });
  CAPTURE(message);
  CHECK(message.starts_with("myocyte: more than 500000 steps since the last edge of the protocol and only at t = "));
  CHECK(message.find("Loosen rtol") != std::string::npos);
}

TEST_CASE("under a clamp the membrane follows the command through steps and ramps, and gates their closed form") {
  const GateModel model;
  const ClampDrive drive;
  constexpr double tau = GateModel::tau;
  const auto exact = [](double t) {
    const auto held = [](double y, double V, double dt) { return V + (y - V) * std::exp(-dt / tau); };
    if (t <= 10) return -80.0;
    if (t <= 30) return held(-80, 20, t - 10);
    // On a ramp V + s dt the gate tends to V + s (dt - tau).
    const double y = held(-80, 20, 20), s = -2;
    const auto ramped = [&](double dt) { return 20 + s * (dt - tau) + (y - 20 + s * tau) * std::exp(-dt / tau); };
    return t <= 60 ? ramped(t - 30) : held(ramped(30), -40, t - 60);
  };
  const std::vector<double> times = {0, 5, 10, 12.5, 30, 41, 59.75, 60, 75, 100};
  CellIntegrator integrator(model, "gate", {}, {1e-10, 1e-12});
  std::size_t seen = 0;
  integrator.advance(drive, 100, times, [&](double t, std::span<const double> y, double) {
    CAPTURE(t);
    CHECK(t == times[seen++]);
    CHECK(model.membrane().V_m(y[0]) == doctest::Approx(*drive.V_command(t)).epsilon(1e-14));
    CHECK(y[1] == doctest::Approx(exact(t)).epsilon(1e-8));
  });
  CHECK(seen == times.size());
  CHECK(model.membrane().V_m(integrator.state()[0]) == doctest::Approx(-40));
}

TEST_CASE("a sample at the end of an integration has the command before the edge there, one that begins there after") {
  const GateModel model;
  const ClampDrive drive;
  CellIntegrator integrator(model, "gate", {}, {});
  std::vector<double> V;
  const auto keep = [&](double, std::span<const double> y, double) { V.push_back(model.membrane().V_m(y[0])); };
  const double edge[] = {10};
  integrator.advance(drive, 10, edge, keep);
  integrator.advance(drive, 20, edge, keep);
  REQUIRE(V.size() == 2);
  CHECK(V[0] == doctest::Approx(-80));
  CHECK(V[1] == doctest::Approx(20));
}

TEST_CASE("gates of ToR-ORd held at a voltage relax as their own rates say") {
  const Cell cell = torord_cell();
  const ClampDrive drive;
  CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-10, 1e-12});
  integrator.advance(drive, 10);
  auto before = cell.initial_state();
  std::copy(integrator.state().begin(), integrator.state().end(), before.begin());
  before[0] = 20;
  // A gate's rate is linear in the gate: two values of it give steady state and time constant.
  const auto rates = cell.rates(before);
  integrator.advance(drive, 25);
  for (std::size_t s : {9u, 12u, 17u, 23u, 33u}) {  // m, j, a, d, xs1
    CAPTURE(cell.model().states()[s].name);
    auto displaced = before;
    displaced[s] += 0.5;
    const double tau = -0.5 / (cell.rates(displaced)[s] - rates[s]), steady = before[s] + tau * rates[s];
    CHECK(integrator.state()[s] == doctest::Approx(steady + (before[s] - steady) * std::exp(-15 / tau)).epsilon(1e-7));
  }
  CHECK(integrator.state()[0] == 20);
}

TEST_CASE("under a clamp the currents are those of the held voltage") {
  const Cell cell = mitchell_schaeffer_cell();
  const ClampDrive drive;
  CellIntegrator integrator(cell.model(), "cell", cell.parameters, {1e-10, 1e-12});
  // u = 1 at +20 mV: I_in = 0, I_out = 100 mV/tau_out; h falls with tau_close.
  const double times[] = {10, 20};
  std::vector<double> h;
  integrator.advance(drive, 25, times, [&](double, std::span<const double> y, double) {
    h.push_back(y[1]);
    const auto observed = cell.observe(y);
    CHECK(observed.back() == doctest::Approx(100.0 / 6).epsilon(1e-12));
  });
  REQUIRE(h.size() == 2);
  CHECK(h[1] / h[0] == doctest::Approx(std::exp(-10.0 / 150)).epsilon(1e-8));
}

TEST_CASE("systems of an implicit step are solved whatever their structure") {
  Random random(7, "jacobian");
  for (std::size_t n : {1u, 2u, 5u, 12u}) {
    std::vector<double> dense(n * n), diagonal(n * n), arrow(n * n);
    for (double& value : dense) value = random.normal();
    for (std::size_t i = 0; i < n; ++i) {
      diagonal[i * n + i] = -1.0 - static_cast<double>(i);
      arrow[i * n + i] = -2;
      arrow[i] = 0.3;      // everyone acts on the first
      arrow[i * n] = 0.7;  // and it on everyone
    }
    NewtonSystem system(n);
    CAPTURE(n);
    CHECK(solve_once(system, dense, 0.1, n, 1) < 1e-12);
    CHECK(solve_once(system, diagonal, 0.5, n, 2) < 1e-12);
    CHECK(solve_once(system, arrow, 0.4, n, 3) < 1e-12);
  }
}

TEST_CASE("gates are eliminated ahead of the dense part") {
  const std::size_t n = 10;  // one voltage, nine gates
  std::vector<double> J(n * n);
  for (std::size_t i = 0; i < n; ++i) J[i * n + i] = -1, J[i] = 0.3, J[i * n] = 0.7;
  NewtonSystem system(n);
  CHECK(solve_once(system, J, 0.4, n, 4) < 1e-12);
  CHECK(system.eliminated() == 9);
}

TEST_CASE("a singular system says so") {
  NewtonSystem system(2);
  const std::vector<double> J = {1, 0, 0, -1};
  std::copy(J.begin(), J.end(), system.jacobian().begin());
  system.analyse();
  CHECK(!system.factorise(1.0));
}
