#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "../../shared_data.hpp"
#include "dataset/beats.hpp"
#include "dataset/filters.hpp"
#include "synthetic_ecg.hpp"
#include "tawara/error.hpp"
#include "tawara/random.hpp"

using namespace tawara;
using namespace tawara::ecg;

namespace {

Recording recording_of(const SyntheticEcg& ecg) {
  Recording r{"made.csv", ecg.sampling_rate, {"i", "ii", "v1", "v2", "v3", "v4", "v5", "v6"}, {}, ecg.eight(), {}};
  r.units.assign(8, "mV");
  return r;
}

TwelveLeads at_1_kHz(const Recording& r) {
  TwelveLeads leads = twelve_leads(r);
  for (auto& lead : leads) lead = zero_phase(resampled(lead, r.sampling_rate, rate), Pass::low, 100, rate);
  return leads;
}

Beat beat_of(const SyntheticEcg& ecg, BeatOptions options = {}) {
  return average_beat(at_1_kHz(recording_of(ecg)), options, "made.csv");
}

std::vector<double> sine(double frequency, double sampling_rate, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j)
    x[j] = std::sin(2 * std::numbers::pi * frequency * static_cast<double>(j) / sampling_rate + 0.3);
  return x;
}

double amplitude(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t j = x.size() / 4; j < 3 * x.size() / 4; ++j) sum += x[j] * x[j];
  return std::sqrt(4 * sum / static_cast<double>(x.size()));
}

}  // namespace

TEST_CASE("the filter halves power twice at its cut-off, passes the pass band without delay and stops the rest") {
  CHECK(amplitude(zero_phase(sine(100, 1000, 8000), Pass::low, 100, 1000)) == doctest::Approx(0.5).epsilon(1e-3));
  CHECK(amplitude(zero_phase(sine(5, 1000, 8000), Pass::high, 5, 1000)) == doctest::Approx(0.5).epsilon(1e-2));
  CHECK(amplitude(zero_phase(sine(400, 1000, 8000), Pass::low, 100, 1000)) < 1e-4);
  CHECK(amplitude(zero_phase(sine(0.25, 1000, 16000), Pass::high, 5, 1000)) < 1e-3);
  const auto x = sine(10, 1000, 8000);
  const auto y = zero_phase(x, Pass::low, 100, 1000);
  for (std::size_t j = 1000; j < 7000; ++j) CHECK(y[j] == doctest::Approx(x[j]).epsilon(1e-3));
  for (const double value : zero_phase(std::vector<double>(500, 3.25), Pass::low, 100, 1000))
    CHECK(value == doctest::Approx(3.25));
  for (const double value : zero_phase(std::vector<double>(500, 3.25), Pass::high, 0.5, 1000))
    CHECK(std::abs(value) < 1e-9);
  CHECK(zero_phase(x, Pass::low, 0, 1000) == x);
}

TEST_CASE("a high-pass at 0.001 Hz tilts ten seconds of ECG and leaves them as they are otherwise") {
  // Its poles are 1e-6 from 1: this guards the arithmetic.
  const auto x = sine(1.2, 1000, 10000);
  const auto y = zero_phase(x, Pass::high, 0.001, 1000);
  const auto change = [&](std::size_t j) { return y[j] - x[j]; };
  const double tilt = (change(x.size() - 1) - change(0)) / static_cast<double>(x.size() - 1);
  for (std::size_t j = 0; j < x.size(); ++j)
    CHECK(std::abs(change(j) - change(0) - tilt * static_cast<double>(j)) < 0.02);
}

TEST_CASE("resampling keeps what is below both half rates and drops what is above the new one") {
  for (const auto& [from, to] : {std::pair{100.0, 1000.0}, {360.0, 1000.0}, {500.0, 1000.0}, {1024.0, 1000.0}}) {
    const auto n = static_cast<std::size_t>(4 * from);
    const auto found = resampled(sine(0.3 * from, from, n), from, to);
    const auto expected = sine(0.3 * from, to, found.size());
    CHECK(found.size() == static_cast<std::size_t>((static_cast<double>(n) - 1) / from * to) + 1);
    for (std::size_t j = found.size() / 4; j < 3 * found.size() / 4; ++j)
      CHECK(std::abs(found[j] - expected[j]) < 1e-3);
  }
  CHECK(amplitude(resampled(sine(700, 2000, 8000), 2000, 1000)) < 1e-3);
  for (const double value : resampled(std::vector<double>(300, -1.5), 250, 1000)) CHECK(value == doctest::Approx(-1.5));
}

TEST_CASE("every R peak of a known rhythm is found") {
  SyntheticEcg ecg;
  SUBCASE("at rest") { ecg.RR = 1000; }
  SUBCASE("slow") { ecg.RR = 1700; }
  SUBCASE("fast") { ecg.RR = 480; }
  SUBCASE("with a wandering baseline") { ecg.wander = 0.8; }
  SUBCASE("at 100 Hz") { ecg.sampling_rate = 100; }
  const auto peaks = r_peaks(at_1_kHz(recording_of(ecg)));
  const auto onsets = ecg.onsets();
  REQUIRE(peaks.size() == onsets.size());
  for (std::size_t b = 0; b + 1 < peaks.size(); ++b)
    CHECK(std::abs(static_cast<double>(peaks[b]) - onsets[b] - 45) < 25);
}

TEST_CASE("the averaged beat starts at QRS onset and is the beat that was put in") {
  SyntheticEcg ecg;
  double accuracy = 2;  // ms
  SUBCASE("500 Hz") {}
  SUBCASE("1000 Hz") { ecg.sampling_rate = 1000; }
  SUBCASE("360 Hz and a wandering baseline") {
    ecg.sampling_rate = 360;
    ecg.wander = 0.2;
  }
  SUBCASE("250 Hz, slow") {
    ecg.sampling_rate = 250;
    ecg.RR = 1300;
  }
  SUBCASE("100 Hz") {
    ecg.sampling_rate = 100;
    accuracy = 4;
  }
  const Beat beat = beat_of(ecg);
  CHECK(beat.RR == doctest::Approx(ecg.RR).epsilon(1e-3));
  CHECK(beat.beats_rejected == 0);
  CHECK(beat.beats_used >= 6);
  CHECK(std::abs(beat.QRS_duration - ecg.QRS) < 12);

  // The shift at which the found beat fits the true one best is the error of the onset.
  double best = 1e9, best_shift = 0;
  for (double shift = -15; shift <= 15; shift += 0.5) {
    double difference = 0;
    for (std::size_t l = 0; l < 8; ++l)
      for (std::size_t j = 0; j < 450; ++j)
        difference = std::max(
            difference, std::abs(beat.leads[independent_rows[l]][j] - ecg.beat(l, static_cast<double>(j) + shift)));
    if (difference < best) {
      best = difference;
      best_shift = shift;
    }
  }
  INFO("onset found late by ms: ", best_shift, ", largest difference in mV: ", best);
  CHECK(std::abs(best_shift) <= accuracy);
  CHECK(best < 0.06);  // mV of 1.5: smoothing by the low-pass and alignment
  for (std::size_t l = 0; l < n_leads; ++l) {
    CHECK(beat.leads[l].size() == 450);
    CHECK(std::abs(beat.leads[l][0]) < 0.06);
  }
}

TEST_CASE("an ectopic beat and an odd one are left out and counted") {
  SyntheticEcg ecg;
  ecg.odd_beats = {4};
  const Beat beat = beat_of(ecg), clean = beat_of(SyntheticEcg{});
  CHECK(beat.beats_rejected == 1);
  CHECK(beat.beats_used == clean.beats_used - 1);
  for (std::size_t j = 0; j < 450; ++j) CHECK(beat.leads[7][j] == doctest::Approx(clean.leads[7][j]).epsilon(1e-3));
  const Beat median = beat_of(ecg, {.duration = 400, .average = Average::median});
  CHECK(median.leads[0].size() == 400);
}

TEST_CASE("recordings without beats are refused in words") {
  using doctest::Contains;
  SyntheticEcg ecg;
  ecg.seconds = 1.8;
  CHECK_THROWS_WITH_AS((void)beat_of(ecg),
                       Contains("made.csv: 2 R peak(s) found in 1799 ms; averaging needs at least three beats"),
                       DataError);
  TwelveLeads still;
  for (auto& lead : still) lead.assign(5000, 1.0);
  CHECK_THROWS_WITH_AS((void)average_beat(still, {}, "still.csv"),
                       Contains("still.csv: no R peak found in 5000 ms; is this an ECG?"), DataError);
  SyntheticEcg fast;
  fast.RR = 400;
  CHECK_THROWS_WITH_AS((void)beat_of(fast),
                       Contains("450 ms is longer than the beats of made.csv, which follow one another"),
                       ScenarioError);
  Random random(1, "noise only");
  for (auto& lead : still)
    for (double& value : lead) value = random.normal();
  CHECK_THROWS_AS((void)average_beat(still, {}, "noise.csv"), Error);
}

TEST_CASE("leads are found in any case, the derived four computed, and what is missing named") {
  using doctest::Contains;
  const SyntheticEcg ecg;
  Recording r = recording_of(ecg);
  const auto leads = twelve_leads(r);
  for (std::size_t j = 0; j < leads[0].size(); ++j) {
    CHECK(leads[2][j] == doctest::Approx(leads[1][j] - leads[0][j]));
    CHECK(leads[3][j] + leads[4][j] + leads[5][j] == doctest::Approx(0).epsilon(1e-9));
  }
  Recording own = r;  // a lead III of its own is kept
  own.names.push_back("III");
  own.units.push_back("uV");
  own.signals.push_back(r.signals[0]);
  for (double& value : own.signals.back()) value *= 500;
  CHECK(twelve_leads(own)[2][700] == doctest::Approx(r.signals[0][700] / 2));

  Recording bad = r;
  bad.names[4] = "V33";
  CHECK_THROWS_WITH_AS((void)twelve_leads(bad), Contains("made.csv: lead V3 is missing; found i, ii, v1, v2, V33"),
                       DataError);
  bad = r;
  bad.units[2] = "mmHg";
  CHECK_THROWS_WITH_AS((void)twelve_leads(bad), Contains("made.csv: lead v1 is in 'mmHg'; expected a voltage"),
                       DataError);
  bad = r;
  bad.signals[3][1234] = std::nan("");
  CHECK_THROWS_WITH_AS((void)twelve_leads(bad), Contains("made.csv: sample 1234 of lead v2 is missing (2.468 s into"),
                       DataError);
  bad = r;
  bad.signals[7].assign(bad.signals[7].size(), 0.25);
  CHECK_THROWS_WITH_AS((void)twelve_leads(bad), Contains("made.csv: lead v6 is flat"), DataError);
}

TEST_CASE("a real 12-lead recording gives a normal beat") {
  const auto data = shared_data("clinical/00001_lr.hea");
  if (!data) return;
  const Recording recording = read_wfdb(data.path);
  CHECK(recording.remarks.empty());
  const Beat beat = average_beat(at_1_kHz(recording), {}, recording.file);
  CHECK(60000 / beat.RR == doctest::Approx(64).epsilon(0.01));
  CHECK(beat.beats_used >= 8);
  CHECK(beat.QRS_duration > 60);
  CHECK(beat.QRS_duration < 110);
  const auto peak = [&](std::size_t l) { return *std::ranges::max_element(beat.leads[l]); };
  const auto trough = [&](std::size_t l) { return *std::ranges::min_element(beat.leads[l]); };
  for (const std::size_t upright : {0, 1, 10, 11}) CHECK(peak(upright) > -2 * trough(upright));
  CHECK(-trough(3) > 2 * peak(3));  // aVR
  CHECK(-trough(6) > 2 * peak(6));  // V1: rS
  const auto T = std::ranges::max_element(beat.leads[1].begin() + 200, beat.leads[1].end()) - beat.leads[1].begin();
  CHECK(T > 270);
  CHECK(T < 350);
}
