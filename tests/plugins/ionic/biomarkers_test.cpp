#include "experiments/biomarkers.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace tawara;
using namespace tawara::experiments;

namespace {

/// A trapezium: rest -80 up to t = 10, linear upstroke to +20 at 12, linear fall back to -80 at 212, rest after.
Beat trapezium() {
  Beat beat;
  for (int i = 0; i <= 5000; ++i) {
    const double t = 0.1 * i;
    const double V = t < 10 ? -80 : t < 12 ? -80 + 50 * (t - 10) : t < 212 ? 20 - 0.5 * (t - 12) : -80;
    beat.t.push_back(t);
    beat.V_m.push_back(V);
    beat.Ca_i.push_back(1e-4 + 1e-6 * (V + 80));
  }
  return beat;
}

}  // namespace

TEST_CASE("biomarkers of a trapezium are what one draws on it") {
  const Biomarkers b = biomarkers_of(trapezium());
  CHECK(b.problem == "");
  CHECK(b.V_rest == -80);
  CHECK(b.V_peak == doctest::Approx(20));
  CHECK(b.t_peak == doctest::Approx(12));
  CHECK(b.t_up50 == doctest::Approx(11));
  CHECK(b.APD40 == doctest::Approx(12 + 80 - 11));
  CHECK(b.APD50 == doctest::Approx(12 + 100 - 11));
  CHECK(b.APD90 == doctest::Approx(12 + 180 - 11));
  CHECK(b.t_repol90 == doctest::Approx(192));
  CHECK(b.Ca_diastole == doctest::Approx(1e-4));
  CHECK(b.CaT_amplitude == doctest::Approx(1e-4));
  CHECK(b.CaT_t_up50 == doctest::Approx(11));
  CHECK(b.CaTD80 == doctest::Approx(12 + 160 - 11));
}

TEST_CASE("a notch after the peak does not end the action potential early") {
  Beat beat = trapezium();
  for (std::size_t i = 0; i < beat.t.size(); ++i)
    if (beat.t[i] > 15 && beat.t[i] < 20) beat.V_m[i] -= 30;  // down to about -12 mV and up again
  CHECK(biomarkers_of(beat).APD90 == doctest::Approx(181));
}

TEST_CASE("a beat that stays low is not captured and has no durations") {
  Beat beat = trapezium();
  for (double& V : beat.V_m) V = -80 + 0.5 * (V + 80);  // peaks at -30 mV
  const Biomarkers b = biomarkers_of(beat);
  CHECK(b.problem == "not captured");
  CHECK(std::isnan(b.APD90));
  CHECK(b.V_peak == doctest::Approx(-30));
}

TEST_CASE("a stimulus that falls into an action potential finds the cell not at rest") {
  Beat beat = trapezium();
  beat.V_m.front() = -36;  // the end of the last action potential
  const Biomarkers b = biomarkers_of(beat);
  CHECK(b.problem == "not at rest");
  CHECK(b.V_rest == -36);
  for (const double duration : {b.t_up50, b.APD40, b.APD50, b.APD90, b.t_repol90, b.CaTD50, b.CaTD80, b.CaTD90})
    CHECK(std::isnan(duration));
  CHECK(b.CaT_amplitude > 0);
  beat.V_m.front() = -40.5;
  CHECK(biomarkers_of(beat).problem == "");
}

TEST_CASE("an upstroke long after the stimulus is not the stimulus's") {
  const auto delayed = [](double by) {
    Beat beat = trapezium();
    for (double& t : beat.t) t += by;
    beat.t.insert(beat.t.begin(), 0);
    beat.V_m.insert(beat.V_m.begin(), -80);
    beat.Ca_i.insert(beat.Ca_i.begin(), 1e-4);
    return biomarkers_of(beat);
  };
  CHECK(delayed(88).problem == "");
  CHECK(delayed(88).APD90 == doctest::Approx(181));
  const Biomarkers b = delayed(530);
  CHECK(b.problem == "not captured");
  CHECK(b.t_up50 == doctest::Approx(541));
  for (const double duration : {b.APD40, b.APD50, b.APD90, b.t_repol90, b.CaTD50, b.CaTD80, b.CaTD90})
    CHECK(std::isnan(duration));
}

TEST_CASE("a beat cut off on its plateau is not repolarised") {
  Beat beat = trapezium();
  beat.t.resize(1500);
  beat.V_m.resize(1500);  // 150 ms: past 50 %, short of 90 %
  beat.Ca_i.clear();
  const Biomarkers b = biomarkers_of(beat);
  CHECK(b.problem == "not repolarised");
  CHECK(b.APD50 == doctest::Approx(101));
  CHECK(std::isnan(b.APD90));
  CHECK(std::isnan(b.CaT_amplitude));
}

TEST_CASE("the grid of a beat is fine at first and ends at the beat's end") {
  const auto grid = beat_grid(60000.0 / 74);
  CHECK(grid.front() == 0);
  CHECK(grid[1] == 0.01);
  CHECK(grid.back() == 60000.0 / 74);
  for (std::size_t i = 1; i < grid.size(); ++i) REQUIRE(grid[i] > grid[i - 1]);
}
