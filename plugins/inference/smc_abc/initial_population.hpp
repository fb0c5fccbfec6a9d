#pragma once
#include <vector>

#include "evaluator.hpp"
#include "space.hpp"
#include "tawara/host.hpp"

namespace tawara::smc_abc {

/// Space-filling in the numbers and choices (maximin Latin hypercube through the priors' quantiles), prior in the
/// subsets.
///
/// Particle i also gets candidate i mod n of a subset, in place of one it drew: every candidate is tried, and as i mod
/// n is as good as random, the subsets are still draws from the prior.
[[nodiscard]] std::vector<Values> initial_values(const Space& space, std::size_t n, const Host& host);

/// initial_values(), simulated; a particle whose simulation fails is drawn again from the prior, at most 20 times.
/// @throws SolverError  too many fail, or one fails again and again
[[nodiscard]] std::vector<Particle> initial_population(Evaluator& evaluator, const Host& host, const Space& space,
                                                       std::size_t n, double max_failed_fraction, Counts& counts);

/// @throws SolverError  counts.in_words() when more than this fraction of all simulations so far failed
void refuse_failures(const Counts& counts, double max_failed_fraction);

}  // namespace tawara::smc_abc
