#include "rejection_abc.hpp"

#include <algorithm>
#include <limits>

#include "smc_abc/checkpoint.hpp"
#include "smc_abc/initial_population.hpp"
#include "tawara/error.hpp"

namespace tawara::rejection_abc {
namespace {

using smc_abc::Particle;
using smc_abc::Run;

constexpr std::size_t block = 256;  // draws between two saved states

/// Add the draws first..end-1 that belong to the best so far. The worst of a full population is the limit above which
/// a simulation may give up.
void add_block(Run& run, std::size_t first, std::size_t end, smc_abc::Evaluator& evaluator, const Host& host,
               const smc_abc::Space& space, const Options& options) {
  std::vector<Values> rows;
  for (std::size_t i = first; i < end; ++i) {
    Random random = host.random("draw", 0, i);
    rows.push_back(space.draw(random));
  }
  auto& best = run.population;
  const double limit =
      best.size() < options.particles ? std::numeric_limits<double>::infinity() : best.back().discrepancy;
  const auto outcomes = evaluator.evaluate(rows, limit, run.counts);
  for (std::size_t k = 0; k < rows.size(); ++k)
    if (outcomes[k].status == Status::ok)
      best.push_back({std::move(rows[k]), outcomes[k].discrepancy, outcomes[k].scalars});
  std::stable_sort(best.begin(), best.end(),
                   [](const Particle& a, const Particle& b) { return a.discrepancy < b.discrepancy; });
  if (best.size() > options.particles) best.resize(options.particles);
}

}  // namespace

Run reject(smc_abc::Evaluator& evaluator, Host& host, const smc_abc::Space& space, const Options& options,
           Run resumed) {
  const auto progress = host.progress("rejection ABC");
  const std::size_t blocks = (options.simulations + block - 1) / block;
  Run run = std::move(resumed);
  run.stop = smc_abc::Stop::running;
  while (static_cast<std::size_t>(run.iteration) < blocks) {
    const std::size_t first = static_cast<std::size_t>(run.iteration) * block;
    const std::size_t end = std::min(first + block, options.simulations);
    Run next = run;  // a block that is stopped halfway counts for nothing
    try {
      add_block(next, first, end, evaluator, host, space, options);
      run = std::move(next);
    } catch (const Cancelled&) {
      if (run.population.empty()) throw;
      run.stop = smc_abc::Stop::cancelled;
      return run;
    }
    smc_abc::refuse_failures(run.counts, options.max_failed_fraction);
    ++run.iteration;
    if (!run.population.empty()) {
      run.history.push_back(smc_abc::generation_of(run, space, run.population.back().discrepancy));
      run.history.back().acceptance = static_cast<double>(run.population.size()) / static_cast<double>(end);
      host.save_state(smc_abc::written(run, space));
    }
    progress->update(static_cast<double>(end), static_cast<double>(options.simulations));
  }
  if (run.population.size() < options.particles)
    throw SolverError("only " + std::to_string(run.population.size()) + " of " + std::to_string(options.simulations) +
                      " simulations gave a discrepancy, fewer than particles = " + std::to_string(options.particles) +
                      ": " + run.counts.in_words());
  run.stop = smc_abc::Stop::drawn;
  return run;
}

}  // namespace tawara::rejection_abc
