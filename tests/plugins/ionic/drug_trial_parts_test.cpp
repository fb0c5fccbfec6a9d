#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "experiments/drug_trial/proportion.hpp"
#include "experiments/drug_trial/response.hpp"

using namespace tawara;
using namespace tawara::experiments;

// The small parts of a drug trial: intervals, quartiles, what a trace shows.
namespace {

/// V_m (mV) of a cell left alone, one sample per ms.
BatchedCell watched(const std::function<double(double)>& V_m, double duration = 10000) {
  BatchedCell cell;
  Beat beat;
  for (int t = 0; t <= duration; ++t) {
    beat.t.push_back(t);
    beat.V_m.push_back(V_m(t));
  }
  cell.beats.push_back(beat);
  return cell;
}

Outcome seen(const std::function<double(double)>& V_m) { return response_of(watched(V_m), {}).outcome; }

/// From -75 to 25 mV and back, a beat per `cycle` ms that lasts half of it.
double swing(double t, double cycle) { return -25 - 50 * std::cos(2 * std::numbers::pi * t / cycle); }

}  // namespace

TEST_CASE("95 % intervals are those published for Wilson's score") {
  // Newcombe, Stat Med 17 (1998) 857, table I, method 3.
  struct Published {
    std::size_t count, n;
    double low, high;
  };
  for (const auto [count, n, low, high] : {Published{81, 263, 0.2553, 0.3662}, Published{15, 148, 0.0624, 0.1605},
                                           Published{0, 20, 0, 0.1611}, Published{1, 29, 0.0061, 0.1718}}) {
    const Proportion found = proportion_of(count, n), rest = proportion_of(n - count, n);
    CHECK(found.fraction == static_cast<double>(count) / static_cast<double>(n));
    CHECK(std::fabs(found.low - low) < 5.1e-5);
    CHECK(std::fabs(found.high - high) < 5.1e-5);
    CHECK(rest.low == doctest::Approx(1 - found.high).epsilon(1e-12));
    CHECK(rest.high == doctest::Approx(1 - found.low).epsilon(1e-12));
  }
  CHECK(std::isnan(proportion_of(0, 0).fraction));
  CHECK(std::isnan(proportion_of(0, 0).high));
}

TEST_CASE("quartiles lie between the values, and what is no number is left out") {
  const std::vector<double> values{4, std::nan(""), 1, 3, 2};
  const Quartiles found = quartiles_of(values);
  CHECK(found.lower == 1.75);
  CHECK(found.median == 2.5);
  CHECK(found.upper == 3.25);
  CHECK(quartiles_of(std::vector<double>{7}).upper == 7);
  CHECK(std::isnan(quartiles_of({}).median));
}

TEST_CASE("every outcome is that of a trace that shows it") {
  CHECK(seen([](double t) { return swing(t, 1000); }) == Outcome::normal);
  CHECK(seen([](double) { return -75.0; }) == Outcome::at_rest);
  CHECK(seen([](double) { return -30.0; }) == Outcome::depolarised);
  CHECK(seen([](double t) { return -10 + 0.5 * swing(t, 700); }) == Outcome::repolarisation_failure);
  CHECK(seen([](double t) { return -50 + 0.2 * swing(t, 700); }) == Outcome::subthreshold);
  CHECK(seen([](double t) { return t < 4000 ? swing(t, 1000) : -75.0; }) == Outcome::irregular);
  CHECK(seen([](double t) { return swing(t, 9000); }) == Outcome::irregular);  // one beat only
  // 8 mV up and down on the way down of every beat, below 0 mV.
  CHECK(seen([](double t) {
          return swing(t, 2000) + (std::fmod(t, 2000) > 1300 && std::fmod(t, 2000) < 1500 ? 8 * std::sin(t / 10) : 0);
        }) == Outcome::EAD);
  for (const Outcome outcome : outcomes) CHECK(outcome_of(name_of(outcome)) == outcome);
}

TEST_CASE("an EAD in a beat that the end of the record cuts off counts") {
  const auto once = [](double t) { return t < 9000 ? swing(t, 1000) : t < 9600 ? swing(t, 1000) : -10.0; };
  CHECK(seen(once) != Outcome::EAD);
  CHECK(seen([&](double t) { return t < 9700 ? once(t) : -10 + 6 * std::sin((t - 9700) / 20); }) == Outcome::EAD);
}

TEST_CASE("cycle length and APD90 are means over the beats that are watched") {
  const Response response = response_of(watched([](double t) { return swing(t, 1000); }), {});
  CHECK(response.cycle_length == doctest::Approx(1000).epsilon(1e-6));
  // From the steepest rise, a quarter of the cycle after the minimum, to 90 % of the way down again.
  CHECK(response.APD90 == doctest::Approx(1000 * (0.75 - std::acos(0.8) / (2 * std::numbers::pi))).epsilon(2e-3));
  CHECK(response.EADs == 0);
}

TEST_CASE("a cell that broke says why") {
  BatchedCell cell;
  cell.failure = {"nan", "Ca_i is no number at 12 ms"};
  const Response response = response_of(cell, {});
  CHECK(response.outcome == Outcome::failed);
  CHECK(response.problem == "nan: Ca_i is no number at 12 ms");
}
