#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <vector>

#include "../../message_of.hpp"
#include "experiments/batched_cells.hpp"
#include "lane_toy.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

const protocols::PacingDrive pulses(40, 2.3, -5, 1.5);  // begins late, fits no grid

/// V of the toy membrane in beat n at `since` its onset, by superposition of all pulses so far.
double exact_V(double tau, int n, double since) {
  const double t = pulses.beat_start(n) + since;
  double V = 3 * std::exp(-t / tau);
  for (int k = 0; k <= n; ++k)
    for (const double edge : {pulses.beat_start(k), pulses.beat_start(k) + 2.3})
      if (t > edge) V += (edge == pulses.beat_start(k) ? 1 : -1) * 5 * tau * (1 - std::exp(-(t - edge) / tau));
  return V;
}

BatchedPlan plan_of(int beats, int record_last = 1) {
  BatchedPlan plan;
  plan.beats = beats;
  plan.record_last = record_last;
  return plan;
}

bool same(const BatchedCell& a, const BatchedCell& b) {
  bool equal = a.beats.size() == b.beats.size() && a.state == b.state && a.samples == b.samples && a.steps == b.steps &&
               a.failure.cause == b.failure.cause && a.failure.text == b.failure.text;
  for (std::size_t i = 0; equal && i < a.beats.size(); ++i)
    equal =
        a.beats[i].t == b.beats[i].t && a.beats[i].V_m == b.beats[i].V_m && a.beats[i].dVdt_max == b.beats[i].dVdt_max;
  return equal;
}

}  // namespace

TEST_CASE("a recorded beat is the solution from stimulus onset to the next") {
  const ToyCell cell;
  const auto parameters = ToyCell::parameters();
  const BatchedCell result = run_batched(cell, cell, plan_of(3, 2), {parameters, {}, &pulses});
  REQUIRE(result.beats.size() == 2);
  for (int i = 0; i < 2; ++i) {
    const Beat& beat = result.beats[static_cast<std::size_t>(i)];
    CHECK(beat.t.front() == 0);
    CHECK(beat.t.back() == 40);
    CHECK(beat.Ca_i.empty());
    for (std::size_t k = 0; k < beat.t.size(); ++k)
      REQUIRE(beat.V_m[k] == doctest::Approx(exact_V(10, i + 1, beat.t[k])).epsilon(1e-3));
    // Steepest at the onset: what is left of the beat before, and the stimulus of 5.
    const double slope = -beat.V_m[0] / 10;
    CHECK(beat.dVdt_max == doctest::Approx(slope + 5).epsilon(1e-3));
    CHECK(beat.dVdt_max_ionic == doctest::Approx(-exact_V(10, i + 1, 40) / 10).epsilon(0.05));
  }
  CHECK(result.failure.cause.empty());
  CHECK(result.state[0] == result.beats[1].V_m.back());
  CHECK(result.attempts > result.steps);
}

TEST_CASE("a cell's results depend neither on the cells beside it nor on how many there are") {
  const ToyCell cell;
  constexpr std::size_t n = 53;
  std::vector<std::vector<double>> parameters;
  for (std::size_t i = 0; i < n; ++i)
    parameters.push_back(ToyCell::parameters(2 + 0.7 * double(i), i % 9 == 4 ? 4 : 1e9));
  BatchedPlan plan = plan_of(2);
  plan.sample_step = 0.7;
  plan.recorded = {0, 2};
  std::map<std::size_t, BatchedCell> results;
  run_batched(
      cell, cell, plan, n,
      [&](std::size_t i) {
        return CellToRun{parameters[i], {}, &pulses};
      },
      [&](std::size_t i, const BatchedCell& result) {
        CHECK_FALSE(results.contains(i));
        results[i] = result;
      });
  REQUIRE(results.size() == n);
  for (std::size_t i = 0; i < n; ++i) {
    CAPTURE(i);
    CHECK(same(results[i], run_batched(cell, cell, plan, {parameters[i], {}, &pulses})));
    CHECK(results[i].failure.cause == (i % 9 == 4 ? "nan" : ""));
    CHECK(results[i].beats.size() == (i % 9 == 4 ? 0 : 1));
  }
}

TEST_CASE("a trace has its samples where they were asked for and the end of the last beat") {
  const ToyCell cell;
  const auto parameters = ToyCell::parameters();
  BatchedPlan plan = plan_of(3, 2);
  plan.sample_step = 0.7;
  plan.recorded = {0, 1};
  const BatchedCell result = run_batched(cell, cell, plan, {parameters, {}, &pulses});
  REQUIRE(result.sample_t.size() == 58 + 58 + 1);
  REQUIRE(result.samples.size() == 2 * result.sample_t.size());
  CHECK(result.sample_t.back() == 80);
  for (std::size_t k = 0; k < result.sample_t.size(); ++k) {
    const bool second = k >= 58;
    const double since = k == 116 ? 40 : 0.7 * static_cast<double>(second ? k - 58 : k);
    REQUIRE(result.sample_t[k] == doctest::Approx((second ? 40 : 0) + since));
    REQUIRE(result.samples[2 * k] == doctest::Approx(exact_V(10, second ? 2 : 1, since)).epsilon(1e-3));
  }
}

TEST_CASE("a cell left alone runs as long as it is told") {
  const ToyCell cell;
  const protocols::QuietDrive quiet;
  const auto parameters = ToyCell::parameters();
  BatchedPlan plan = plan_of(1);
  plan.end = 12.5;
  const BatchedCell result = run_batched(cell, cell, plan, {parameters, {}, &quiet});
  REQUIRE(result.beats.size() == 1);
  CHECK(result.beats[0].t.back() == 12.5);
  CHECK(result.beats[0].V_m.back() == doctest::Approx(3 * std::exp(-1.25)).epsilon(1e-3));
  plan.end = std::numeric_limits<double>::infinity();
  CHECK(message_of([&] {
          static_cast<void>(run_batched(cell, cell, plan, {parameters, {}, &quiet}));
        }) == "a beat that never ends cannot be run");
}

TEST_CASE("a cell continues from a state") {
  const ToyCell cell;
  const auto parameters = ToyCell::parameters();
  const std::vector<double> state = {7, 0.5, 0};
  const BatchedCell result = run_batched(cell, cell, plan_of(1), {parameters, state, &pulses});
  CHECK(result.beats[0].V_m.front() == doctest::Approx(7 * std::exp(-0.15)).epsilon(1e-3));
}

TEST_CASE("cancelling stops a run of many cells") {
  const ToyCell cell;
  const auto parameters = ToyCell::parameters();
  CHECK_THROWS_AS(run_batched(
                      cell, cell, plan_of(3), 1000,
                      [&](std::size_t) {
                        return CellToRun{parameters, {}, &pulses};
                      },
                      [](std::size_t, const BatchedCell&) {}, [] { return true; }),
                  Cancelled);
}
