#pragma once
#include <cstddef>
#include <vector>

#include "tawara/random.hpp"

namespace tawara::smc_abc {

/// n points in the unit cube of d dimensions, row-major: along every axis one point in each of n equal slices, at a
/// random place in it (McKay et al., Technometrics 1979).
[[nodiscard]] std::vector<double> latin_hypercube(std::size_t n, std::size_t d, Random& random);

/// The one of `tries` hypercubes whose closest two points are furthest apart.
[[nodiscard]] std::vector<double> maximin_latin_hypercube(std::size_t n, std::size_t d, Random& random, int tries = 20);

}  // namespace tawara::smc_abc
