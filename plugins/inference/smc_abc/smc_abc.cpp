#include "smc_abc.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "checkpoint.hpp"
#include "initial_population.hpp"
#include "moves.hpp"
#include "tawara/error.hpp"

namespace tawara::smc_abc {
namespace {

constexpr double chance_of_staying = 0.05;  // that the MCMC steps leave a copy where it is

std::size_t least_kept(const Options& options) {
  const auto n = static_cast<double>(options.particles);
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(options.keep_fraction * n)), 1,
                                 options.particles - 1);
}

bool affordable(const Run& run, std::size_t moving, const Options& options) {
  return run.counts.evaluations + 2 * static_cast<std::int64_t>(moving) <= options.max_evaluations;
}

int steps_for(double moved_in_one, int max_moves) {
  if (moved_in_one >= 1) return 1;
  const double steps = std::ceil(std::log(chance_of_staying) / std::log1p(-moved_in_one));
  return steps < max_moves ? std::max(1, static_cast<int>(steps)) : max_moves;
}

// A third to a tenth accepted is where a random walk in several dimensions mixes best.
double adapted(double scale, double acceptance) {
  if (acceptance < 0.1) return std::max(0.2, 0.8 * scale);
  if (acceptance > 0.3) return std::min(2.0, 1.25 * scale);
  return scale;
}

Run iterate(const Run& before, Evaluator& evaluator, Host& host, Progress& progress, const Space& space,
            const Options& options) {
  Run run = before;
  ++run.iteration;
  auto& population = run.population;
  std::stable_sort(population.begin(), population.end(),
                   [](const Particle& a, const Particle& b) { return a.discrepancy < b.discrepancy; });
  std::size_t n_kept = least_kept(options);
  const double threshold = std::max(population[n_kept - 1].discrepancy, options.target_discrepancy);
  if (threshold == options.target_discrepancy)
    while (n_kept < population.size() && population[n_kept].discrepancy <= threshold) ++n_kept;

  std::vector<Values> kept;
  for (std::size_t i = 0; i < n_kept; ++i) kept.push_back(population[i].values);
  for (std::size_t i = n_kept; i < population.size(); ++i)
    population[i] = population[host.random("resample", static_cast<std::uint64_t>(run.iteration), i).below(n_kept)];

  const std::span<Particle> moving(population.begin() + static_cast<std::ptrdiff_t>(n_kept), population.end());
  Moves moves(evaluator, host, space, kept, moving, n_kept, run.iteration, threshold, run.scale);
  for (int steps = moving.empty() ? 0 : 1; moves.steps() < steps && affordable(run, moving.size(), options);) {
    moves.step(run.counts);
    refuse_failures(run.counts, options.max_failed_fraction);
    if (moves.steps() == 1) steps = steps_for(moves.moved_fraction(), options.max_moves);
    progress.update(run.iteration - 1 + static_cast<double>(moves.steps()) / steps, options.max_iterations,
                    "threshold " + std::to_string(threshold));
  }
  if (!space.numbers.empty()) run.scale = adapted(run.scale, moves.number_acceptance());
  Generation record = generation_of(run, space, threshold);
  record.acceptance = moves.acceptance();
  record.moves = moves.steps();
  run.history.push_back(std::move(record));
  return run;
}

bool stalled(const std::vector<Generation>& history, const Options& options) {
  const auto span = static_cast<std::size_t>(options.stall_iterations);
  if (span == 0 || history.size() < span + 2) return false;  // history[0] is the initial population
  const double then = history[history.size() - 1 - span].threshold, now = history.back().threshold;
  return now > (1 - options.stall_fraction) * then || now == then;
}

Stop judge(const Run& run, const Options& options) {
  const Generation& last = run.history.back();
  if (last.threshold <= options.target_discrepancy) return Stop::target;
  if (last.unique_fraction < options.min_unique) return Stop::unique;
  if (last.acceptance < options.min_acceptance) return Stop::acceptance;
  if (stalled(run.history, options)) return Stop::stall;
  if (run.iteration >= options.max_iterations) return Stop::iterations;
  if (!affordable(run, options.particles - least_kept(options), options)) return Stop::evaluations;
  return Stop::running;
}

std::string story(const Generation& r) {
  char text[200];
  std::snprintf(
      text, sizeof text, "iteration %d: threshold %.4g, acceptance %.3f, distinct %.0f %%, %lld evaluations, %d moves",
      r.iteration, r.threshold, r.acceptance, 100 * r.unique_fraction, static_cast<long long>(r.evaluations), r.moves);
  return text;
}

}  // namespace

std::string in_words(Stop stop) {
  switch (stop) {
    case Stop::running:
      return "still running";
    case Stop::target:
      return "the target discrepancy was reached";
    case Stop::unique:
      return "too few distinct particles were left (min_unique)";
    case Stop::acceptance:
      return "hardly any move was accepted any more (min_acceptance)";
    case Stop::iterations:
      return "max_iterations was reached";
    case Stop::evaluations:
      return "max_evaluations was reached";
    case Stop::stall:
      return "the threshold stalled";
    case Stop::drawn:
      return "all draws were simulated";
    case Stop::wall:
      return "paused at wall_limit; continue with --resume --output DIR";
    case Stop::cancelled:
      return "interrupted; the last finished iteration was kept, continue with --resume --output DIR";
  }
  return "";
}

std::vector<std::pair<std::size_t, int>> multiplicities(const std::vector<Particle>& population) {
  std::map<Values, std::size_t> where;
  std::vector<std::pair<std::size_t, int>> out;
  for (std::size_t i = 0; i < population.size(); ++i) {
    const auto [known, is_new] = where.try_emplace(population[i].values, out.size());
    if (is_new)
      out.emplace_back(i, 1);
    else
      ++out[known->second].second;
  }
  return out;
}

Generation generation_of(const Run& run, const Space& space, double threshold) {
  Generation r;
  const auto n = static_cast<double>(run.population.size());
  r.iteration = run.iteration;
  r.threshold = threshold;
  const auto distinct = multiplicities(run.population);
  double squares = 0;
  for (const auto& [first, m] : distinct) squares += static_cast<double>(m) * m;
  r.unique_fraction = static_cast<double>(distinct.size()) / n;
  r.ess = n * n / squares;
  r.evaluations = run.counts.evaluations;
  r.failures = run.counts.failed();
  for (std::size_t k = 0; k < run.population[0].scalars.size(); ++k) {
    double sum = 0;
    for (const Particle& p : run.population) sum += p.scalars[k];
    r.scalars.push_back(sum / n);
  }
  for (std::size_t k = 0; k < space.priors.size(); ++k) {
    double sum = 0, sum_squares = 0;
    for (const Particle& p : run.population) sum += space.shown(k, p.values);
    for (const Particle& p : run.population) sum_squares += std::pow(space.shown(k, p.values) - sum / n, 2);
    r.mean.push_back(sum / n);
    r.sd.push_back(std::sqrt(sum_squares / n));
  }
  return r;
}

Run infer(Evaluator& evaluator, Host& host, const Space& space, const Options& options, Run resumed) {
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  const auto progress = host.progress("SMC-ABC");
  Run run = std::move(resumed);
  if (run.population.empty()) {
    run.population =
        initial_population(evaluator, host, space, options.particles, options.max_failed_fraction, run.counts);
    double worst = run.population[0].discrepancy;
    for (const Particle& p : run.population) worst = std::max(worst, p.discrepancy);
    run.history.push_back(generation_of(run, space, worst));
    host.save_state(written(run, space));
  }
  run.stop = judge(run, options);
  while (run.stop == Stop::running) {
    try {
      run = iterate(run, evaluator, host, *progress, space, options);
    } catch (const Cancelled&) {
      run.stop = Stop::cancelled;
      break;
    }
    host.debug(story(run.history.back()));
    run.stop = judge(run, options);
    host.save_state(written(run, space));
    if (run.stop == Stop::running && elapsed() > options.wall_limit) run.stop = Stop::wall;
  }
  return run;
}

}  // namespace tawara::smc_abc
