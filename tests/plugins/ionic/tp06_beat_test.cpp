#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "../../shared_data.hpp"
#include "cvode/cell_integrator.hpp"
#include "experiments/single_cell.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"
#include "reference_csv.hpp"
#include "tp06_cells.hpp"

using namespace tawara;
using namespace tawara::experiments;
using tp06::Layer;

namespace {

constexpr cvode::Tolerances tight = {1e-9, 1e-11};

std::vector<Biomarkers> paced(const Cell& cell, int beats, int record_last, cvode::Tolerances tolerances) {
  const auto stimulus = cell.model().default_stimulus();
  const protocols::PacingDrive drive(1000, stimulus.duration, stimulus.amplitude, 0);
  PacedRun run;
  run.beats = beats;
  run.record_last = record_last;
  run.tolerances = tolerances;
  return pace_cell(cell.model(), "cell", cell.parameters, drive, run, {}).beats;
}

}  // namespace

TEST_CASE("beat 1 of TP06 epi follows the reference trace to a microvolt per millivolt") {
  const auto data = shared_data("reference/tp06_epi/trace_beat1.csv");
  if (!data) return;
  const ReferenceCsv reference(data.path);
  const Cell cell = tp06_cell(Layer::epi);
  const protocols::PacingDrive drive(1000, 1, -52, 0);
  std::vector<double> times, V_m, Ca_i;
  for (std::size_t r = 0; r < reference.rows.size(); ++r) times.push_back(reference.number(r, "t_ms"));
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tight);
  integrator.advance(drive, times.back(), times, [&](double, std::span<const double> y, double) {
    V_m.push_back(y[0]);
    Ca_i.push_back(y[1]);
  });
  REQUIRE(V_m.size() == times.size());
  for (std::size_t r = 0; r < times.size(); ++r) {
    CAPTURE(times[r]);
    CHECK(std::fabs(V_m[r] - reference.number(r, "v_mV")) < (times[r] > 3 ? 1e-3 : 0.02));
    CHECK(Ca_i[r] == doctest::Approx(reference.number(r, "cai_mM")).epsilon(1e-5));
  }
}

TEST_CASE("paced TP06 epi has the reference's biomarkers in beats 1 and 100") {
  const auto data = shared_data("reference/tp06_epi/biomarkers.csv");
  if (!data) return;
  const ReferenceCsv reference(data.path);
  const Cell cell = tp06_cell(Layer::epi);
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    const int beat = static_cast<int>(reference.number(r, "beat"));
    CAPTURE(beat);
    const Biomarkers b = paced(cell, beat, 1, tight).back();
    const auto within = [&](double ours, const char* name, double tolerance) {
      CAPTURE(name);
      CHECK(std::fabs(ours - reference.number(r, name)) < tolerance);
    };
    within(b.APD90, "apd90", 0.05);
    within(b.APD50, "apd50", 0.05);
    within(b.APD40, "apd40", 0.05);
    within(b.t_up50, "t_up50", 1e-4);
    within(b.V_rest, "rmp", 1e-4);
    within(b.V_peak, "vpeak", 0.005);
    CHECK(b.dVdt_max == doctest::Approx(reference.number(r, "dvdt_max")).epsilon(1e-4));
    within(b.Ca_diastole, "ca_dia_mM", 1e-9);
    within(b.CaT_amplitude, "cat_amp_mM", 1e-8);
    within(b.CaTD50, "catd50", 0.05);
    within(b.CaTD90, "catd90", 0.05);
    // At the tolerances a scenario has by default.
    const Biomarkers usual = paced(cell, beat, 1, {}).back();
    within(usual.APD90, "apd90", 0.5);
  }
}

// Made once from this implementation, which agrees with the reference in epi to 1e-5 ms.
TEST_CASE("beat 1 of TP06 keeps its APD90 in every layer") {
  const auto APD90 = [](Layer layer) { return paced(tp06_cell(layer), 1, 1, tight).back().APD90; };
  CHECK(APD90(Layer::endo) == doctest::Approx(281.961411).epsilon(1e-6));
  CHECK(APD90(Layer::mid) == doctest::Approx(351.371156).epsilon(1e-6));
  CHECK(APD90(Layer::epi) == doctest::Approx(290.215379).epsilon(1e-6));
}

TEST_CASE("mid-myocardial TP06, with a quarter of I_Ks, has the longest action potential") {
  const double endo = paced(tp06_cell(Layer::endo), 5, 1, {}).back().APD90;
  const double mid = paced(tp06_cell(Layer::mid), 5, 1, {}).back().APD90;
  const double epi = paced(tp06_cell(Layer::epi), 5, 1, {}).back().APD90;
  CHECK(mid > endo + 50);
  CHECK(mid > epi + 50);
  CHECK(std::fabs(endo - epi) < 15);
}

TEST_CASE("TP06 left alone stays at rest in every layer") {
  for (const Layer layer : {Layer::endo, Layer::mid, Layer::epi}) {
    const Cell cell = tp06_cell(layer);
    cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, {});
    std::vector<double> times, V_m;
    for (int t = 0; t <= 20000; t += 100) times.push_back(t);
    integrator.advance(protocols::QuietDrive(), times.back(), times,
                       [&](double, std::span<const double> y, double) { V_m.push_back(y[0]); });
    for (double V : V_m) {
      CHECK(V > -89);
      CHECK(V < -83);
    }
    // Nothing but slow drift at the end.
    CHECK(std::fabs(integrator.state()[0] - V_m[V_m.size() - 11]) < 0.05);
  }
}

TEST_CASE("ions and voltage of a paced TP06 cell balance over a beat") {
  const Cell cell = tp06_cell();
  const double volts = 0.185 / (96485.3415 * 0.016404);  // mmol/L of charge per mV
  const auto charge = [&](std::span<const double> y) {
    const auto total = [](double Ca, double buffer, double K) { return Ca + buffer * Ca / (Ca + K); };
    return y[4] + y[5] +
           2 * (total(y[1], 0.2, 0.001) + 0.001094 / 0.016404 * total(y[2], 10, 0.3) +
                5.468e-5 / 0.016404 * total(y[3], 0.4, 0.00025)) -
           volts * y[0];
  };
  const protocols::PacingDrive drive(500, 1, -52, 0);
  cvode::CellIntegrator integrator(cell.model(), "cell", cell.parameters, tight);
  const double before = charge(integrator.state());
  integrator.advance(drive, 1000);
  CHECK(std::fabs(charge(integrator.state()) - before) < 1e-8 * before);
}
