#pragma once
#include <vector>

#include "kernel/scenario/problems.hpp"

namespace tawara::scenario {

/// What an instance depends on: all its slots, and the fields its parameters name.
[[nodiscard]] std::vector<std::size_t> inputs_of(const Instance& instance);

/// Fill scenario.order: inputs first, otherwise as in the file. Every cycle is a problem, its path printed.
void find_order(Scenario& scenario, Problems& problems);

[[nodiscard]] std::vector<std::size_t> used_by_nobody(const Scenario& scenario);

/// Per instance: is it one of these, or does one of these depend on it?
[[nodiscard]] std::vector<bool> upstream_of(const Scenario& scenario, const std::vector<std::size_t>& instances);

}  // namespace tawara::scenario
