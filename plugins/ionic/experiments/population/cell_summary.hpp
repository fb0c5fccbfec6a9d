#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/biomarkers.hpp"
#include "experiments/detectors.hpp"
#include "experiments/detectors_alternans.hpp"
#include "experiments/detectors_spontaneous.hpp"
#include "tawara/array.hpp"

namespace tawara::experiments {

/// What a protocol makes of a run, and so what can be said about each cell.
enum class RunKind {
  paced,    ///< beats of the protocol: biomarkers of the last one
  free,     ///< a beat that never ends: means over spontaneous beats
  clamped,  ///< voltage held: traces only
};

/// One cell of a population, summed up.
struct CellSummary {
  Biomarkers biomarkers;  ///< paced
  struct Means {          ///< free; NaN where no beat has it
    int beats = 0;
    double cycle_length = nan, cycle_length_SD = nan, V_peak = nan, MDP = nan, dVdt_max = nan, APD50 = nan, APD90 = nan,
           CaT_amplitude = nan, CaTD90 = nan;
    std::string problem;  ///< "", or "no beat": none in what is left of the record is there from upstroke to APD90
  } free;
  Rhythm rhythm = Rhythm::not_finite;
  int EADs = 0;
  Alternans alternans;
  long steps = 0;
  std::string status = "ok";  ///< or "cause: text"

  [[nodiscard]] bool ok() const { return status == "ok"; }
  [[nodiscard]] std::string cause() const { return status.substr(0, status.find(':')); }
};

struct SummaryPlan {
  RunKind kind = RunKind::paced;
  int alternans_beats = 0;  ///< 0: not looked for
  double settle = 0;        ///< ms, free: what comes before is left out
};

/// @param beats  recorded, the last one last; one at least
[[nodiscard]] CellSummary summarise(const SummaryPlan& plan, std::span<const Beat> beats);

/// One row per cell, failed ones with NaN: index, `paths`, what was measured, steps, status.
/// @param paths  columns of what was varied, one number per cell
[[nodiscard]] Table summary_table(const SummaryPlan& plan, std::span<const std::uint64_t> indices,
                                  std::vector<Table::Column> paths, std::span<const CellSummary> cells);

}  // namespace tawara::experiments
