#include "experiments/population/cell_summary.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tawara::experiments {
namespace {

CellSummary::Means means_of(const Beat& beat, double settle) {
  const auto from = static_cast<std::size_t>(std::lower_bound(beat.t.begin(), beat.t.end(), settle) - beat.t.begin());
  const auto rest = [&](const std::vector<double>& column) {
    return std::span<const double>(column).subspan(std::min(from, column.size()));
  };
  CellSummary::Means means;
  means.problem = "no beat";
  if (rest(beat.t).empty()) return means;
  const std::vector<SpontaneousBeat> beats =
      spontaneous_beats({.t = rest(beat.t), .V_m = rest(beat.V_m), .Ca_i = rest(beat.Ca_i), .dVdt = {}});
  const auto mean = [&](double SpontaneousBeat::*quantity) { return mean_and_SD(beats, quantity).mean; };
  means.beats = static_cast<int>(beats.size());
  const MeanAndSD cycle = mean_and_SD(beats, &SpontaneousBeat::cycle_length);
  means.cycle_length = cycle.mean;
  means.cycle_length_SD = cycle.SD;
  means.V_peak = mean(&SpontaneousBeat::V_peak);
  means.MDP = mean(&SpontaneousBeat::MDP);
  means.dVdt_max = mean(&SpontaneousBeat::dVdt_max);
  means.APD50 = mean(&SpontaneousBeat::APD50);
  means.APD90 = mean(&SpontaneousBeat::APD90);
  means.CaT_amplitude = mean(&SpontaneousBeat::Ca_systole) - mean(&SpontaneousBeat::Ca_diastole);
  means.CaTD90 = mean(&SpontaneousBeat::CaTD90);
  if (std::isfinite(means.APD90)) means.problem.clear();
  return means;
}

template <class F>
std::vector<double> numbers(std::span<const CellSummary> cells, F&& f) {
  std::vector<double> column;
  column.reserve(cells.size());
  for (const CellSummary& cell : cells) column.push_back(f(cell));
  return column;
}

template <class F>
std::vector<std::string> texts(std::span<const CellSummary> cells, F&& f) {
  std::vector<std::string> column;
  column.reserve(cells.size());
  for (const CellSummary& cell : cells) column.emplace_back(f(cell));
  return column;
}

void add_free_columns(Table& table, std::span<const CellSummary> cells) {
  using Means = CellSummary::Means;
  table.add("beats", "1", numbers(cells, [](const CellSummary& c) { return c.ok() ? c.free.beats : nan; }));
  struct Column {
    const char *name, *unit;
    double Means::*value;
  };
  static constexpr Column columns[] = {
      {"cycle_length", "ms", &Means::cycle_length},
      {"cycle_length_SD", "ms", &Means::cycle_length_SD},
      {"V_peak", "mV", &Means::V_peak},
      {"MDP", "mV", &Means::MDP},
      {"dVdt_max", "mV/ms", &Means::dVdt_max},
      {"APD50", "ms", &Means::APD50},
      {"APD90", "ms", &Means::APD90},
      {"CaT_amplitude", "mmol/L", &Means::CaT_amplitude},
      {"CaTD90", "ms", &Means::CaTD90},
  };
  for (const Column& column : columns)
    table.add(column.name, column.unit, numbers(cells, [&](const CellSummary& c) { return c.free.*column.value; }));
}

}  // namespace

CellSummary summarise(const SummaryPlan& plan, std::span<const Beat> beats) {
  CellSummary cell;
  if (plan.kind == RunKind::clamped) return cell;
  const Beat& last = beats.back();
  const RhythmReport rhythm = rhythm_of(last.t, last.V_m);
  cell.rhythm = rhythm.rhythm;
  cell.EADs = rhythm.EADs();
  if (plan.kind == RunKind::free) {
    cell.free = means_of(last, plan.settle);
    return cell;
  }
  cell.biomarkers = biomarkers_of(last);
  if (plan.alternans_beats > 0) {
    std::vector<double> APD90;
    for (const Beat& beat : beats) APD90.push_back(biomarkers_of(beat).APD90);
    cell.alternans = alternans_of(APD90, {.beats = plan.alternans_beats});
  }
  return cell;
}

Table summary_table(const SummaryPlan& plan, std::span<const std::uint64_t> indices, std::vector<Table::Column> paths,
                    std::span<const CellSummary> cells) {
  Table table;
  std::vector<double> index;
  for (const std::uint64_t i : indices) index.push_back(static_cast<double>(i));
  table.add("index", "1", std::move(index));
  for (Table::Column& path : paths) table.columns.push_back(std::move(path));
  if (plan.kind == RunKind::free) add_free_columns(table, cells);
  if (plan.kind == RunKind::paced) {
    std::vector<Biomarkers> biomarkers;
    for (const CellSummary& cell : cells) biomarkers.push_back(cell.biomarkers);
    add_biomarker_columns(table, biomarkers);
  }
  if (plan.kind != RunKind::clamped) {
    table.add("EADs", "1", numbers(cells, [](const CellSummary& c) { return c.ok() ? c.EADs : nan; }));
    table.add_text("rhythm", texts(cells, [](const CellSummary& c) { return c.ok() ? name_of(c.rhythm) : ""; }));
  }
  if (plan.alternans_beats > 0) {
    table.add("alternans_amplitude", "ms", numbers(cells, [](const CellSummary& c) { return c.alternans.amplitude; }));
    table.add("alternans", "1", numbers(cells, [](const CellSummary& c) { return c.alternans.present ? 1.0 : 0.0; }));
  }
  if (plan.kind == RunKind::paced)
    table.add_text("problem", texts(cells, [](const CellSummary& c) { return c.biomarkers.problem; }));
  if (plan.kind == RunKind::free)
    table.add_text("problem", texts(cells, [](const CellSummary& c) { return c.free.problem; }));
  table.add("steps", "1", numbers(cells, [](const CellSummary& c) { return static_cast<double>(c.steps); }));
  table.add_text("status", texts(cells, [](const CellSummary& c) { return c.status; }));
  return table;
}

}  // namespace tawara::experiments
