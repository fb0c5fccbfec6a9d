#pragma once
#include <span>
#include <string>
#include <vector>

#include "tawara/host.hpp"
#include "tawara/simulator.hpp"

namespace tawara::population {

struct Runs {
  Table table;  ///< paths, every scalar as "instance.output", weight, status
  std::size_t failures = 0;
};

/// Simulate every row once. status is "ok", or "cause: text" of the failure, whose scalars are NaN.
/// @param weights  one per row
/// @throws Cancelled
/// @throws SolverError  more than this fraction failed
[[nodiscard]] Runs simulate(Simulator& simulator, Host& host, std::span<const Values> rows, std::vector<double> weights,
                            double max_failed_fraction);

}  // namespace tawara::population
