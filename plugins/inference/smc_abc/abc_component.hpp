#pragma once
#include <chrono>
#include <vector>

#include "evaluator.hpp"
#include "smc_abc.hpp"
#include "space.hpp"
#include "tawara/component.hpp"

namespace tawara::smc_abc {

// What the components of all ABC samplers share, so that one can take another's place in a scenario.

/// Parameters `parameters` and `order`, and the slots `discrepancy` and `observe`.
void declare_inferred(Descriptor& d);
/// The tables and scalars of deliver().
void declare_results(Descriptor& d);

/// @throws ScenarioError  an order names what has no prior
[[nodiscard]] std::vector<Order> read_orders(const Settings& settings);

/// For the instance in `discrepancy`: its discrepancy, and the scalars that are computed along with it.
[[nodiscard]] Evaluator make_evaluator(Simulator& simulator, const Space& space);

/// Sort the population, observe it, put all results and say what they are worth.
/// @param target  discrepancy hoped for; its being missed is a warning
/// @throws Cancelled  when the run was stopped: the kernel keeps the tables under names that say so
void deliver(PrepareContext& context, Run& run, const Space& space, const Evaluator& evaluator, double target,
             std::chrono::steady_clock::time_point start);

}  // namespace tawara::smc_abc
