#pragma once
#include <vector>

#include "tawara/component.hpp"
#include "tawara/recordings.hpp"

namespace tawara::experiments {

/// What the scenario sets for an instance: every parameter that is one number (or yes and no: 1 and 0), under its own
/// name. NaN where a column of a population gives it.
[[nodiscard]] std::vector<Recordings::Quantity> scenario_values(const Input& input);

}  // namespace tawara::experiments
