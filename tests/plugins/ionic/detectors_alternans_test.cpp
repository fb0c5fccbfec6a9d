#include "experiments/detectors_alternans.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "../../message_of.hpp"
#include "cells.hpp"
#include "cvode/cell_integrator.hpp"
#include "experiments/beat.hpp"
#include "protocols/pacing.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

/// Durations 300 +- a/2 with a slow drift.
std::vector<double> alternating(double a, std::size_t n, double drift = 0) {
  std::vector<double> durations;
  for (std::size_t i = 0; i < n; ++i)
    durations.push_back(300 + (i % 2 ? 0.5 : -0.5) * a + drift * static_cast<double>(i));
  return durations;
}

}  // namespace

TEST_CASE("the amplitude of alternans is long minus short, whichever comes last") {
  for (const std::size_t n : {10u, 11u, 37u})
    for (const double a : {6.0, -6.0, 40.0}) {
      const Alternans found = alternans_of(alternating(a, n));
      CHECK(found.amplitude == doctest::Approx(std::fabs(a)));
      CHECK(found.alternating);
      CHECK(found.present);
      CHECK(found.problem == "");
    }
}

TEST_CASE("alternation below the threshold is measured but is not alternans") {
  CHECK_FALSE(alternans_of(alternating(4.99, 20)).present);
  CHECK(alternans_of(alternating(4.99, 20)).amplitude == doctest::Approx(4.99));
  CHECK(alternans_of(alternating(5.01, 20)).present);
  CHECK(alternans_of(alternating(2, 20), {.threshold = 1}).present);
}

TEST_CASE("slow drift neither makes alternans nor changes its amplitude") {
  for (const int beats : {3, 4, 9, 10}) {
    const AlternansCriteria criteria{.beats = beats};
    CHECK(alternans_of(alternating(8, 30, 2), criteria).amplitude == doctest::Approx(8));
    CHECK(alternans_of(alternating(8, 30, 2), criteria).present);
    CHECK_FALSE(alternans_of(alternating(0, 30, 7), criteria).alternating);
    CHECK(alternans_of(alternating(0, 30, 7), criteria).amplitude == doctest::Approx(0));
  }
  // More drift than alternation: every beat is longer than the one before.
  CHECK_FALSE(alternans_of(alternating(8, 30, 9)).present);
}

TEST_CASE("one beat out of turn is no alternans as long as it is among the beats looked at") {
  std::vector<double> durations = alternating(10, 30);
  durations[22] = durations[21] + 1;
  CHECK_FALSE(alternans_of(durations).alternating);
  CHECK(alternans_of(durations, {.beats = 7}).present);
}

TEST_CASE("a period of three beats is no alternans") {
  std::vector<double> durations;
  for (int i = 0; i < 30; ++i) durations.push_back(i % 3 == 0 ? 340 : i % 3 == 1 ? 300 : 280);
  CHECK_FALSE(alternans_of(durations).present);
}

TEST_CASE("too few beats, or one without a duration, is said") {
  const Alternans few = alternans_of(alternating(20, 9));
  CHECK(few.problem == "only 9 of 10 beats");
  CHECK_FALSE(few.present);
  CHECK(std::isnan(few.amplitude));
  std::vector<double> blocked = alternating(20, 12);
  blocked[7] = NAN;
  CHECK(alternans_of(blocked).problem == "beat 8 of 12 has no duration");
  CHECK_FALSE(alternans_of(blocked).present);
  CHECK(alternans_of(blocked, {.beats = 4}).present);
  CHECK(message_of([&] { (void)alternans_of(blocked, {.beats = 2}); }) ==
        "alternans in 2 beats; expected at least 3, so that a duration can go up and down");
}

TEST_CASE("Mitchell-Schaeffer alternates where its restitution curve is steeper than 1, and nowhere else") {
  // In the limit of a fast upstroke APD = tau_close ln(h/h_min), h = 1 - (1 - h_min) exp(-DI/tau_open), h_min = 4
  // tau_in/tau_out (Mitchell and Schaeffer 2003): steeper than 1 for h < 1/(1 + tau_open/tau_close), with tau_close =
  // 300 and tau_open = 120 ms for periods below about 382 + 123 = 505 ms. The full model, with its slower foot,
  // alternates from some 570 ms down to 2:1 block.
  Cell cell = mitchell_schaeffer_cell();
  std::size_t argument = 0;
  for (const auto& p : mitchell_schaeffer::MitchellSchaeffer::describe().parameters) {
    if (p.name == "tau_close") cell.parameters.at(argument) = 300;
    argument += p.acts_at == ActsAt::evaluate;
  }
  const auto at = [&](double period) {
    const auto stimulus = cell.model().default_stimulus();
    const protocols::PacingDrive drive(period, stimulus.duration, stimulus.amplitude, 0);
    cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {});
    CellReader reader(cell.model(), cell.parameters);
    std::vector<double> APD90;
    for (int n = 0; n < 80; ++n) APD90.push_back(biomarkers_of(record_beat(integrator, reader, drive, n)).APD90);
    return alternans_of(APD90);
  };
  CHECK(at(560).present);
  CHECK(at(560).amplitude > 100);
  for (const double period : {600.0, 800.0}) {
    CHECK_FALSE(at(period).present);
    CHECK(at(period).amplitude < 0.1);
  }
  CHECK(at(450).problem == "beat 71 of 80 has no duration");  // every other stimulus finds the cell refractory
}
