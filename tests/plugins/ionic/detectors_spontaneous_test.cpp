#include "experiments/detectors_spontaneous.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "../../message_of.hpp"
#include "../../shared_data.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

struct Columns {
  std::vector<double> t, V_m, Ca_i, dVdt;
  [[nodiscard]] FreeTrace trace() const { return {t, V_m, Ca_i, dVdt}; }
};

/// Trapezia at irregular intervals: from -70 mV in 4 ms to +30, in 200 ms to -75, then slowly up to -70 again.
Columns trapezia(const std::vector<double>& onsets, double end, double step = 0.5) {
  Columns c;
  for (int i = 0; step * i <= end; ++i) {
    const double t = step * i;
    double V = -70, Ca = 1e-4;
    for (std::size_t k = 0; k < onsets.size(); ++k) {
      const double next = k + 1 < onsets.size() ? onsets[k + 1] : onsets[k] + 1000, since = t - onsets[k];
      if (since < 0 || t >= next) continue;
      V = since < 4     ? -70 + 25 * since
          : since < 204 ? 30 - 0.525 * (since - 4)
                        : -75 + 5 * (since - 204) / (next - onsets[k] - 204);
      Ca = since < 50 ? 1e-4 + 8e-6 * since : since < 450 ? 5e-4 - 1e-6 * (since - 50) : 1e-4;
    }
    c.t.push_back(t);
    c.V_m.push_back(V);
    c.Ca_i.push_back(Ca);
  }
  return c;
}

}  // namespace

TEST_CASE("beats of a cell left alone are what one draws on them") {
  const Columns c = trapezia({500, 1400, 2400, 3300}, 4000);
  const auto beats = spontaneous_beats(c.trace());
  REQUIRE(beats.size() == 4);
  const SpontaneousBeat& b = beats[1];
  // The upstroke is the middle of a stretch of even slope between two samples; at most its length of 4 ms away.
  CHECK(b.t_upstroke > 1400);
  CHECK(b.t_upstroke < 1404);
  CHECK(b.dVdt_max == doctest::Approx(25));
  CHECK(b.V_peak == 30);
  CHECK(b.MDP == -75);
  CHECK(b.t_MDP == 1604);
  CHECK(b.amplitude() == 105);
  CHECK(b.APD30 == doctest::Approx(1404 + 60 - b.t_upstroke));
  CHECK(b.APD50 == doctest::Approx(1404 + 100 - b.t_upstroke));
  CHECK(b.APD90 == doctest::Approx(1404 + 180 - b.t_upstroke));
  CHECK(b.cycle_length == doctest::Approx(1000));
  CHECK(b.Ca_diastole == doctest::Approx(1e-4));
  CHECK(b.Ca_systole == doctest::Approx(5e-4));
  CHECK(b.CaT_amplitude() == doctest::Approx(4e-4));
  CHECK(b.CaT_t_peak == doctest::Approx(1450 - b.t_upstroke));
  CHECK(b.CaTD90 == doctest::Approx(1450 + 360 - b.t_upstroke));
  CHECK(b.EADs == 0);
  CHECK(std::isnan(beats.back().cycle_length));
  CHECK(beats.back().MDP == -75);
}

TEST_CASE("mean and spread of the cycle length are over the cycles that are complete") {
  const auto beats = spontaneous_beats(trapezia({500, 1400, 2400, 3300}, 4000).trace());
  const MeanAndSD cycle = mean_and_SD(beats, &SpontaneousBeat::cycle_length);
  CHECK(cycle.n == 3);
  CHECK(cycle.mean == doctest::Approx(2800.0 / 3));
  CHECK(cycle.SD == doctest::Approx(57.735).epsilon(1e-4));
  CHECK(mean_and_SD(beats, &SpontaneousBeat::MDP).n == 4);
  CHECK(mean_and_SD(beats, &SpontaneousBeat::MDP).SD == doctest::Approx(0));
  const auto one = std::span(beats).last(1);
  CHECK(std::isnan(mean_and_SD(one, &SpontaneousBeat::V_peak).SD));
  CHECK(mean_and_SD(one, &SpontaneousBeat::cycle_length).n == 0);
  CHECK(std::isnan(mean_and_SD(one, &SpontaneousBeat::cycle_length).mean));
}

TEST_CASE("a beat the trace leaves before its minimum has no MDP and no durations; unfinished ones are left out") {
  // 604 ms: V_m is on its way down but below -50 mV already; 620 ms: the minimum at 704 has not come.
  const auto falling = spontaneous_beats(trapezia({500}, 690).trace());
  REQUIRE(falling.size() == 1);
  CHECK(falling[0].V_peak == 30);
  CHECK(std::isnan(falling[0].MDP));
  CHECK(std::isnan(falling[0].APD90));
  CHECK(std::isnan(falling[0].CaTD90));
  CHECK(spontaneous_beats(trapezia({500}, 600).trace()).empty());
  CHECK(spontaneous_beats(trapezia({500, 1400}, 1500).trace()).at(0).cycle_length == doctest::Approx(900));
}

TEST_CASE("finer sampling does not move what a line through the samples decides") {
  const auto coarse = spontaneous_beats(trapezia({500, 1400, 2400}, 3000, 1).trace());
  const auto fine = spontaneous_beats(trapezia({500, 1400, 2400}, 3000, 0.125).trace());
  REQUIRE(coarse.size() == 3);
  REQUIRE(fine.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(coarse[k].V_peak == fine[k].V_peak);
    CHECK(coarse[k].MDP == doctest::Approx(fine[k].MDP));
    CHECK(coarse[k].APD90 + coarse[k].t_upstroke == doctest::Approx(fine[k].APD90 + fine[k].t_upstroke));
    CHECK(coarse[k].CaT_amplitude() == doctest::Approx(fine[k].CaT_amplitude()));
  }
}

TEST_CASE("given slopes decide where the upstroke is") {
  Columns c = trapezia({500, 1400}, 2300);
  c.dVdt.assign(c.t.size(), 0);
  for (std::size_t i = 0; i < c.t.size(); ++i)
    if (c.t[i] == 502.5 || c.t[i] == 1401) c.dVdt[i] = 40;
  const auto beats = spontaneous_beats(c.trace());
  CHECK(beats.at(0).t_upstroke == 502.5);
  CHECK(beats.at(1).t_upstroke == 1401);
  CHECK(beats.at(0).cycle_length == 898.5);
  CHECK(beats.at(0).dVdt_max == 40);
}

TEST_CASE("a cell at rest has no beats, and neither has one that never repolarises") {
  Columns c = trapezia({}, 1000);
  CHECK(spontaneous_beats(c.trace()).empty());
  for (std::size_t i = 0; i < c.t.size(); ++i) c.V_m[i] = -20 + 20 * std::sin(0.05 * c.t[i]);
  CHECK(spontaneous_beats(c.trace()).empty());
}

TEST_CASE("columns of a trace that do not fit are refused in words") {
  Columns c = trapezia({500}, 1000);
  c.Ca_i.pop_back();
  CHECK(message_of([&] { (void)spontaneous_beats(c.trace()); }) ==
        "a trace of 2001 times has 2000 samples of Ca_i; expected as many");
}

TEST_CASE("beats are a table, a row each") {
  const auto beats = spontaneous_beats(trapezia({500, 1400}, 2300).trace());
  const Table table = spontaneous_table(beats);
  CHECK(table.rows() == 2);
  CHECK(table.at("cycle_length").unit == "ms");
  CHECK(table.at("cycle_length").numbers[0] == doctest::Approx(900));
  CHECK(table.at("CaT_amplitude").unit == "mmol/L");
  CHECK(table.at("EADs").numbers[1] == 0);
}

TEST_CASE("biomarkers of the reference's free-running iPSC-derived cell") {
  const auto data = shared_data("reference/kernik/baseline_3s.csv");
  const auto numbers = shared_data("reference/kernik/biomarkers.json");
  if (!data || !numbers) return;
  Columns c;
  std::ifstream in(data.path);
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::vector<std::string> cells(1);
    for (const char ch : line) {
      if (ch == ',')
        cells.emplace_back();
      else
        cells.back() += ch;
    }
    if (names.empty()) {
      names = cells;
      continue;
    }
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const double x = std::stod(cells[k]);
      if (names[k] == "t_ms") c.t.push_back(x);
      if (names[k] == "V_mV") c.V_m.push_back(x);
      if (names[k] == "Cai_mM") c.Ca_i.push_back(x);
      if (names[k] == "I_total") c.dVdt.push_back(-x);
    }
  }
  REQUIRE(c.t.size() == 3001);
  const auto beats = spontaneous_beats(c.trace());
  const auto reference = nlohmann::json::parse(std::ifstream(numbers.path))["from_published_ic_3s"];
  REQUIRE(beats.size() >= reference.size());
  for (std::size_t k = 0; k < reference.size(); ++k) {
    const auto expected = [&](const char* name) { return reference[k][name].get<double>(); };
    const SpontaneousBeat& b = beats[k];
    // The trace has a sample per millisecond, the reference numbers come from one every 1/16 ms.
    CHECK(std::fabs(b.t_upstroke - expected("t_upstroke_ms")) <= 1);
    CHECK(std::fabs(b.cycle_length - expected("cycle_length_ms")) <= 1);
    CHECK(std::fabs(b.APD30 - expected("apd30_ms")) <= 1);
    CHECK(std::fabs(b.APD50 - expected("apd50_ms")) <= 1);
    CHECK(std::fabs(b.APD90 - expected("apd90_ms")) <= 1);
    CHECK(std::fabs(b.APD90 + b.t_upstroke - expected("apd90_ms") - expected("t_upstroke_ms")) <= 0.05);
    CHECK(std::fabs(b.V_peak - expected("peak_mV")) <= 0.05);
    CHECK(std::fabs(b.MDP - expected("mdp_mV")) <= 1e-4);
    CHECK(std::fabs(b.t_MDP - expected("t_mdp_ms")) <= 1);
    CHECK(std::fabs(b.amplitude() - expected("amplitude_mV")) <= 0.05);
    CHECK(std::fabs(b.CaT_t_peak - expected("time_to_cai_peak_ms")) <= 1.5);
    CHECK(std::fabs(b.CaTD90 - expected("catd90_ms")) <= 1);
    CHECK(std::fabs(1e6 * b.Ca_diastole - expected("cai_diastolic_nM")) <= 0.01);
    CHECK(std::fabs(1e6 * b.Ca_systole - expected("cai_systolic_nM")) <= 0.05);
    CHECK(b.dVdt_max <= expected("dvdt_max_mV_per_ms") * 1.001);  // coarser sampling only misses the top
    CHECK(b.EADs == 0);
  }
}
