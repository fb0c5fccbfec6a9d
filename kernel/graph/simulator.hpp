#pragma once
#include <memory>
#include <string>

#include "kernel/graph/prepare.hpp"
#include "tawara/simulator.hpp"

namespace tawara {

/// The simulator of a sampler: what its slots `.over(priors)` hold, at the values its priors vary.
/// @param graph  with everything upstream of the sampler prepared at scenario values; copied
[[nodiscard]] std::unique_ptr<Simulator> make_simulator(Preparer& preparer, const Graph& graph, std::size_t sampler,
                                                        std::string priors);

/// Does it vary other instances' parameters?
[[nodiscard]] bool is_sampler(const Descriptor& descriptor);

// Several processes share the simulations of a sampler, not its choices: rank 0 prepares it, the others serve.

/// In the others: evaluate what rank 0 asks for, until it has `end_service`d; then `result` has the constants.
/// @throws HelpEnded
void serve_simulations(Preparer& preparer, const Graph& graph, std::size_t sampler, PreparedInstance& result);
/// In rank 0, when the sampler is prepared. An object besides constants cannot be handed on, and ends the sharing.
void end_service(const PreparedInstance& result);

}  // namespace tawara
