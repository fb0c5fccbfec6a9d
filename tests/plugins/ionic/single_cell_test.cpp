#include "experiments/single_cell.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>

#include "../../message_of.hpp"
#include "../../shared_data.hpp"
#include "cells.hpp"
#include "experiments/beat.hpp"
#include "protocols/pacing.hpp"
#include "reference_csv.hpp"

using namespace tawara;
using namespace tawara::experiments;
using torord::Layer;
using torord::Sex;

namespace {

constexpr cvode::Tolerances tight = {1e-9, 1e-11};

Biomarkers last_beat(const Cell& cell, double period, int beats, cvode::Tolerances tolerances = {}) {
  const protocols::PacingDrive drive(period, 1, -53, 0);
  PacedRun run;
  run.beats = beats;
  run.tolerances = tolerances;
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, {}).beats.back();
}

void check_trace(const Cell& cell, const char* folder, int beat) {
  const auto data = shared_data(std::string("reference/") + folder);
  if (!data) return;
  const ReferenceCsv reference(data.path / ("trace_beat" + std::to_string(beat) + ".csv"));
  std::vector<double> times, V_m, Ca_i;
  for (std::size_t r = 0; r < reference.rows.size(); ++r) times.push_back(reference.number(r, "t_ms"));
  const protocols::PacingDrive drive(1000, 1, -53, 0);
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tight);
  integrator.advance(drive, drive.beat_start(beat - 1));
  for (double& t : times) t += drive.beat_start(beat - 1);
  integrator.advance(drive, times.back(), times, [&](double, std::span<const double> y, double) {
    V_m.push_back(y[0]);
    Ca_i.push_back(y[5]);
  });
  REQUIRE(V_m.size() == times.size());
  for (std::size_t r = 0; r < times.size(); ++r) {
    const double t = reference.number(r, "t_ms");
    CAPTURE(t);
    CHECK(std::fabs(V_m[r] - reference.number(r, "v_mV")) < (t > 3 ? 1e-3 : 0.02));
    CHECK(Ca_i[r] == doctest::Approx(reference.number(r, "cai_mM")).epsilon(1e-5));
  }
}

}  // namespace

TEST_CASE("beat 1 of ToR-ORd follows the reference trace to a microvolt per millivolt") {
  check_trace(torord_cell(), "torord_fkatp_endo", 1);
  check_trace(torord_cell(Sex::baseline, Layer::epi), "torord_fkatp_epi", 1);
}

TEST_CASE("biomarkers of ToR-ORd equal the reference at beats 1 and 100") {
  const std::pair<const char*, Layer> cells[] = {{"torord_fkatp_endo", Layer::endo}, {"torord_fkatp_epi", Layer::epi}};
  for (const auto& [folder, layer] : cells) {
    const auto data = shared_data(std::string("reference/") + folder);
    if (!data) return;
    const ReferenceCsv reference(data.path / "biomarkers.csv");
    for (std::size_t r = 0; r < 2; ++r) {
      const int beat = static_cast<int>(reference.number(r, "beat"));
      CAPTURE(folder);
      CAPTURE(beat);
      const Biomarkers b = last_beat(torord_cell(Sex::baseline, layer), 1000, beat);  // production tolerances
      CHECK(std::fabs(b.APD90 - reference.number(r, "apd90")) < 0.05);
      CHECK(std::fabs(b.APD50 - reference.number(r, "apd50")) < 0.05);
      CHECK(std::fabs(b.V_rest - reference.number(r, "rmp")) < 1e-3);
      CHECK(std::fabs(b.V_peak - reference.number(r, "vpeak")) < 1e-2);
      CHECK(b.dVdt_max == doctest::Approx(reference.number(r, "dvdt_max")).epsilon(1e-4));
      CHECK(b.dVdt_max_ionic == doctest::Approx(reference.number(r, "dvdt_max_ionic")).epsilon(1e-4));
      CHECK(b.CaT_amplitude == doctest::Approx(reference.number(r, "cat_amp_mM")).epsilon(1e-3));
      CHECK(std::fabs(b.CaTD90 - reference.number(r, "catd90")) < 0.5);
    }
  }
}

TEST_CASE("blocked and fast-paced ToR-ORd has the reference's durations") {
  const auto data = shared_data("reference/torord_fkatp_endo");
  if (!data) return;
  const ReferenceCsv reference(data.path / "conditions.csv");
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    if (reference.number(r, "cl_ms") != 500) continue;
    Cell cell = torord_cell();
    const std::string condition = reference.rows[r][reference.column("condition")];
    if (condition == "GKr_x0.5") cell.parameters[4] = 0.5;
    if (condition == "GKs_x0.5") cell.parameters[5] = 0.5;
    CAPTURE(condition);
    const Biomarkers b = last_beat(cell, 500, 100);
    CHECK(std::fabs(b.APD90 - reference.number(r, "apd90")) < 0.05);
  }
}

// Published behaviour: women repolarise later. Values at 1 Hz, beat 100; the baseline's is that of the reference data.
TEST_CASE("the female cell repolarises later than the male one at every heart rate") {
  CHECK(last_beat(torord_cell(Sex::baseline), 1000, 100).APD90 == doctest::Approx(271.4).epsilon(0.3 / 271.4));
  CHECK(last_beat(torord_cell(Sex::male), 1000, 100).APD90 == doctest::Approx(253.0).epsilon(0.3 / 253.0));
  CHECK(last_beat(torord_cell(Sex::female), 1000, 100).APD90 == doctest::Approx(295.4).epsilon(0.3 / 295.4));
  for (double period : {600.0, 1250.0})
    for (Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
      CAPTURE(period);
      CHECK(last_beat(torord_cell(Sex::female, layer), period, 20).APD90 >
            last_beat(torord_cell(Sex::male, layer), period, 20).APD90 + 10);
    }
}

TEST_CASE("production tolerances are within 0.01 ms of tight ones") {
  const Cell cell = torord_cell();
  CHECK(std::fabs(last_beat(cell, 1000, 2).APD90 - last_beat(cell, 1000, 2, tight).APD90) < 0.01);
}

TEST_CASE("the trace begins at the first recorded beat's stimulus and ends with the last beat") {
  const Cell cell = mitchell_schaeffer_cell();
  const protocols::PacingDrive drive(400, 1, -30, 5);
  PacedRun run;
  run.beats = 4;
  run.record_last = 2;
  run.sample_step = 0.5;
  const auto recorded = select_observables(cell.model(), "cell", {});
  const PacedResult result = pace_cell(cell.model(), "cell", cell.parameters, drive, run, recorded);
  const auto& t = result.trace.at("t").numbers;
  CHECK(t.front() == 0);
  CHECK(t.back() == 800);
  CHECK(t.size() == 1601);
  for (std::size_t i = 1; i < t.size(); ++i) REQUIRE(t[i] > t[i - 1]);
  CHECK(result.trace.at("V_m").numbers.size() == t.size());
  CHECK(result.beat_numbers == std::vector<int>{3, 4});
  CHECK(result.trace.at("V_m").numbers.front() == doctest::Approx(result.beats[0].V_rest));
}

TEST_CASE("without names the trace holds V_m, Ca_i and every current") {
  const Cell cell = torord_cell();
  const auto recorded = select_observables(cell.model(), "cell", {});
  CHECK(recorded.size() == 22);  // 19 currents and their sum
  const std::string only[] = {"J_rel"};
  const auto chosen = select_observables(cell.model(), "cell", only);
  CHECK(chosen.size() == 2);
  CHECK(cell.model().observables()[chosen[1]].name == "J_rel");
}

TEST_CASE("an observable the cell lacks is refused with those it has") {
  const Cell cell = mitchell_schaeffer_cell();
  const std::string names[] = {"I_Kr"};
  const auto message = message_of([&] { static_cast<void>(select_observables(cell.model(), "myocyte", names)); });
  CHECK(message.find("'I_Kr' is no observable of 'myocyte' (it has: V_m, I_in, I_out, u, h") != std::string::npos);
}

TEST_CASE("a voltage clamp is refused by an experiment that paces") {
  struct Clamp final : Protocol::Drive {
    [[nodiscard]] double I_stim(double) const override { return 0; }
    [[nodiscard]] std::optional<double> V_command(double) const override { return -40; }
    [[nodiscard]] double next_edge(double) const override { return INFINITY; }
    [[nodiscard]] double beat_start(int) const override { return 0; }
  };
  const auto message = message_of([] { require_current_protocol(Clamp{}, "steps"); });
  CHECK(message.find("'steps' clamps the voltage") != std::string::npos);
}

TEST_CASE("a weak stimulus is not captured, a short period not repolarised, and both still give a result") {
  const Cell cell = torord_cell();
  PacedRun run;
  run.beats = 1;
  const protocols::PacingDrive weak(1000, 1, -5, 0), fast(250, 1, -53, 0);
  CHECK(pace_cell(cell.model(), "cell", cell.parameters, weak, run, {}).beats.back().problem == "not captured");
  CHECK(pace_cell(cell.model(), "cell", cell.parameters, fast, run, {}).beats.back().problem == "not repolarised");
}

TEST_CASE("a parameter that is not a number fails with the state it breaks") {
  Cell cell = torord_cell();
  cell.parameters[4] = NAN;
  CHECK(message_of([&] { last_beat(cell, 1000, 1); }).find("the rate of V_m is not a finite number") !=
        std::string::npos);
}

TEST_CASE("cancelling stops between beats") {
  const Cell cell = mitchell_schaeffer_cell();
  const protocols::PacingDrive drive(1000, 1, -30, 0);
  CHECK_THROWS_AS(
      static_cast<void>(pace_cell(cell.model(), "cell", cell.parameters, drive, {}, {}, [] { return true; })),
      Cancelled);
}
