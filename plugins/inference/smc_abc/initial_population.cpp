#include "initial_population.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <numeric>

#include "latin_hypercube.hpp"
#include "tawara/error.hpp"

namespace tawara::smc_abc {
namespace {

constexpr int max_redraws = 20;

void swap_in(Ids& ids, double candidate, Random& random) {
  if (ids.empty() || std::binary_search(ids.begin(), ids.end(), candidate)) return;
  ids[random.below(ids.size())] = candidate;
  std::sort(ids.begin(), ids.end());
}

}  // namespace

void refuse_failures(const Counts& counts, double max_failed_fraction) {
  if (static_cast<double>(counts.failed()) <= max_failed_fraction * static_cast<double>(counts.evaluations)) return;
  char limit[32];
  std::snprintf(limit, sizeof limit, "%g", max_failed_fraction);
  throw SolverError(counts.in_words() + "; that is more than max_failed_fraction = " + limit +
                    ": narrow the priors to what can be simulated, or allow more");
}

std::vector<Values> initial_values(const Space& space, std::size_t n, const Host& host) {
  std::vector<std::size_t> axes = space.numbers;
  axes.insert(axes.end(), space.choices.begin(), space.choices.end());
  Random cube = host.random("latin hypercube");
  const std::vector<double> points = maximin_latin_hypercube(n, axes.size(), cube);
  std::vector<Values> out;
  for (std::size_t i = 0; i < n; ++i) {
    Random random = host.random("initial", 0, i);
    Values values(space.priors.size());
    for (std::size_t k = 0; k < axes.size(); ++k)
      values[axes[k]] = {space.priors[axes[k]].quantile(points[i * axes.size() + k])};
    for (const std::size_t s : space.subsets) {
      values[s] = space.priors[s].draw(random);
      swap_in(values[s], static_cast<double>(i % space.priors[s].set_size), random);
    }
    space.put_in_order(values, random);
    out.push_back(std::move(values));
  }
  return out;
}

std::vector<Particle> initial_population(Evaluator& evaluator, const Host& host, const Space& space, std::size_t n,
                                         double max_failed_fraction, Counts& counts) {
  std::vector<Particle> population(n);
  std::vector<Values> rows = initial_values(space, n, host);
  std::vector<std::size_t> missing(n);
  std::iota(missing.begin(), missing.end(), std::size_t{0});
  for (int round = 0;; ++round) {
    const auto outcomes = evaluator.evaluate(rows, std::numeric_limits<double>::infinity(), counts);
    refuse_failures(counts, max_failed_fraction);
    std::vector<std::size_t> failed;
    for (std::size_t k = 0; k < missing.size(); ++k) {
      if (outcomes[k].status == Status::ok)
        population[missing[k]] = {rows[k], outcomes[k].discrepancy, outcomes[k].scalars};
      else
        failed.push_back(missing[k]);
    }
    if (failed.empty()) return population;
    if (round == max_redraws)
      throw SolverError(counts.in_words() + "; " + std::to_string(failed.size()) + " of " + std::to_string(n) +
                        " particles failed in all of " + std::to_string(1 + max_redraws) +
                        " draws: narrow the priors to what can be simulated");
    missing = std::move(failed);
    rows.clear();
    for (const std::size_t i : missing) {
      Random random = host.random("redraw", static_cast<std::uint64_t>(round), i);
      rows.push_back(space.draw(random));
    }
  }
}

}  // namespace tawara::smc_abc
