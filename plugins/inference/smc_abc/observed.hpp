#pragma once
#include <map>
#include <string>
#include <vector>

#include "smc_abc.hpp"
#include "tawara/array.hpp"
#include "tawara/simulator.hpp"

namespace tawara::smc_abc {

/// What the instances in the `observe` slot say about the final population.
struct Observed {
  Table scalars;                        ///< instance, output, unit, mean, sd, best; a row per scalar output
  Table leads;                          ///< t and, per lead, mean, low, high (central 95 %), best
  std::map<std::string, double> means;  ///< of scalars, by output name (the first of that name)
  std::vector<std::string> failures;    ///< rows that could not be evaluated again
};

/// Simulate every distinct particle once more, asking for what is observed; multiplicities count as weights.
/// Leads are taken as 1 kHz from time 0, as everywhere.
/// @param population  best first
/// @throws Cancelled
[[nodiscard]] Observed observe(Simulator& simulator, const std::vector<Particle>& population);

}  // namespace tawara::smc_abc
