#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/paced_run.hpp"
#include "tawara/array.hpp"
#include "tawara/descriptor.hpp"

namespace tawara::experiments {

/// What a run of one cell comes to: a table with a row per beat and the headline numbers.
struct CellResults {
  Table beats;
  std::vector<std::pair<std::string, double>> scalars;  ///< in the order of cell_scalars()
  std::string warning;                                  ///< what a recorded beat lacks, with a remedy; "" when nothing
};

struct Scalar {
  const char* name;
  const char* unit;
  std::string doc;
};
/// Every headline number a run of one cell has.
[[nodiscard]] const std::vector<Scalar>& cell_scalars();

/// @param cell  instance, for the warning  @param free  the cell was left alone: its beats are its own
[[nodiscard]] CellResults cell_results(const PacedResult& run, const std::string& cell, bool clamped, bool free);

}  // namespace tawara::experiments
