#include "experiments/cell_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/detectors.hpp"
#include "experiments/detectors_alternans.hpp"
#include "experiments/detectors_spontaneous.hpp"

namespace tawara::experiments {
namespace {

constexpr const char* flags[] = {"EADs", "repolarisation_failure", "quiescent"};

struct Flags {
  double EADs = nan, repolarisation_failure = nan, quiescent = nan;
  static Flags of(const RhythmReport& report) {
    return {static_cast<double>(report.EADs_with_unfinished()),
            report.rhythm == Rhythm::repolarisation_failure ? 1.0 : 0.0,
            report.rhythm == Rhythm::quiescent ? 1.0 : 0.0};
  }
};

/// In the order of cell_scalars().
class Scalars {
 public:
  Scalars() {
    for (const Scalar& scalar : cell_scalars()) list_.emplace_back(scalar.name, nan);
  }
  void set(std::string_view name, double value) {
    std::find_if(list_.begin(), list_.end(), [&](const auto& entry) { return entry.first == name; })->second = value;
  }
  std::vector<std::pair<std::string, double>> take() { return std::move(list_); }

 private:
  std::vector<std::pair<std::string, double>> list_;
};

/// Over the last ten beats, or over all where there are four to nine.
void set_alternans(std::span<const double> APD90, Scalars& scalars) {
  constexpr int fewest = 4;
  if (APD90.size() < fewest) return;
  AlternansCriteria criteria;
  criteria.beats = std::min(criteria.beats, static_cast<int>(APD90.size()));
  const Alternans alternans = alternans_of(APD90, criteria);
  if (!alternans.problem.empty()) return;
  scalars.set("alternans_amplitude", alternans.amplitude);
  scalars.set("alternans", alternans.present ? 1 : 0);
}

std::string warning_of(const Biomarkers& b, int beat, const std::string& cell) {
  if (b.problem == "not at rest")
    return fmt::format(
        "beat {} of {} begins at V_m = {:.1f} mV, not at rest (below {:g} mV): its stimulus falls into an action "
        "potential, or the cell does not repolarise. Its durations are NaN; try a longer period, or let the cell rest "
        "(protocol.quiet) to see where it stays",
        beat, cell, b.V_rest, resting_voltage);
  if (b.problem == "not captured" && b.t_up50 > latest_upstroke)
    return fmt::format(
        "beat {} of {} was not captured: its upstroke comes {:.1f} ms after the stimulus (that of a captured beat "
        "within "
        "{:g} ms), so the cell beats by itself. Its durations are NaN; try a stronger stimulus or a period shorter "
        "than "
        "the cell's own cycle, or leave the cell alone (protocol.quiet)",
        beat, cell, b.t_up50, latest_upstroke);
  if (b.problem == "not captured")
    return fmt::format(
        "beat {} of {} was not captured: V_m peaks at {:.1f} mV (a captured beat exceeds {:g} mV). Its durations are "
        "NaN; try a stronger or longer stimulus, or a longer period",
        beat, cell, b.V_peak, capture_voltage);
  if (b.problem == "not repolarised")
    return fmt::format("beat {} of {} is not repolarised when it ends: APD90 is NaN; try a longer period", beat, cell);
  return "";
}

/// Of the last recorded beat that lacks something; the others are in the table.
std::string warning_of(const PacedResult& run, const std::string& cell) {
  const auto has_problem = [](const Biomarkers& b) { return !b.problem.empty(); };
  const auto last = std::find_if(run.beats.rbegin(), run.beats.rend(), has_problem);
  if (last == run.beats.rend()) return "";
  const auto index = static_cast<std::size_t>(run.beats.rend() - last) - 1;
  std::string warning = warning_of(*last, run.beat_numbers[index], cell);
  const auto all = std::count_if(run.beats.begin(), run.beats.end(), has_problem);
  if (all > 1)
    warning +=
        fmt::format(". {} of the {} recorded beats have such a problem: see the column problem", all, run.beats.size());
  return warning;
}

void set_biomarkers(const Biomarkers& b, Scalars& scalars) {
  Table row;
  add_biomarker_columns(row, {&b, 1});
  for (const Table::Column& column : row.columns) scalars.set(column.name, column.numbers.front());
}

CellResults paced(const PacedResult& run, const std::string& cell) {
  CellResults results;
  Scalars scalars;
  std::vector<double> EADs, failure, quiescent, APD90;
  for (std::size_t b = 0; b < run.recorded.size(); ++b) {
    const Flags found = Flags::of(rhythm_of(run.recorded[b].t, run.recorded[b].V_m));
    EADs.push_back(found.EADs);
    failure.push_back(found.repolarisation_failure);
    quiescent.push_back(found.quiescent);
    APD90.push_back(run.beats[b].APD90);
  }
  set_alternans(APD90, scalars);
  double all_EADs = 0;
  for (const double n : EADs) all_EADs += n;
  scalars.set("EADs", all_EADs);
  scalars.set("repolarisation_failure", *std::max_element(failure.begin(), failure.end()));
  scalars.set("quiescent", *std::min_element(quiescent.begin(), quiescent.end()));

  const Biomarkers& last = run.beats.back();
  set_biomarkers(last, scalars);
  scalars.set("cycle_length", run.beat_lengths.back());
  scalars.set("beats_run", run.beat_numbers.back());

  results.beats = biomarker_table(run.beats, run.beat_numbers);
  const auto before_problem = results.beats.columns.end() - 1;
  std::vector<Table::Column> columns = {
      {flags[0], "1", EADs, {}}, {flags[1], "1", failure, {}}, {flags[2], "1", quiescent, {}}};
  results.beats.columns.insert(before_problem, columns.begin(), columns.end());
  results.scalars = scalars.take();
  results.warning = warning_of(run, cell);
  return results;
}

CellResults clamped_sweeps(const PacedResult& run) {
  CellResults results;
  results.beats = biomarker_table(run.beats, run.beat_numbers);
  Scalars scalars;
  scalars.set("beats_run", run.beat_numbers.back());
  results.scalars = scalars.take();
  return results;
}

CellResults left_alone(const PacedResult& run, const std::string& cell) {
  CellResults results;
  Scalars scalars;
  const Beat& record = run.recorded.front();
  const FreeTrace trace{record.t, record.V_m, record.Ca_i, run.dVdt};
  const RhythmReport rhythm = rhythm_of(record.t, record.V_m);
  const std::vector<SpontaneousBeat> beats = spontaneous_beats(trace);
  results.beats = spontaneous_table(beats);

  const Flags found = Flags::of(rhythm);
  scalars.set("EADs", found.EADs);
  scalars.set("repolarisation_failure", found.repolarisation_failure);
  scalars.set("quiescent", found.quiescent);
  scalars.set("beats_run", static_cast<double>(beats.size()));
  scalars.set("cycle_length", mean_and_SD(beats, &SpontaneousBeat::cycle_length).mean);
  scalars.set("V_peak", rhythm.V_highest);
  scalars.set("V_rest", rhythm.V_lowest);
  std::vector<double> APD90;
  for (const SpontaneousBeat& beat : beats) APD90.push_back(beat.APD90);
  // The last beat that is all there.
  const auto last = std::find_if(beats.rbegin(), beats.rend(), [](const auto& b) { return std::isfinite(b.APD90); });
  if (last != beats.rend()) {
    scalars.set("V_rest", last->MDP);
    scalars.set("V_peak", last->V_peak);
    scalars.set("t_up50", nan);
    scalars.set("APD50", last->APD50);
    scalars.set("APD90", last->APD90);
    scalars.set("dVdt_max", last->dVdt_max);
    scalars.set("dVdt_max_ionic", last->dVdt_max);
    scalars.set("Ca_diastole", last->Ca_diastole);
    scalars.set("Ca_peak", last->Ca_systole);
    scalars.set("CaT_amplitude", last->CaT_amplitude());
    scalars.set("CaTD90", last->CaTD90);
    while (!APD90.empty() && std::isnan(APD90.back())) APD90.pop_back();
    set_alternans(APD90, scalars);
  }
  results.scalars = scalars.take();
  if (rhythm.rhythm != Rhythm::beating)
    results.warning = fmt::format(
        "{} does not beat by itself within {:g} ms ({}: V_m stays between {:.1f} and {:.1f} "
        "mV); pace it, or watch it longer",
        cell, record.t.back(), name_of(rhythm.rhythm), rhythm.V_lowest, rhythm.V_highest);
  else if (last == beats.rend())
    results.warning = fmt::format(
        "{} has no whole beat of its own within {:g} ms (V_m goes from {:.1f} to {:.1f} mV): nothing can be measured "
        "on "
        "it; watch it longer, with a greater duration",
        cell, record.t.back(), rhythm.V_lowest, rhythm.V_highest);
  return results;
}

}  // namespace

const std::vector<Scalar>& cell_scalars() {
  static const std::vector<Scalar> all = [] {
    std::vector<Scalar> list;
    static Table names;
    add_biomarker_columns(names, {});
    for (const Table::Column& column : names.columns)
      list.push_back({column.name.c_str(), column.unit.c_str(), "Of the last beat."});
    // What is asked for most comes first, in summaries and in runs.csv.
    auto next = list.begin();
    for (const std::string_view name : {"APD90", "APD50", "V_rest", "V_peak", "dVdt_max", "CaT_amplitude"}) {
      const auto found = std::find_if(next, list.end(), [&](const Scalar& s) { return s.name == name; });
      std::rotate(next, found, std::next(found));
      ++next;
    }
    list.push_back(
        {"cycle_length", "ms", "From the onset of the last beat to its end; of a cell left alone, the mean."});
    list.push_back({"beats_run", "1", "Beats from the initial state; of a cell left alone, those it had by itself."});
    list.push_back({"EADs", "1", "Early afterdepolarisations in all recorded beats."});
    list.push_back({"repolarisation_failure", "1", "1 where a recorded beat never falls below -50 mV."});
    list.push_back({"quiescent", "1", "1 where V_m varies by less than 5 mV in every recorded beat."});
    list.push_back(
        {"alternans", "1",
         "1 where APD90 of the last ten recorded beats (of all, where there are 4 to 9) alternates by 5 ms or more."});
    list.push_back({"alternans_amplitude", "ms", "Long minus short APD90 of those beats; NaN with fewer than four."});
    return list;
  }();
  return all;
}

CellResults cell_results(const PacedResult& run, const std::string& cell, bool clamped, bool free) {
  return clamped ? clamped_sweeps(run) : free ? left_alone(run, cell) : paced(run, cell);
}

}  // namespace tawara::experiments
