#pragma once
#include <span>
#include <string>
#include <vector>

#include "smc_abc.hpp"
#include "space.hpp"
#include "tawara/array.hpp"
#include "tawara/simulator.hpp"

namespace tawara::smc_abc {

/// A finished (or interrupted) run with the names that tables need.
struct Posterior {
  const Run& run;  ///< population in ascending order of discrepancy
  const Space& space;
  std::span<const PathInfo> paths;
  std::vector<Output> scalars;  ///< of Particle::scalars
};

/// Quantile of sorted numbers, linear between them.
[[nodiscard]] double quantile(std::span<const double> sorted, double p);

/// A row per particle, best first: paths (a subset as its ids, a choice by name), discrepancy, scalars, weight, status.
[[nodiscard]] Table population_table(const Posterior& posterior);

/// A row per iteration, 0 being the initial population.
[[nodiscard]] Table history_table(const Posterior& posterior);

/// Planted truth against the central 95 % of the population: parameter, unit, truth, median, low95, high95, inside (1
/// or 0), for every one-number parameter that has a truth.
[[nodiscard]] Table recovery_table(const Posterior& posterior);

/// Share of `inside`; NaN without planted truth.
[[nodiscard]] double coverage(const Table& recovery);

/// The answer in a few lines, for the log.
[[nodiscard]] std::vector<std::string> answer(const Posterior& posterior, const Table& recovery);

/// What makes the answer less than it seems: few effective particles, a target not reached, parameters at a prior's
/// end.
[[nodiscard]] std::vector<std::string> doubts(const Posterior& posterior, double target_discrepancy);

}  // namespace tawara::smc_abc
