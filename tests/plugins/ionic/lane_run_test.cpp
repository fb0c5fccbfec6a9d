#include "lanes/lane_run.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "lane_toy.hpp"

using namespace tawara;
using namespace tawara::lanes;

namespace {

LaneRun run_of(const ToyCell& cell, StepControl control = {}) { return {cell, cell, control}; }

void finish(LaneRun& run) {
  while (run.step()) {
  }
}

std::vector<double> state_of(const LaneRun& run, std::size_t lane) {
  std::vector<double> y(3);
  run.copy_state(lane, y);
  return y;
}

// Pulses whose ends fit no grid.
const std::vector<EdgesDrive::Piece> odd_pulses = {{0, -5}, {2.0001234567, 0}, {7.3333333333, -3}, {7.335, 0}};

double exact_under_odd_pulses(double t, double tau = 10) {
  double V = 3;
  for (std::size_t i = 0; i < odd_pulses.size() && odd_pulses[i].from < t; ++i) {
    const double end = i + 1 < odd_pulses.size() ? std::min(t, odd_pulses[i + 1].from) : t;
    V = ToyCell::exact_V(V, tau, odd_pulses[i].value, end - odd_pulses[i].from);
  }
  return V;
}

}  // namespace

TEST_CASE("a membrane follows its exponential through pulses at odd times") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  for (const double t : {1.7, 2.0001234567, 5.0, 7.334, 40.0}) {
    run.run_to(0, t);
    finish(run);
    CHECK(run.time(0) == t);
    CHECK(run.V_m(0) == doctest::Approx(exact_under_odd_pulses(t)).epsilon(2e-4));
  }
  CHECK(run.failure(0).cause.empty());
}

TEST_CASE("a tighter tolerance and smaller steps give a smaller error") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  const auto error = [&](double tolerance) {
    LaneRun run = run_of(cell, {.tolerance = tolerance});
    run.load(0, ToyCell::parameters(), {}, drive);
    run.run_to(0, 9);
    double worst = 0;
    while (run.step())
      if (run.moved() != 0) worst = std::max(worst, std::fabs(run.V_m(0) - exact_under_odd_pulses(run.time(0))));
    return worst;
  };
  CHECK(error(0.01) < 0.1 * error(1));
}

TEST_CASE("every edge ends a step exactly and the next one starts anew") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  LaneRun run = run_of(cell);
  run.load(3, ToyCell::parameters(), {}, drive);
  run.run_to(3, 20.02);
  std::set<double> ends;
  double t = 0;
  while (run.step()) {
    if (run.moved() == 0) continue;
    REQUIRE(run.moved() == 1u << 3);
    REQUIRE(run.previous_time(3) == t);
    t = run.time(3);
    REQUIRE(t > run.previous_time(3));
    ends.insert(t);
  }
  for (std::size_t i = 1; i < odd_pulses.size(); ++i) CHECK(ends.contains(odd_pulses[i].from));
  CHECK(ends.contains(20.02));
  int starts = 0;
  for (const auto& asked : cell.asked[3]) starts += asked.dt_previous == 0;
  CHECK(starts == 4);
  CHECK(run.attempts(3) == static_cast<long>(cell.asked[3].size()) + starts);
  CHECK(run.steps(3) == static_cast<long>(ends.size()));
}

TEST_CASE("steps are those that have tables but for the first after an edge") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  LaneRun run = run_of(cell, {.max_step = 1.9});
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 300.7);
  finish(run);
  double largest = 0, sum = 0;
  for (const auto& [dt, dt_previous, accepted] : cell.asked[0]) {
    REQUIRE(accepted);  // nothing abrupt happens here
    largest = std::max(largest, dt);
    sum += dt;
    int exponent = 0;
    if (dt_previous != 0) CHECK(std::frexp(dt * 256, &exponent) == 0.5);
    if (dt_previous != 0) CHECK(dt * 256 >= 1);
    if (dt_previous != 0) CHECK(dt <= 4 * dt_previous);
    CHECK(dt <= (dt_previous == 0 ? 1.5 / 256 : 1.0));
  }
  CHECK(largest == 1.0);  // the power of two below 1.9
  CHECK(sum == doctest::Approx(300.7).epsilon(1e-9));
}

TEST_CASE("an abrupt change is stepped back from and tried in halves") {
  // A stimulus that begins where no edge says so.
  struct Sudden final : Protocol::Drive {
    [[nodiscard]] double I_stim(double t) const override { return t < 50 ? 0 : -20; }
    [[nodiscard]] double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
    [[nodiscard]] double beat_start(int) const override { return 0; }
  };
  const ToyCell cell;
  const Sudden drive;
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 60);
  finish(run);
  int rejected = 0;
  for (const auto& asked : cell.asked[0]) rejected += !asked.accepted;
  CHECK(rejected > 3);
  CHECK(run.V_m(0) == doctest::Approx(ToyCell::exact_V(3 * std::exp(-5.0), 10, -20, 10)).epsilon(2e-3));
}

TEST_CASE("what a cell does depends on itself alone") {
  const ToyCell cell;
  const EdgesDrive mine(odd_pulses), other({{0, 0}, {1.03, -50}, {3.1, 0}}), held({{0, -40}, {3.7, 20}}, true);
  for (const Precision precision : {Precision::f64, Precision::f32}) {
    LaneRun alone = run_of(cell, {.precision = precision});
    alone.load(0, ToyCell::parameters(), {}, mine);
    alone.run_to(0, 30.3);
    finish(alone);

    LaneRun crowd = run_of(cell, {.precision = precision});
    for (std::size_t l = 0; l < lane_count; ++l) {
      const bool clamped = l % 5 == 1;
      crowd.load(l, ToyCell::parameters(l == 11 ? 10 : 0.3 + static_cast<double>(l), l == 4 ? 20 : 1e9), {},
                 l == 11   ? mine
                 : clamped ? static_cast<const Protocol::Drive&>(held)
                           : other);
      if (l != 7) crowd.run_to(l, l == 11 ? 30.3 : 5.0 + static_cast<double>(l));
    }
    finish(crowd);
    CHECK(state_of(crowd, 11) == state_of(alone, 0));
    CHECK(crowd.steps(11) == alone.steps(0));
    CHECK(crowd.failure(11).cause.empty());
    CHECK(crowd.failure(4).cause == "nan");
    CHECK(crowd.time(4) < 5);
  }
}

TEST_CASE("a lane rests where it is until it is told to run, and can be loaded again") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  run.load(1, ToyCell::parameters(), {}, drive);
  CHECK_FALSE(run.step());
  run.run_to(0, 5);
  CHECK(run.running() == 1);
  finish(run);
  CHECK(run.running() == 0);
  CHECK(run.time(1) == 0);
  CHECK(run.V_m(1) == 3);
  CHECK(cell.asked[1].empty());
  const std::vector<double> first = state_of(run, 0), begun = {3, 0.1, 0};
  run.load(0, ToyCell::parameters(), begun, drive);
  CHECK(run.time(0) == 0);
  CHECK(run.steps(0) == 0);
  run.run_to(0, 5);
  finish(run);
  CHECK(state_of(run, 0) == first);
  run.load(0, ToyCell::parameters(), first, drive, 5);
  CHECK(run.time(0) == 5);
  run.run_to(0, 9);
  finish(run);
  CHECK(run.V_m(0) == doctest::Approx(exact_under_odd_pulses(9)).epsilon(2e-4));
}

TEST_CASE("a stop can be moved while a lane is under way") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -1}});
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 20);
  for (int i = 0; i < 5; ++i) run.step();
  run.run_to(0, 3.21);
  finish(run);
  CHECK(run.time(0) == 3.21);
  run.run_to(0, 10);
  run.step();
  run.run_to(0, 12.5);
  finish(run);
  CHECK(run.time(0) == 12.5);
  CHECK(run.V_m(0) == doctest::Approx(ToyCell::exact_V(3, 10, -1, 12.5)).epsilon(2e-4));
}

TEST_CASE("a cell that breaks stops alone, with the state, the time and the last good value") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -5}});
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(10, 20.0), {}, drive);
  run.load(1, ToyCell::parameters(), {}, drive);
  run.run_to(0, 30);
  run.run_to(1, 30);
  finish(run);
  CHECK(run.time(1) == 30);
  CHECK(run.failure(1).cause.empty());
  // 50 - 47 exp(-t/10) = 20
  CHECK(run.time(0) == doctest::Approx(10 * std::log(47.0 / 30)).epsilon(0.01));
  CHECK(run.failure(0).cause == "nan");
  CHECK(run.V_m(0) == doctest::Approx(20).epsilon(0.01));
  const std::string text = run.failure(0).text;
  CAPTURE(text);
  CHECK(text.find("the rate of V_m is not a finite number at t = 4.5 ms; its last good value is 20.03") !=
        std::string::npos);
  run.run_to(0, 40);
  CHECK(run.running() == 0);
}

TEST_CASE("a parameter that is not a number fails at once with the state it breaks") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -5}});
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(std::nan("")), {}, drive);
  run.run_to(0, 30);
  finish(run);
  CHECK(run.failure(0).cause == "nan");
  CHECK(run.failure(0).text.find("the rate of V_m is not a finite number at t = 0 ms; its last good value is 3 mV") !=
        std::string::npos);
  CHECK(run.failure(0).text.find("Check parameters and stimulus") != std::string::npos);
}

TEST_CASE("a cell that would need steps of nothing stops and says which state it is") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -5}});
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(1e-12), {}, drive);
  run.run_to(0, 30);
  finish(run);
  CHECK(run.failure(0).cause == "step_size");
  const std::string text = run.failure(0).text;
  CAPTURE(text);
  CHECK(text.find("steps shrank to nothing at t = 0 ms") != std::string::npos);
  CHECK(text.find("the state that changes fastest is V_m, whose last good value is 3 mV") != std::string::npos);
  CHECK(text.find("integrator = \"cvode\"") != std::string::npos);
}

TEST_CASE("held voltages are those of the command and gates are exact") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -40}, {10.3, 15}, {17, -80}}, true);
  LaneRun run = run_of(cell);
  run.load(2, ToyCell::parameters(), {}, drive);
  run.run_to(2, 25);
  const auto gate = [&](double t) {
    double g = 0.1, from = 0;
    for (const auto& [until, V] : {std::pair{10.3, -40.0}, {17.0, 15.0}, {25.0, -80.0}}) {
      g = ToyCell::steady(V) + (g - ToyCell::steady(V)) * std::exp(-(std::min(t, until) - from) / ToyCell::gate_tau);
      if (t <= until) break;
      from = until;
    }
    return g;
  };
  std::vector<double> out(3);
  while (run.step()) {
    if (run.moved() == 0) continue;
    const double t = run.time(2), from = run.previous_time(2);
    REQUIRE(run.V_m(2) == (t <= 10.3 ? -40 : t <= 17 ? 15 : -80));
    REQUIRE(run.state(2, 1) == doctest::Approx(gate(t)).epsilon(1e-9));  // times are cut to ticks
    for (const double part : {0.0, 0.3, 1.0}) {
      run.observe(2, from + part * (t - from), out);
      REQUIRE(out[0] == run.V_m(2));
      REQUIRE(out[1] == doctest::Approx(gate(from + part * (t - from))).epsilon(1e-9));
    }
  }
  CHECK(run.time(2) == 25);
}

TEST_CASE("a ramp of the command is followed to 0.05 mV") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -80}, {5, -80, 0.4}}, true);
  LaneRun run = run_of(cell);
  double g = ToyCell::steady(-80), t = 5;
  run.load(0, ToyCell::parameters(), std::vector<double>{-80, g, 0}, drive);
  run.run_to(0, 205);
  while (run.step()) {
    if (run.moved() == 0 || run.time(0) <= 5) continue;
    REQUIRE(run.V_m(0) == doctest::Approx(-80 + 0.4 * (run.time(0) - 5)).epsilon(1e-9));
    REQUIRE(run.time(0) - run.previous_time(0) <= 0.25);
    for (; t + 1e-3 <= run.time(0); t += 1e-3) {  // the gate by small steps of our own
      const double steady = ToyCell::steady(-80 + 0.4 * (t + 5e-4 - 5));
      g = steady + (g - steady) * std::exp(-1e-3 / ToyCell::gate_tau);
    }
    REQUIRE(run.state(0, 1) == doctest::Approx(g).epsilon(1e-3));
  }
  CHECK(run.time(0) == 205);
  CHECK(run.V_m(0) == doctest::Approx(0).epsilon(1e-9));
}

TEST_CASE("a stimulus that changes between edges is taken at the middle of each step") {
  struct Wave final : Protocol::Drive {
    [[nodiscard]] double I_stim(double t) const override { return -2 * std::sin(t / 4); }
    [[nodiscard]] double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
    [[nodiscard]] double beat_start(int) const override { return 0; }
  };
  const ToyCell cell;
  const Wave drive;
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 40);
  finish(run);
  // V' = -V/tau + 2 sin(wt): the steady wave and what is left of the beginning.
  const double w = 0.25, tau = 10, a = 2 * tau / (1 + w * w * tau * tau), t = 40;
  const auto wave = [&](double time) { return a * (std::sin(w * time) - w * tau * std::cos(w * time)); };
  CHECK(run.V_m(0) == doctest::Approx(wave(t) + (3 - wave(0)) * std::exp(-t / tau)).epsilon(1e-3));
}

TEST_CASE("single precision gives what double gives, to its rounding") {
  const ToyCell cell;
  const EdgesDrive drive(odd_pulses);
  LaneRun run = run_of(cell, {.precision = Precision::f32});
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 40);
  finish(run);
  CHECK(run.time(0) == 40);
  CHECK(run.V_m(0) == doctest::Approx(exact_under_odd_pulses(40)).epsilon(1e-3));
  std::vector<double> all(3 * lane_count), one(3);
  run.observe_all(all);
  run.observe(0, 40, one);
  for (std::size_t o = 0; o < 3; ++o) CHECK(all[o * lane_count] == one[o]);
}

TEST_CASE("between its ends a step is followed by the straight line") {
  const ToyCell cell;
  const EdgesDrive drive({{0, -1}});
  LaneRun run = run_of(cell);
  run.load(0, ToyCell::parameters(), {}, drive);
  run.run_to(0, 30);
  std::vector<double> out(3);
  while (run.step()) {
    if (run.moved() == 0) continue;
    const double t = 0.5 * (run.time(0) + run.previous_time(0));
    run.observe(0, t, out);
    CHECK(out[0] == doctest::Approx(0.5 * (run.V_m(0) + run.previous_V_m(0))));
    CHECK(out[0] == doctest::Approx(ToyCell::exact_V(3, 10, -1, t)).epsilon(3e-4));
  }
}
