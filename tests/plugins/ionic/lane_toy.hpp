#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/protocol.hpp"

/// A passive membrane with a gate and an integral, solvable by hand, and steps of it in lanes: what tests of LaneRun
/// run on. dV/dt = -V/tau - I_stim, dg/dt = (steady(V) - g)/gate_tau, dq/dt = g. V beyond `breaks_above` breaks the
/// cell.
class ToyCell : public tawara::IonicModel, public tawara::BatchedModel {
 public:
  static constexpr double gate_tau = 5;
  static double steady(double V) { return 1 / (1 + std::exp(-V / 10)); }
  enum Parameter { tau, breaks_above, n_parameters };
  static std::vector<double> parameters(double tau_ms = 10, double breaks = 1e9) { return {tau_ms, breaks}; }

  /// What the stepper was asked for, per lane.
  struct Asked {
    double dt, dt_previous;
    bool accepted;
  };
  mutable std::vector<Asked> asked[tawara::lane_count];

  ToyCell() : doubles_(*this), floats_(*this) {}
  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-5, 2}; }
  void rates(const tawara::CellBlock& b, double* dydt) const override {
    for (std::size_t c = 0; c < b.cells; ++c) {
      double y[3], d[3];
      for (std::size_t s = 0; s < 3; ++s) y[s] = b.state[s * b.stride + c];
      slopes(y, b.parameter(tau, c), b.parameter(breaks_above, c), b.I_stim[c], d);
      for (std::size_t s = 0; s < 3; ++s) dydt[s * b.stride + c] = d[s];
    }
  }
  void observe(const tawara::CellBlock& b, double* out) const override {
    for (std::size_t c = 0; c < b.cells; ++c)
      for (std::size_t s = 0; s < 3; ++s) out[s * b.stride + c] = b.state[s * b.stride + c];
  }
  [[nodiscard]] const tawara::LaneStepper<double>& double_lanes() const override { return doubles_; }
  [[nodiscard]] const tawara::LaneStepper<float>& float_lanes() const override { return floats_; }
  [[nodiscard]] std::string_view isa() const override { return "baseline"; }

  /// V from V0 under constant stimulus.
  static double exact_V(double V0, double tau_ms, double I_stim, double t) {
    return -I_stim * tau_ms + (V0 + I_stim * tau_ms) * std::exp(-t / tau_ms);
  }

 private:
  static void slopes(const double* y, double tau_ms, double breaks, double I_stim, double* d) {
    d[0] = y[0] > breaks ? std::numeric_limits<double>::quiet_NaN() : -y[0] / tau_ms - I_stim;
    d[1] = (steady(y[0]) - y[1]) / gate_tau;
    d[2] = y[1];
  }

  template <class T>
  class Stepper final : public tawara::LaneStepper<T> {
   public:
    explicit Stepper(const ToyCell& cell) : cell_(cell) {}
    void step(const tawara::LaneBlock<T>& b) const override { all(b, false); }
    void step_held(const tawara::LaneBlock<T>& b) const override { all(b, true); }
    void rush_larsen(const tawara::LaneBlock<T>&) const override {}
    void observe(const T* state, const T*, T* out) const override {
      std::copy(state, state + 3 * tawara::lane_count, out);
    }

   private:
    void all(const tawara::LaneBlock<T>& b, bool held) const {
      for (std::size_t l = 0; l < tawara::lane_count; ++l)
        if (b.dt[l] != 0) one(b, l, held);
    }
    // Explicit midpoint, its middle extrapolated where there is a step before. Tolerances: mV, 1, 1 per ms.
    void one(const tawara::LaneBlock<T>& b, std::size_t l, bool held) const {
      static constexpr double tolerances[] = {1e-3, 1e-5, 1e-4};
      const auto x = [&](const T* of, std::size_t s) -> double { return of[s * tawara::lane_count + l]; };
      const double dt = b.dt[l], before = b.dt_previous[l];
      double y[3], old[3], middle[3], d[3];
      for (std::size_t s = 0; s < 3; ++s) y[s] = x(b.state, s);
      cell_.slopes(y, x(b.parameters, 0), x(b.parameters, 1), b.I_stim[l], old);
      for (std::size_t s = 0; s < 3; ++s) {
        if (before != 0) old[s] = (y[s] - x(b.previous, s)) / before;
        middle[s] = y[s] + old[s] * dt / 2;
      }
      if (held) middle[0] = y[0];
      cell_.slopes(middle, x(b.parameters, 0), x(b.parameters, 1), b.I_stim[l], d);
      double error = 0;
      for (std::size_t s = held ? 2 : 0; s < 3; ++s) {
        const double e = std::fabs(d[s] - old[s]) * dt / (tolerances[s] * b.tolerance);
        error = std::isnan(e) ? e : std::max(error, e);
        if (std::isnan(e)) break;
      }
      b.error[l] = static_cast<T>(error);
      b.accepted[l] = error <= 1.5;
      cell_.asked[l].push_back({dt, before, b.accepted[l]});
      if (!b.accepted[l]) return;
      for (std::size_t s = 0; s < 3; ++s) {
        b.previous[s * tawara::lane_count + l] = b.state[s * tawara::lane_count + l];
        double next = y[s] + dt * d[s];
        if (held && s == 0) next = y[0];
        if (held && s == 1) next = steady(y[0]) + (y[1] - steady(y[0])) * std::exp(-dt / gate_tau);
        b.state[s * tawara::lane_count + l] = static_cast<T>(next);
      }
    }
    const ToyCell& cell_;
  };

  std::vector<State> states_ = {{"V_m", "mV", 3, 1}, {"g", "1", 0.1, 1}, {"q", "1", 0, 1}};
  std::vector<Observable> observables_ = {{"V_m", "mV"}, {"g", "1"}, {"q", "1"}};
  Stepper<double> doubles_;
  Stepper<float> floats_;
};

/// Constant between given edges: a stimulus, or a command where `clamped`. With a slope it runs on from its value.
class EdgesDrive final : public tawara::Protocol::Drive {
 public:
  struct Piece {
    double from, value, slope = 0;
  };
  explicit EdgesDrive(std::vector<Piece> pieces, bool clamped = false)
      : pieces_(std::move(pieces)), clamped_(clamped) {}
  [[nodiscard]] double I_stim(double t) const override { return clamped_ ? 0 : value(t); }
  [[nodiscard]] std::optional<double> V_command(double t) const override {
    return clamped_ ? std::optional(value(t)) : std::nullopt;
  }
  [[nodiscard]] bool piecewise_constant() const override {
    return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& p) { return p.slope == 0; });
  }
  [[nodiscard]] double next_edge(double t) const override {
    for (const Piece& p : pieces_)
      if (p.from > t) return p.from;
    return std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] double beat_start(int n) const override { return n == 0 ? 0 : std::numeric_limits<double>::infinity(); }

 private:
  [[nodiscard]] double value(double t) const {
    double v = 0;
    for (const Piece& p : pieces_)
      if (p.from <= t) v = p.value + p.slope * (t - p.from);
    return v;
  }
  std::vector<Piece> pieces_;
  bool clamped_;
};
