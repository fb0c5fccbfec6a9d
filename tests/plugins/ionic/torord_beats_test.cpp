#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

#include "../../shared_data.hpp"
#include "experiments/beat.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "torord_cells.hpp"

using namespace tawara;
using namespace tawara::experiments;
using torord::Layer;
using torord::Sex;

namespace {

constexpr cvode::Tolerances tight = {1e-9, 1e-11};

Biomarkers beat(const Cell& cell, int number, double period = 1000, cvode::Tolerances tolerances = {}) {
  const protocols::PacingDrive drive(period, 1, -53, 0);
  PacedRun run;
  run.beats = number;
  run.tolerances = tolerances;
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, {}).beats.back();
}

std::size_t scale(const std::string& name) {
  std::size_t index = 0;
  for (const Parameter& p : torord::Torord::describe().parameters) {
    if (p.acts_at != ActsAt::evaluate) continue;
    if (p.name == name) return index;
    ++index;
  }
  throw std::runtime_error("no " + name);
}

void check_beat_1(const Cell& cell, const char* folder) {
  const auto data = shared_data(std::string("reference/") + folder);
  if (!data) return;
  const ReferenceCsv reference(data.path / "trace_beat1.csv");
  std::vector<double> times;
  for (std::size_t r = 0; r < reference.rows.size(); ++r) times.push_back(reference.number(r, "t_ms"));
  const protocols::PacingDrive drive(1000, 1, -53, 0);
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tight);
  const bool contracts = cell.model().states().size() == 49;
  std::size_t r = 0;
  integrator.advance(drive, times.back(), times, [&](double t, std::span<const double> y, double) {
    CAPTURE(t);
    // On the upstroke a microsecond is 0.3 mV.
    CHECK(std::fabs(y[0] - reference.number(r, "v_mV")) < (t > 3 ? 1e-3 : 0.02));
    CHECK(y[5] == doctest::Approx(reference.number(r, "cai_mM")).epsilon(1e-5));
    if (contracts) CHECK(std::fabs(observed(cell, y, "Ta") - reference.number(r, "ta_kPa")) < 1e-4);
    ++r;
  });
  CHECK(r == times.size());
}

void check_row(const ReferenceCsv& reference, std::size_t r, const Biomarkers& b, double APD_tolerance = 0.05) {
  CHECK(std::fabs(b.APD90 - reference.number(r, "apd90")) < APD_tolerance);
  CHECK(std::fabs(b.APD50 - reference.number(r, "apd50")) < APD_tolerance);
  CHECK(std::fabs(b.V_rest - reference.number(r, "rmp")) < 1e-3);
  CHECK(std::fabs(b.V_peak - reference.number(r, "vpeak")) < 1e-2);
  CHECK(b.dVdt_max == doctest::Approx(reference.number(r, "dvdt_max")).epsilon(1e-4));
  CHECK(b.CaT_amplitude == doctest::Approx(reference.number(r, "cat_amp_mM")).epsilon(1e-3));
  CHECK(std::fabs(b.CaTD90 - reference.number(r, "catd90")) < 0.5);
}

void check_biomarkers(const Cell& cell, const char* folder) {
  const auto data = shared_data(std::string("reference/") + folder);
  if (!data) return;
  const ReferenceCsv reference(data.path / "biomarkers.csv");
  for (std::size_t r = 0; r < 2; ++r) {
    const int number = static_cast<int>(reference.number(r, "beat"));
    CAPTURE(folder);
    CAPTURE(number);
    check_row(reference, r, beat(cell, number));
  }
}

}  // namespace

TEST_CASE("beat 1 of ToR-ORd-dynCl follows the reference trace to a microvolt per millivolt") {
  check_beat_1(dyncl_cell(), "torord_dyncl_endo");
}

TEST_CASE("beat 1 of the male and the female contracting cell follows the reference in voltage, calcium and tension") {
  check_beat_1(land_cell(Sex::male), "torord_sex/male_endo");
  check_beat_1(land_cell(Sex::female), "torord_sex/female_endo");
}

TEST_CASE("biomarkers equal the reference at beats 1 and 100") {
  check_biomarkers(dyncl_cell(), "torord_dyncl_endo");
  check_biomarkers(land_cell(Sex::male), "torord_sex/male_endo");
  check_biomarkers(land_cell(Sex::female), "torord_sex/female_endo");
}

TEST_CASE("blocked and slowly or fast paced endocardial cells equal the reference at beat 100") {
  const auto data = shared_data("reference/torord_fkatp_endo");
  if (!data) return;
  const ReferenceCsv reference(data.path / "conditions.csv");
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    Cell cell = torord_cell();
    const std::string condition = reference.rows[r][reference.column("condition")];
    const double period = reference.number(r, "cl_ms");
    if (condition == "GKr_x0.5") cell.parameters[scale("scale_I_Kr")] = 0.5;
    if (condition == "GKs_x0.5") cell.parameters[scale("scale_I_Ks")] = 0.5;
    CAPTURE(condition);
    CAPTURE(period);
    check_row(reference, r, beat(cell, static_cast<int>(reference.number(r, "beat")), period));
  }
  CHECK(reference.rows.size() == 9);
}

TEST_CASE("men and women at 48, 66 and 74 beats per minute equal the reference at beat 100") {
  const auto data = shared_data("reference/torord_sex");
  if (!data) return;
  const ReferenceCsv reference(data.path / "heart_rates.csv");
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    const std::string sex = reference.rows[r][reference.column("sex")];
    const double rate = reference.number(r, "hr_bpm");
    CAPTURE(sex);
    CAPTURE(rate);
    check_row(reference, r, beat(land_cell(sex == "male" ? Sex::male : Sex::female), 100, 60000 / rate));
  }
  CHECK(reference.rows.size() == 6);
}

// Holmes et al. 2025, endocardial cells at 1 Hz, beat 100.
TEST_CASE("the female action potential is 43.98 ms longer than the male one") {
  const double male = beat(land_cell(Sex::male), 100).APD90, female = beat(land_cell(Sex::female), 100).APD90;
  CHECK(std::fabs(male - 253.42) < 0.05);
  CHECK(std::fabs(female - 297.40) < 0.05);
  CHECK(std::fabs(female - male - 43.98) < 0.02);
}

TEST_CASE("women repolarise later than men and develop less tension, in every layer and at every rate") {
  for (const double period : {600.0, 1250.0})
    for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
      CAPTURE(period);
      const Cell male = land_cell(Sex::male, layer), female = land_cell(Sex::female, layer);
      const protocols::PacingDrive drive(period, 1, -53, 0);
      PacedRun run;
      run.beats = 15;
      const std::string names[] = {"Ta"};
      const auto recorded = select_observables(male.model(), "cell", names);
      const auto result = [&](const Cell& cell) {
        const PacedResult paced = pace_cell(cell.model(), "cell", cell.parameters, drive, run, recorded);
        double peak = 0;
        for (const double Ta : paced.trace.at("Ta").numbers) peak = std::max(peak, Ta);
        return std::pair(paced.beats.back(), peak);
      };
      const auto [man, man_Ta] = result(male);
      const auto [woman, woman_Ta] = result(female);
      CHECK(woman.APD90 > man.APD90 + 10);
      CHECK(woman_Ta < man_Ta);
      CHECK(man_Ta > 5);
      CHECK(man_Ta < 120);
    }
}

// The published states are steady states; with C1 and C3 of I_Kr exchanged beat 1 would be 1.7 ms shorter than later
// ones.
TEST_CASE("ToR-ORd-dynCl starts in its limit cycle in every layer") {
  for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
    const Cell cell = dyncl_cell(layer);
    const auto states = cell.model().states();
    CHECK(states[state_index(cell, "C3")].initial > 0.99);
    const protocols::PacingDrive drive(1000, 1, -53, 0);
    cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {});
    integrator.advance(drive, 1000);
    for (std::size_t s = 0; s < 9; ++s) {
      CAPTURE(states[s].name);
      CHECK(integrator.state()[s] == doctest::Approx(states[s].initial).epsilon(1e-3));
    }
    CHECK(std::fabs(beat(cell, 1).APD90 - beat(cell, 5).APD90) < 0.1);
  }
}
