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

}  // namespace tawara
