#include "experiments/biomarkers.hpp"

#include <algorithm>
#include <cmath>

namespace tawara::experiments {
namespace {

double crossing(std::span<const double> t, std::span<const double> x, std::size_t i, double level) {
  return t[i - 1] + (t[i] - t[i - 1]) * (level - x[i - 1]) / (x[i] - x[i - 1]);
}

/// First time at which x rises through the level, NaN when it never does.
double rises_through(std::span<const double> t, std::span<const double> x, double level) {
  for (std::size_t i = 1; i < x.size(); ++i)
    if (x[i - 1] < level && x[i] >= level) return crossing(t, x, i, level);
  return nan;
}

/// First time after sample `from` at which x falls through the level.
double falls_through(std::span<const double> t, std::span<const double> x, std::size_t from, double level) {
  for (std::size_t i = from + 1; i < x.size(); ++i)
    if (x[i - 1] >= level && x[i] < level) return crossing(t, x, i, level);
  return nan;
}

std::size_t index_of_peak(std::span<const double> x) {
  return static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
}

void calcium_transient(const Beat& beat, Biomarkers& b) {
  const std::size_t peak = index_of_peak(beat.Ca_i);
  b.Ca_diastole = beat.Ca_i.front();
  b.Ca_peak = beat.Ca_i[peak];
  b.CaT_t_peak = beat.t[peak];
  b.CaT_amplitude = b.Ca_peak - b.Ca_diastole;
  b.CaT_t_up50 = rises_through(beat.t, beat.Ca_i, b.Ca_diastole + 0.5 * b.CaT_amplitude);
  const auto duration = [&](double fraction) {
    return falls_through(beat.t, beat.Ca_i, peak, b.Ca_peak - fraction * b.CaT_amplitude) - b.CaT_t_up50;
  };
  b.CaTD50 = duration(0.5);
  b.CaTD80 = duration(0.8);
  b.CaTD90 = duration(0.9);
}

/// "" for an action potential of its stimulus.
std::string why_not_captured(const Biomarkers& b) {
  if (b.V_rest >= resting_voltage) return "not at rest";
  return b.V_peak > capture_voltage && b.t_up50 <= latest_upstroke ? "" : "not captured";
}

}  // namespace

Biomarkers biomarkers_of(const Beat& beat) {
  Biomarkers b;
  b.dVdt_max = beat.dVdt_max;
  b.dVdt_max_ionic = beat.dVdt_max_ionic;
  const std::size_t peak = index_of_peak(beat.V_m);
  b.V_rest = beat.V_m.front();
  b.V_peak = beat.V_m[peak];
  b.t_peak = beat.t[peak];
  if (!beat.Ca_i.empty()) calcium_transient(beat, b);
  const double amplitude = b.V_peak - b.V_rest;
  if (b.V_rest < resting_voltage && b.V_peak > capture_voltage)
    b.t_up50 = rises_through(beat.t, beat.V_m, b.V_rest + 0.5 * amplitude);
  b.problem = why_not_captured(b);
  if (!b.problem.empty()) {
    b.CaTD50 = b.CaTD80 = b.CaTD90 = nan;
    return b;
  }
  const auto repolarised = [&](double fraction) {
    return falls_through(beat.t, beat.V_m, peak, b.V_peak - fraction * amplitude);
  };
  b.APD40 = repolarised(0.4) - b.t_up50;
  b.APD50 = repolarised(0.5) - b.t_up50;
  b.t_repol90 = repolarised(0.9);
  b.APD90 = b.t_repol90 - b.t_up50;
  if (std::isnan(b.APD90)) b.problem = "not repolarised";
  return b;
}

void add_biomarker_columns(Table& table, std::span<const Biomarkers> rows) {
  struct Column {
    const char* name;
    const char* unit;
    double Biomarkers::*value;
  };
  static constexpr Column columns[] = {
      {"V_rest", "mV", &Biomarkers::V_rest},
      {"V_peak", "mV", &Biomarkers::V_peak},
      {"t_peak", "ms", &Biomarkers::t_peak},
      {"t_up50", "ms", &Biomarkers::t_up50},
      {"APD40", "ms", &Biomarkers::APD40},
      {"APD50", "ms", &Biomarkers::APD50},
      {"APD90", "ms", &Biomarkers::APD90},
      {"t_repol90", "ms", &Biomarkers::t_repol90},
      {"dVdt_max", "mV/ms", &Biomarkers::dVdt_max},
      {"dVdt_max_ionic", "mV/ms", &Biomarkers::dVdt_max_ionic},
      {"Ca_diastole", "mmol/L", &Biomarkers::Ca_diastole},
      {"Ca_peak", "mmol/L", &Biomarkers::Ca_peak},
      {"CaT_amplitude", "mmol/L", &Biomarkers::CaT_amplitude},
      {"CaT_t_peak", "ms", &Biomarkers::CaT_t_peak},
      {"CaT_t_up50", "ms", &Biomarkers::CaT_t_up50},
      {"CaTD50", "ms", &Biomarkers::CaTD50},
      {"CaTD80", "ms", &Biomarkers::CaTD80},
      {"CaTD90", "ms", &Biomarkers::CaTD90},
  };
  for (const Column& column : columns) {
    std::vector<double> numbers;
    for (const Biomarkers& row : rows) numbers.push_back(row.*column.value);
    table.add(column.name, column.unit, std::move(numbers));
  }
}

Table biomarker_table(std::span<const Biomarkers> rows, std::span<const int> beat_numbers) {
  Table table;
  table.add("beat", "1", {beat_numbers.begin(), beat_numbers.end()});
  add_biomarker_columns(table, rows);
  std::vector<std::string> problems;
  for (const Biomarkers& row : rows) problems.push_back(row.problem);
  table.add_text("problem", std::move(problems));
  return table;
}

std::vector<double> beat_grid(double duration) {
  constexpr double fine_until = 20;
  std::vector<double> t;
  for (int i = 0; i * 0.01 < std::min(fine_until, duration); ++i) t.push_back(i * 0.01);
  for (int i = 0; fine_until + i * 0.1 < duration; ++i) t.push_back(fine_until + i * 0.1);
  t.push_back(duration);
  return t;
}

}  // namespace tawara::experiments
