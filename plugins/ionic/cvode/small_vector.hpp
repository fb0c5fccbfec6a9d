#pragma once
#include <sundials/sundials_nvector.h>

#include <cstddef>
#include <span>

/// SUNDIALS vectors for systems of a few dozen unknowns. Debian's serial vector spends more time in calls, checks and
/// non-inlined loops than in arithmetic at that size (half of the time of a ToR-ORd beat).
namespace tawara::cvode {

/// A zero-filled vector of n numbers; owned by SUNDIALS' reference rules (N_VDestroy).
[[nodiscard]] N_Vector new_small_vector(std::size_t n, SUNContext context);

[[nodiscard]] std::span<double> values(N_Vector v);

}  // namespace tawara::cvode
