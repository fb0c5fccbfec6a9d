#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "cvode/cell_integrator.hpp"
#include "experiments/batched_cells.hpp"
#include "experiments/population/candidates.hpp"
#include "experiments/population/cell_summary.hpp"
#include "experiments/population/cohort.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// A population's cells as one thread runs them. Const and shared between threads; what becomes of a cell depends on
/// its index alone.
struct CellsPlan {
  const IonicModel* model;
  const BatchedModel* batched;  ///< null: on CVODE
  const Cohort* cohort;
  const CandidatesOf* candidates = nullptr;  ///< null: the first one of each cell is the cell
  const Protocol::Drive* drive;              ///< its last beat ends (Ending)
  BatchedPlan run;
  double onset = 0, onset_step = 0.1;  ///< SampleTimes; `run.sample_at` has what comes of them
  SummaryPlan summary;
  cvode::Tolerances tolerances;  ///< of CVODE

  /// What differs in one cell, and its arguments. @return "cause: text" where there is no such cell, else ""
  [[nodiscard]] std::string arguments(std::uint64_t index, std::span<double> values, std::vector<double>& cell) const;

  /// Samples of one trace; 0 without any.
  [[nodiscard]] std::size_t samples() const;
  /// Their times, ms since the onset of the first recorded beat.
  [[nodiscard]] std::vector<double> sample_times() const;
};

/// What the run of some cells cost.
struct CellsCost {
  long evaluations = 0;  ///< of the model, all cells together
  long beats = 0;
  double cpu_ms = 0;  ///< CPU time of this thread
};

/// @param indices  cells to run
/// @param cells    one summary per index
/// @param varied   what differs: paths x indices.size(), path by path from `stride` on
/// @param traces   indices.size() x samples() x run.recorded.size(), NaN where a cell failed; 32 bits, twice as fine
///                 as an amplifier's 16
/// @throws Cancelled
CellsCost run_cells(const CellsPlan& plan, std::span<const std::uint64_t> indices, std::span<CellSummary> cells,
                    std::span<double> varied, std::size_t stride, std::span<float> traces,
                    const std::function<bool()>& cancelled);

}  // namespace tawara::experiments
