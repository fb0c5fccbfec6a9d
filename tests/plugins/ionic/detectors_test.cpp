#include "experiments/detectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "cells.hpp"
#include "cvode/cell_integrator.hpp"
#include "experiments/beat.hpp"
#include "protocols/pacing.hpp"
#include "tawara/random.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

/// A curve given by its corners, ms and mV, joined by straight lines.
struct Curve {
  std::vector<double> t, V_m;

  Curve& to(double time, double V) {
    t.push_back(time);
    V_m.push_back(V);
    return *this;
  }
  [[nodiscard]] double at(double time) const {
    const auto next = static_cast<std::size_t>(std::upper_bound(t.begin(), t.end() - 1, time) - t.begin());
    const double x = (time - t[next - 1]) / (t[next] - t[next - 1]);
    return V_m[next - 1] + x * (V_m[next] - V_m[next - 1]);
  }
  /// The corners and `n` samples more between each two of them, unevenly spaced.
  [[nodiscard]] Curve resampled(int n) const {
    Curve fine;
    for (std::size_t i = 0; i + 1 < t.size(); ++i) {
      fine.to(t[i], V_m[i]);
      for (int k = 1; k <= n; ++k) {
        const double time = t[i] + (t[i + 1] - t[i]) * std::pow(static_cast<double>(k) / (n + 1), 1.5);
        fine.to(time, at(time));
      }
    }
    return fine.to(t.back(), V_m.back());
  }
  [[nodiscard]] RhythmReport rhythm(const BeatCriteria& criteria = {}) const { return rhythm_of(t, V_m, criteria); }
};

/// Rest, an upstroke at t = 10, a plateau that falls to `low` at 200 ms and rises by `bump` until 250, and the end.
Curve plateau_with_bump(double low, double bump) {
  Curve c;
  return c.to(0, -80).to(10, -80).to(12, 30).to(200, low).to(250, low + bump).to(400, -80).to(1000, -80);
}

void same(const RhythmReport& a, const RhythmReport& b) {
  CHECK(a.rhythm == b.rhythm);
  REQUIRE(a.beats.size() == b.beats.size());
  for (std::size_t k = 0; k < a.beats.size(); ++k) {
    CHECK(a.beats[k].start == doctest::Approx(b.beats[k].start));
    CHECK(a.beats[k].end == doctest::Approx(b.beats[k].end));
    CHECK(a.beats[k].t_first_peak == doctest::Approx(b.beats[k].t_first_peak));
    CHECK(a.beats[k].V_peak == doctest::Approx(b.beats[k].V_peak));
    REQUIRE(a.beats[k].EADs.size() == b.beats[k].EADs.size());
    for (std::size_t e = 0; e < a.beats[k].EADs.size(); ++e) {
      CHECK(a.beats[k].EADs[e].t_takeoff == doctest::Approx(b.beats[k].EADs[e].t_takeoff));
      CHECK(a.beats[k].EADs[e].t_peak == doctest::Approx(b.beats[k].EADs[e].t_peak));
      CHECK(a.beats[k].EADs[e].rise() == doctest::Approx(b.beats[k].EADs[e].rise()));
    }
  }
}

}  // namespace

TEST_CASE("a pulse is one beat, from crossing to crossing") {
  const RhythmReport report = plateau_with_bump(-30, 0).rhythm();
  CHECK(report.rhythm == Rhythm::beating);
  REQUIRE(report.beats.size() == 1);
  const DetectedBeat& beat = report.beats[0];
  CHECK(beat.start == doctest::Approx(10 + 2 * 30.0 / 110));
  CHECK(beat.end == doctest::Approx(250 + 150 * 20.0 / 50));
  CHECK(beat.finished);
  CHECK(beat.t_first_peak == 12);
  CHECK(beat.V_first_peak == 30);
  CHECK(report.EADs() == 0);
  CHECK(report.V_lowest == -80);
  CHECK(report.V_highest == 30);
}

TEST_CASE("a rise of 3 mV from below 0 mV is an EAD, a smaller one is none") {
  CHECK(plateau_with_bump(-20, 2.99).rhythm().EADs() == 0);
  const RhythmReport report = plateau_with_bump(-20, 3.01).rhythm();
  REQUIRE(report.EADs() == 1);
  const EAD& ead = report.beats[0].EADs[0];
  CHECK(ead.t_takeoff == 200);
  CHECK(ead.V_takeoff == -20);
  CHECK(ead.t_peak == 250);
  CHECK(ead.rise() == doctest::Approx(3.01));
}

TEST_CASE("a rise from above 0 mV is a dome, whatever its height") {
  CHECK(plateau_with_bump(0.5, 25).rhythm().EADs() == 0);
  CHECK(plateau_with_bump(-0.5, 25).rhythm().EADs() == 1);
}

TEST_CASE("an EAD may take off after a dome") {
  Curve c;
  c.to(0, -80).to(2, 30).to(110, 5).to(150, 20).to(300, -10).to(350, 15).to(500, -80);
  const RhythmReport report = c.rhythm();
  REQUIRE(report.EADs() == 1);
  CHECK(report.beats[0].EADs[0].t_takeoff == 300);
}

TEST_CASE("a highest point within 100 ms of the upstroke is the first peak, not an EAD; later it is one") {
  for (const double top : {95.0, 140.0}) {
    Curve c;
    c.to(0, -80).to(2, 10).to(top - 40, -10).to(top, 25).to(400, -80).to(500, -80);
    const RhythmReport report = c.rhythm();
    REQUIRE(report.beats.size() == 1);
    CHECK(report.EADs() == (top > 100 ? 1 : 0));
    CHECK(report.beats[0].V_peak == 25);
    if (top < 100) CHECK(report.beats[0].t_first_peak == top);
  }
}

TEST_CASE("EADs are counted one by one, separated by falls of 3 mV") {
  Curve c;
  c.to(0, -80).to(2, 30).to(200, -30);
  for (int k = 0; k < 4; ++k) c.to(250 + 100 * k, -10 + k).to(300 + 100 * k, -30);
  // A ripple of 2 mV on the way up of the last does not make two of it.
  c.to(650, -20).to(655, -22).to(700, 0).to(900, -80).to(1000, -80);
  CHECK(c.rhythm().EADs() == 5);
  CHECK(c.rhythm({.EAD_rise = 1.5}).EADs() == 6);
  CHECK(c.rhythm({.EAD_rise = 25}).EADs() == 1);
}

TEST_CASE("an oscillation that stays below -20 mV is no beat, an afterdepolarisation after the beat is no EAD") {
  Curve c;
  c.to(0, -80).to(50, -25).to(100, -80);
  CHECK(c.rhythm().rhythm == Rhythm::no_beat);
  CHECK(c.rhythm({.peak_above = -30}).rhythm == Rhythm::beating);
  c.to(150, 20).to(300, -60).to(350, -55).to(400, -80);
  CHECK(c.rhythm().beats.size() == 1);
  CHECK(c.rhythm().EADs() == 0);
}

TEST_CASE("a plateau that never falls below -50 mV is repolarisation failure") {
  Curve c;
  c.to(0, -40);
  for (int k = 0; k < 20; ++k) c.to(50 + 100 * k, 0).to(100 + 100 * k, -40);
  const RhythmReport report = c.rhythm();
  CHECK(report.rhythm == Rhythm::repolarisation_failure);
  CHECK(report.beats.empty());
  CHECK(report.EADs() == 0);
}

TEST_CASE("a beat that does not end before the trace does is not finished, and its EADs are counted apart") {
  Curve c;
  c.to(0, -80).to(2, 30).to(200, -30);
  for (int k = 0; k < 3; ++k) c.to(250 + 100 * k, -10).to(300 + 100 * k, -30);
  const RhythmReport report = c.rhythm();
  CHECK(report.rhythm == Rhythm::beating);
  REQUIRE(report.beats.size() == 1);
  CHECK_FALSE(report.beats[0].finished);
  CHECK(report.beats[0].end == 500);
  CHECK(report.finished_beats() == 0);
  CHECK(report.EADs() == 0);
  CHECK(report.EADs_with_unfinished() == 3);
}

TEST_CASE("a flat line is quiescent at any voltage, up to a wobble of 5 mV") {
  for (const double V : {-75.0, -20.0, 0.0}) {
    Curve c;
    c.to(0, V).to(500, V + 4.9).to(1000, V);
    CHECK(c.rhythm().rhythm == Rhythm::quiescent);
    c.to(1500, V + 5.1);
    CHECK(c.rhythm().rhythm == (V > -50 ? Rhythm::repolarisation_failure : Rhythm::no_beat));
  }
  CHECK(rhythm_of(std::vector{0.0}, std::vector{-80.0}).rhythm == Rhythm::quiescent);
}

TEST_CASE("a sine has as many beats as periods, no EADs, and beats of the length of its upper part") {
  Curve c;
  for (int i = 0; i <= 80000; ++i) c.to(0.1 * i, -30 - 50 * std::cos(2 * std::acos(-1.0) * 0.1 * i / 800));
  const RhythmReport report = c.rhythm();
  REQUIRE(report.finished_beats() == 10);
  CHECK(report.EADs() == 0);
  // V_m > -50 where cos < 0.4.
  for (const auto& beat : report.beats)
    CHECK(beat.end - beat.start == doctest::Approx(800 * (1 - std::acos(0.4) / std::acos(-1.0))).epsilon(1e-5));
}

TEST_CASE("the answer does not depend on where a curve is sampled") {
  Curve c;
  c.to(0, -80).to(2, 30).to(7, -5).to(60, 10).to(200, -30);
  for (int k = 0; k < 4; ++k) c.to(250 + 100 * k, -10 + k).to(300 + 100 * k, -30 - k);
  c.to(900, -80).to(902, 25).to(1100, -20).to(1150, -15).to(1300, -80).to(1400, 0);
  const RhythmReport coarse = c.rhythm();
  CHECK(coarse.EADs() == 6);  // the notch below 0 mV is one
  for (const int n : {1, 2, 7, 100}) same(coarse, c.resampled(n).rhythm());
  // Nor on being asked in between.
  BeatDetector detector;
  for (std::size_t i = 0; i < c.t.size(); ++i) {
    detector.add(c.t[i], c.V_m[i]);
    (void)detector.report();
  }
  same(coarse, detector.report());
}

TEST_CASE("on random curves the detector agrees with the definition worked out sample by sample") {
  Random random(1, "random curves");
  int with = 0, without = 0;
  for (int trial = 0; trial < 400; ++trial) {
    // Corners on multiples of 1 ms and the crossings in between, so that samples every 1 ms hold every extremum.
    Curve corners;
    corners.to(0, -80);
    while (corners.t.back() < 1500) {
      const double t = corners.t.back() + 1 + static_cast<double>(random.below(60));
      const bool small = random.below(2) == 0 && corners.V_m.back() > -40;
      corners.to(t, small ? corners.V_m.back() + random.uniform(-8, 6) : random.uniform(-85, 40));
    }
    corners.to(corners.t.back() + 20, -80);
    Curve c;
    for (double t = 0; t <= corners.t.back(); t += 1) c.to(t, corners.at(t));

    std::vector<bool> expected;
    for (std::size_t i = 1; i < c.t.size(); ++i) {
      if (!(c.V_m[i - 1] < -50 && c.V_m[i] >= -50)) continue;
      const double start = c.t[i - 1] + (-50 - c.V_m[i - 1]) / (c.V_m[i] - c.V_m[i - 1]);
      std::size_t end = i;
      while (c.V_m[end] >= -50) ++end;
      if (*std::max_element(c.V_m.begin() + static_cast<std::ptrdiff_t>(i),
                            c.V_m.begin() + static_cast<std::ptrdiff_t>(end)) <= -20)
        continue;
      // The first peak: the highest sample up to 100 ms after the crossing, or where the climb that leads there ends.
      std::size_t peak = i;
      for (std::size_t k = i; k < end && c.t[k] <= start + 100; ++k)
        if (c.V_m[k] > c.V_m[peak]) peak = k;
      const double window_end = start + 100;
      std::size_t after = peak;
      while (after < end && c.t[after] <= window_end) ++after;
      if (after < end && c.at(window_end) > c.V_m[peak])
        for (peak = after; peak + 1 < end && c.V_m[peak + 1] > c.V_m[peak];) ++peak;
      bool ead = false;
      for (std::size_t low = peak; low < end; ++low)
        for (std::size_t k = low; k < end && c.V_m[k] >= c.V_m[low]; ++k)
          ead = ead || (c.V_m[low] < 0 && c.V_m[k] - c.V_m[low] >= 3);
      expected.push_back(ead);
    }

    const RhythmReport report = c.rhythm();
    REQUIRE(report.beats.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      CAPTURE(trial);
      CHECK(!report.beats[k].EADs.empty() == expected[k]);
      ++(expected[k] ? with : without);
    }
  }
  CHECK(with > 200);
  CHECK(without > 200);
}

TEST_CASE("a trace that is no longer a number says so") {
  Curve c = plateau_with_bump(-20, 10);
  c.to(1100, NAN).to(1200, -80);
  CHECK(c.rhythm().rhythm == Rhythm::not_finite);
  CHECK(name_of(c.rhythm().rhythm) == "not finite");
}

TEST_CASE("every rhythm has a name of its own") {
  CHECK(name_of(Rhythm::quiescent) == "quiescent");
  CHECK(name_of(Rhythm::repolarisation_failure) == "repolarisation failure");
  CHECK(name_of(Rhythm::beating) == "beating");
  CHECK(name_of(Rhythm::no_beat) == "no beat");
}

TEST_CASE("a trace whose columns do not fit is refused in words") {
  const std::vector<double> t = {0, 1, 1}, V = {-80, -80, -80};
  CHECK(message_of([&] { (void)rhythm_of(t, V); }) ==
        "the times of a trace must ascend; 1 ms is followed by 1 ms at sample 2");
  CHECK(message_of([&] { (void)rhythm_of(t, std::span(V).first(2)); }) ==
        "a trace of 3 times and 2 voltages; expected as many of both, at least one");
  CHECK(message_of([&] { (void)rhythm_of({}, {}); }).starts_with("a trace of 0 times"));
}

namespace {

/// One beat of ToR-ORd endo under the conditions in which Tomek et al. 2019 look for EADs (K_o 5, Ca_o 2, Na_o 137
/// mmol/L, 0.25 Hz), I_Kr scaled.
RhythmReport tomek_EAD_conditions(double scale_I_Kr, int beats) {
  auto constants = torord::constants_for(torord::Sex::baseline, torord::Layer::endo);
  constants.outside.Na = 137;
  constants.outside.Ca = 2;
  constants.outside.K = 5;
  const Cell cell{prepare_torord(constants, torord::Layer::endo), default_arguments(torord::Torord::describe())};
  std::vector<double> parameters = cell.parameters;
  std::size_t argument = 0;
  for (const auto& p : torord::Torord::describe().parameters) {
    if (p.name == "scale_I_Kr") parameters.at(argument) = scale_I_Kr;
    argument += p.acts_at == ActsAt::evaluate;
  }
  const protocols::PacingDrive drive(4000, 1, -53, 0);
  cvode::CellIntegrator integrator(cell.model(), "cell", parameters, {});
  CellReader reader(cell.model(), parameters);
  integrator.advance(drive, drive.beat_start(beats - 1));
  const Beat beat = record_beat(integrator, reader, drive, beats - 1);
  return rhythm_of(beat.t, beat.V_m);
}

}  // namespace

TEST_CASE("ToR-ORd with 85 % block of I_Kr at 0.25 Hz has an EAD after 100 beats, without block or at first none") {
  const RhythmReport control = tomek_EAD_conditions(1, 100), first = tomek_EAD_conditions(0.15, 1);
  CHECK(control.rhythm == Rhythm::beating);
  CHECK(control.finished_beats() == 1);
  CHECK(control.EADs() == 0);
  CHECK(first.finished_beats() == 1);
  CHECK(first.EADs() == 0);
  const RhythmReport blocked = tomek_EAD_conditions(0.15, 100);
  CHECK(blocked.rhythm == Rhythm::beating);
  REQUIRE(blocked.finished_beats() == 1);
  REQUIRE(blocked.EADs() == 1);
  const DetectedBeat& beat = blocked.beats[0];
  const EAD& ead = beat.EADs[0];
  CHECK(ead.rise() > 8);
  CHECK(ead.rise() < 15);
  CHECK(std::fabs(ead.V_takeoff + 15) < 3);
  CHECK(beat.start < ead.t_takeoff);
  CHECK(ead.t_takeoff < ead.t_peak);
  CHECK(ead.t_peak < beat.end);
}
