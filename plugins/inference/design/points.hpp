#pragma once
#include <cstddef>
#include <vector>

#include "smc_abc/space.hpp"
#include "tawara/host.hpp"

namespace tawara::design {

enum class Method { latin_hypercube, sobol, random };

/// n points in the unit cube of d dimensions, row-major.
///
/// sobol: the first n points after the origin, shifted by one random vector modulo 1 (Cranley and Patterson 1976), so
/// that another seed gives another design of the same evenness. latin_hypercube: the best of 20 by closest distance.
[[nodiscard]] std::vector<double> unit_points(Method method, std::size_t n, std::size_t d, Random& random);

/// Values at those points through the priors' quantiles; subsets are drawn from their prior, and what breaks an order
/// is drawn again.
[[nodiscard]] std::vector<Values> design_points(const smc_abc::Space& space, Method method, std::size_t n,
                                                const Host& host);

}  // namespace tawara::design
