#pragma once
#include "smc_abc/smc_abc.hpp"

namespace tawara::rejection_abc {

struct Options {
  std::size_t particles = 128;
  std::size_t simulations = 5000;
  double max_failed_fraction = 0.5;
};

/// The `particles` draws from the prior, of `simulations`, whose discrepancy is lowest: Pritchard et al., Mol Biol Evol
/// 1999, with the threshold as a quantile (Beaumont et al., Genetics 2002).
///
/// Draw i depends on i alone and draws are judged in their order, so the result depends neither on threads nor on being
/// interrupted: the state saved after a block of draws continues to the same bytes.
///
/// @param resumed  empty, or where to go on
/// @throws Cancelled    stopped by the user before there was a population
/// @throws SolverError  too many simulations failed, or fewer than `particles` were left
[[nodiscard]] smc_abc::Run reject(smc_abc::Evaluator& evaluator, Host& host, const smc_abc::Space& space,
                                  const Options& options, smc_abc::Run resumed = {});

}  // namespace tawara::rejection_abc
