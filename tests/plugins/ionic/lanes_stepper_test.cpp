#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <random>

#include "lanes_stepper_fixture.hpp"
#include "mitchell_schaeffer/equations.hpp"
#include "torord/equations.hpp"

using namespace lanes_test;

namespace {

using Torord = torord::Equations;

PlainStep<Torord> plain_torord(const Cell& cell) {
  return {Torord{torord::constants_for(torord::Sex::baseline, torord::Layer::endo)}, cell.parameters};
}

/// States along the upstroke and plateau, and the ones 0.02 ms before them.
struct Pair {
  std::vector<double> y, before;
};
std::vector<Pair> pairs_of_a_beat(const Cell& cell) {
  std::vector<Pair> pairs;
  Lanes16<double> lanes(cell);
  lanes.dt.fill(0.02);
  lanes.I_stim.fill(-53);
  for (int i = 0; i <= 12000; ++i) {
    if (i == 50) {
      lanes.I_stim.fill(0);
      lanes.dt_previous.fill(0);
    }
    const auto before = lanes.cell_state(0);
    lanes.step();
    lanes.dt_previous = lanes.dt;
    for (const int wanted : {20, 49, 60, 80, 150, 1000, 5000, 12000})
      if (i == wanted) pairs.push_back({lanes.cell_state(0), before});
  }
  return pairs;
}

/// Worst difference over the states, of their size or 1e-3, whichever is larger.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (std::size_t s = 0; s < a.size(); ++s)
    worst = std::max(worst, std::fabs(a[s] - b[s]) / std::max(1e-3, std::fabs(b[s])));
  return worst;
}

template <class T>
bool same_bytes(Lanes16<T>& a, Lanes16<T>& b, std::size_t lane) {
  for (std::size_t s = 0; s < a.n_states; ++s)
    if (std::memcmp(&a.y(s, lane), &b.y(s, lane), sizeof(T)) != 0 ||
        std::memcmp(&a.before(s, lane), &b.before(s, lane), sizeof(T)) != 0)
      return false;
  return std::memcmp(&a.error[lane], &b.error[lane], sizeof(T)) == 0 && a.accepted[lane] == b.accepted[lane];
}

constexpr double off_the_levels = 0.03;

}  // namespace

TEST_CASE("a step off the table's levels is the plain scheme's, with and without history") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    REQUIRE(batched(cell).isa() == isa);
    auto plain = plain_torord(cell);
    plain.I_stim = -20;
    Lanes16<double> lanes(cell);
    lanes.I_stim.fill(-20);
    const auto pairs = pairs_of_a_beat(cell);
    for (std::size_t l = 0; l < lane_count; ++l) {
      const Pair& pair = pairs[l % pairs.size()];
      lanes.put(l, pair.y, pair.before);
      lanes.dt[l] = l % 3 == 0 ? off_the_levels : l % 3 == 1 ? 0.3 : 0.0007;
      lanes.dt_previous[l] = l < 8 ? 0.02 : 0;
    }
    lanes.step();
    for (std::size_t l = 0; l < lane_count; ++l) {
      const Pair& pair = pairs[l % pairs.size()];
      CHECK(lanes.accepted[l]);
      CHECK(difference(lanes.cell_state(l), plain.step(pair.y, pair.before, lanes.dt[l], lanes.dt_previous[l])) < 1e-9);
    }
  });
}

TEST_CASE("a step by the tables is the plain scheme's to their interpolation error") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    const auto plain = plain_torord(cell);
    Lanes16<double> lanes(cell);
    const auto pairs = pairs_of_a_beat(cell);
    for (std::size_t l = 0; l < lane_count; ++l) {
      const Pair& pair = pairs[l % pairs.size()];
      lanes.put(l, pair.y, pair.before);
      lanes.dt[l] = std::ldexp(1.0, static_cast<int>(l % 8) - 8);
      lanes.dt_previous[l] = l < 8 ? 0.02 : 0;
    }
    lanes.step();
    for (std::size_t l = 0; l < lane_count; ++l) {
      const Pair& pair = pairs[l % pairs.size()];
      const auto expected = plain.step(pair.y, pair.before, lanes.dt[l], lanes.dt_previous[l]);
      auto reached = lanes.cell_state(l);
      CAPTURE(l);
      // Linear interpolation over 0.2 mV: a few 1e-4 of what a state moves; single precision of the tables.
      for (std::size_t s = 0; s < reached.size(); ++s) {
        CAPTURE(s);
        CHECK(std::fabs(reached[s] - expected[s]) <=
              2e-3 * std::fabs(expected[s] - pair.y[s]) + 2e-6 * std::max(1e-3, std::fabs(expected[s])));
      }
    }
  });
}

TEST_CASE("a model whose kinetics differ from cell to cell takes the plain scheme's steps") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = mitchell_schaeffer_cell();
    PlainStep<mitchell_schaeffer::Equations> plain{{-80, 100}, cell.parameters};
    Lanes16<double> lanes(cell);
    for (std::size_t l = 0; l < lane_count; ++l) {
      const double x = static_cast<double>(l) / lane_count;
      lanes.put(l, {x, 1 - 0.5 * x}, {x - 0.01, 1 - 0.51 * x});
      lanes.parameters[1 * lane_count + l] = 6 + x;  // tau_out
      lanes.parameters[2 * lane_count + l] = 100 + 50 * x;
      lanes.dt[l] = 0.25;
      lanes.dt_previous[l] = 0.5;
    }
    auto parameters = lanes.parameters;
    lanes.step();
    for (std::size_t l = 0; l < lane_count; ++l) {
      const double x = static_cast<double>(l) / lane_count;
      for (std::size_t p = 0; p < plain.parameters.size(); ++p) plain.parameters[p] = parameters[p * lane_count + l];
      CHECK(difference(lanes.cell_state(l), plain.step({x, 1 - 0.5 * x}, {x - 0.01, 1 - 0.51 * x}, 0.25, 0.5)) < 1e-12);
    }
  });
}

TEST_CASE("halving the step quarters the error") {
  const Cell cell = torord_cell();
  const auto pairs = pairs_of_a_beat(cell);
  const auto& plateau = pairs[4].y;  // 3 ms after the beginning
  const auto run = [&](int steps) {
    Lanes16<double> lanes(cell);
    lanes.put(0, plateau, plateau);
    lanes.run(steps, 3.0 / steps);
    return lanes.cell_state(0);
  };
  const auto exact = run(9600);  // steps that are no level of the tables, whose error would show
  const double V_error[] = {std::fabs(run(60)[0] - exact[0]), std::fabs(run(120)[0] - exact[0]),
                            std::fabs(run(240)[0] - exact[0])};
  CAPTURE(V_error[0]);
  CAPTURE(V_error[2]);
  CHECK(V_error[0] / V_error[1] > 3.3);
  CHECK(V_error[1] / V_error[2] > 3.5);
  CHECK(V_error[2] < 1e-3);
}

TEST_CASE("a lane's bytes do not depend on its neighbours") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    const auto pairs = pairs_of_a_beat(cell);
    const auto check = [&]<class T>(Lanes16<T> alone, Lanes16<T> crowd) {
      std::mt19937 random(5);
      for (std::size_t l = 0; l < lane_count; ++l) {
        crowd.put(l, pairs[random() % pairs.size()].y, pairs[random() % pairs.size()].before);
        // On and off the levels, starting and going on, beyond the table, broken, at rest.
        crowd.dt[l] = static_cast<T>(l % 4 == 0 ? 0.1 : l % 4 == 1 ? 0.25 : l % 4 == 2 ? 1.0 / 64 : 0);
        crowd.dt_previous[l] = static_cast<T>(l % 3 == 0 ? 0 : 0.125);
        if (l == 3 || l == 10) crowd.y(0, l) = crowd.before(0, l) = 95;
        if (l == 6 || l == 13) crowd.y(5, l) = std::numeric_limits<T>::quiet_NaN();
      }
      for (const std::size_t lane : {0, 5, 7, 15})
        for (const double dt : {0.25, off_the_levels})
          for (const double dt_previous : {0.0, 0.125})
            for (const T tolerance : {T(1), std::numeric_limits<T>::max()}) {
              const Pair& pair = pairs[lane % pairs.size()];
              Lanes16<T> a = alone, b = crowd;
              for (Lanes16<T>* block : {&a, &b}) {
                block->put(lane, pair.y, pair.before);
                block->dt[lane] = static_cast<T>(dt);
                block->dt_previous[lane] = static_cast<T>(dt_previous);
                block->tolerance = tolerance;
              }
              a.step();
              b.step();
              CHECK(same_bytes(a, b, lane));
              a.step_held();
              b.step_held();
              CHECK(same_bytes(a, b, lane));
            }
    };
    check(Lanes16<double>(cell), Lanes16<double>(cell));
    check(Lanes16<float>(cell), Lanes16<float>(cell));
  });
}

TEST_CASE("AVX2 and AVX-512 leave the same bytes") {
  const auto sets = instruction_sets();
  if (sets[0].second != "avx512") {
    MESSAGE("skipped: this CPU has not both");
    return;
  }
  const auto run = [&]<class T>(T, std::int64_t target, double dt) {
    hwy::SetSupportedTargetsForTest(target);
    const Cell cell = torord_cell();
    Lanes16<T> lanes(cell);
    for (std::size_t l = 0; l < lane_count; ++l) lanes.parameters[4 * lane_count + l] = static_cast<T>(0.5 + 0.1 * l);
    lanes.I_stim.fill(-53);
    lanes.run(static_cast<int>(1 / dt), dt);
    lanes.I_stim.fill(0);
    lanes.run(static_cast<int>(30 / dt), dt);
    hwy::SetSupportedTargetsForTest(0);
    return lanes.state;
  };
  for (const double dt : {1.0 / 64, 0.02}) {
    CHECK(run(double(), sets[0].first, dt) == run(double(), sets[1].first, dt));
    CHECK(run(float(), sets[0].first, dt) == run(float(), sets[1].first, dt));
  }
}

TEST_CASE("single precision follows double through the upstroke") {
  const Cell cell = torord_cell();
  Lanes16<double> f64(cell);
  Lanes16<float> f32(cell);
  for (const auto& [stimulus, steps] : {std::pair(-53.0, 64), std::pair(0.0, 64 * 20)}) {
    f64.I_stim.fill(stimulus);
    f32.I_stim.fill(static_cast<float>(stimulus));
    f64.run(steps, 1.0 / 64);
    f32.run(steps, 1.0 / 64);
  }
  CHECK(f64.y(0, 4) > 0);
  CHECK(std::fabs(f32.y(0, 4) - f64.y(0, 4)) < 0.002);
  CHECK(difference(f32.cell_state(4), f64.cell_state(4)) < 1e-3);
}

TEST_CASE("a broken cell says so, is not stepped, and stays alone") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    Lanes16<double> sound(cell), broken(cell);
    broken.y(3, 2) = std::numeric_limits<double>::quiet_NaN();
    broken.y(5, 9) = -1e-4;  // a concentration below zero
    for (Lanes16<double>* block : {&sound, &broken}) {
      block->dt.fill(0.25);
      block->step();
    }
    for (std::size_t l = 0; l < lane_count; ++l) {
      if (l == 2 || l == 9) {
        CHECK(std::isnan(broken.error[l]));
        CHECK_FALSE(broken.accepted[l]);
      } else {
        CHECK(same_bytes(sound, broken, l));
        CHECK(broken.accepted[l]);
      }
    }
    CHECK(broken.y(5, 9) == -1e-4);
  });
}

TEST_CASE("lanes without a step rest, and rejected steps leave no trace") {
  const Cell cell = torord_cell();
  Lanes16<double> lanes(cell);
  const auto pairs = pairs_of_a_beat(cell);
  for (std::size_t l = 0; l < lane_count; ++l) lanes.put(l, pairs[2].y, pairs[2].before);
  lanes.dt.fill(0.25);
  lanes.dt_previous.fill(0.02);
  lanes.dt[7] = 0;
  lanes.tolerance = 1e-6;
  const auto state = lanes.state, previous = lanes.previous;
  lanes.step();
  CHECK(lanes.state == state);
  CHECK(lanes.previous == previous);
  for (std::size_t l = 0; l < lane_count; ++l) CHECK_FALSE(lanes.accepted[l]);
  CHECK(lanes.error[7] == 0);
  CHECK(lanes.error[0] > 1.5);
  lanes.tolerance = 1e6;
  lanes.step();
  CHECK(lanes.accepted[0]);
  CHECK_FALSE(lanes.accepted[7]);
  CHECK(lanes.previous[0] == state[0]);
  CHECK(lanes.y(0, 7) == state[7]);
}

TEST_CASE("a start takes no notice of what was before") {
  const Cell cell = torord_cell();
  Lanes16<double> clean(cell), dirty(cell);
  for (double& value : dirty.previous) value = std::numeric_limits<double>::quiet_NaN();
  for (Lanes16<double>* block : {&clean, &dirty}) {
    block->dt.fill(1.0 / 256);
    block->step();
  }
  CHECK(clean.state == dirty.state);
  CHECK(clean.error == dirty.error);
}

TEST_CASE("under a held voltage gates and channel states are exact for any step") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    const auto plain = plain_torord(cell);
    Lanes16<double> lanes(cell);
    for (std::size_t l = 0; l < lane_count; ++l) lanes.y(0, l) = -100 + 10 * static_cast<double>(l);
    const auto start = lanes.state;
    for (const double dt : {0.5, 3.0}) {
      lanes.state = start;
      lanes.dt.fill(dt);
      lanes.dt_previous.fill(0);
      lanes.step_held();
      for (std::size_t l = 0; l < lane_count; ++l) {
        CHECK(lanes.y(0, l) == start[l]);
        const auto gates = plain.gates_of(plain.terms_at(start[l]));
        for (std::size_t g = 0; g < gates.size(); ++g) {
          const std::size_t s = Torord::gate_states[g];
          const double expected =
              gates[g].steady + (start[s * lane_count + l] - gates[g].steady) * std::exp(-dt / gates[g].tau);
          CHECK(lanes.y(s, l) == doctest::Approx(expected).epsilon(1e-11));
        }
        double open = 0, whole = 0;
        for (const std::size_t s : Torord::chain_states) {
          open += lanes.y(s, l);
          whole += start[s * lane_count + l];
        }
        CHECK(open == doctest::Approx(whole).epsilon(1e-13));
      }
    }
    // One step and four lead the chain to the same place.
    auto once = lanes;
    once.state = lanes.state = start;
    once.dt.fill(2);
    once.dt_previous.fill(0);
    once.step_held();
    lanes.dt.fill(0.5);
    for (int i = 0; i < 4; ++i) {
      lanes.step_held();
      lanes.dt_previous = lanes.dt;
    }
    for (const std::size_t s : Torord::chain_states)
      for (std::size_t l = 0; l < lane_count; ++l) CHECK(lanes.y(s, l) == doctest::Approx(once.y(s, l)).epsilon(1e-9));
  });
}

TEST_CASE("Rush and Larsen's step takes its coefficients where it begins") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    const auto plain = plain_torord(cell);
    Lanes16<double> lanes(cell);
    const auto pairs = pairs_of_a_beat(cell);
    for (std::size_t l = 0; l < lane_count; ++l) lanes.put(l, pairs[l % 8].y, pairs[l % 8].before);
    lanes.dt.fill(off_the_levels);
    lanes.dt_previous.fill(0.02);
    lanes.rush_larsen();
    for (std::size_t l = 0; l < lane_count; ++l) {
      const auto& y = pairs[l % 8].y;
      CHECK(lanes.accepted[l]);
      CHECK(difference(lanes.cell_state(l), plain.advance(y, y, y[0], off_the_levels, false)) < 1e-9);
    }
  });
}

TEST_CASE("observables in lanes are those of the model") {
  on_every_isa([](const std::string& isa) {
    CAPTURE(isa);
    const Cell cell = torord_cell();
    Lanes16<double> lanes(cell);
    const auto pairs = pairs_of_a_beat(cell);
    for (std::size_t l = 0; l < lane_count; ++l) lanes.put(l, pairs[l % 8].y, pairs[l % 8].y);
    const std::size_t n_observables = cell.model().observables().size();
    std::vector<double> out(n_observables * lane_count);
    lanes.stepper.observe(lanes.state.data(), lanes.parameters.data(), out.data());
    for (std::size_t l = 0; l < lane_count; ++l) {
      const auto expected = cell.observe(pairs[l % 8].y);
      for (std::size_t o = 0; o < n_observables; ++o)
        CHECK(out[o * lane_count + l] == doctest::Approx(expected[o]).epsilon(1e-9).scale(1e-6));
    }
  });
}
