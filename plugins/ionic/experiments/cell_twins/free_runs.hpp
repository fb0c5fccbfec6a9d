#pragma once
#include <functional>
#include <span>
#include <vector>

#include "experiments/population/cell_summary.hpp"
#include "tawara/array.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"

namespace tawara::experiments {

/// Cells left alone, from the model's initial state.
struct FreeRuns {
  const IonicModel* model;
  const BatchedModel* batched;
  double duration, settle;  ///< ms
  std::function<bool()> cancelled;

  /// Means over spontaneous beats after `settle`, as a population has them. @param cells  arguments of each
  [[nodiscard]] std::vector<CellSummary> summaries(std::span<const std::vector<double>> cells) const;
  /// Does each beat by itself? leave_alone() with its criteria.
  [[nodiscard]] std::vector<bool> beat(std::span<const std::vector<double>> cells) const;
  /// One cell's observables every `step` ms after `settle`, from 100 ms before an upstroke on where it has one: so that
  /// cells can be laid over one another. @return observables x samples, each `length` ms, NaN where the cell fails
  [[nodiscard]] std::vector<std::vector<double>> traces(const std::vector<double>& cell,
                                                        std::span<const std::size_t> observables, double step,
                                                        double length) const;
};

}  // namespace tawara::experiments
