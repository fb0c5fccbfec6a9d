#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "evaluator.hpp"
#include "space.hpp"
#include "tawara/host.hpp"
#include "tawara/simulator.hpp"

namespace tawara::smc_abc {

struct Options {
  std::size_t particles = 128;
  double keep_fraction = 0.5;
  int max_moves = 50;  ///< MCMC steps per iteration
  double target_discrepancy = 2;
  int max_iterations = 50;
  std::int64_t max_evaluations = 40000;
  double min_acceptance = 0.01;
  double min_unique = 0.5;
  int stall_iterations = 3;
  double stall_fraction = 0.01;
  double wall_limit = std::numeric_limits<double>::infinity();  ///< s; pauses, never changes a result
  double max_failed_fraction = 0.5;
};

/// Why a run ended, or `running` while it has not.
enum class Stop { running, target, unique, acceptance, iterations, evaluations, stall, drawn, wall, cancelled };
[[nodiscard]] std::string in_words(Stop stop);

/// What the population was like after an iteration (0: the initial one).
struct Generation {
  int iteration = 0;
  double threshold = 0;                        ///< all particles are at or below it
  double acceptance = 1;                       ///< accepted over proposed
  double unique_fraction = 1;                  ///< distinct particles over particles
  double ess = 0;                              ///< (sum m)^2 / sum m^2 over the multiplicities m of distinct particles
  std::int64_t evaluations = 0, failures = 0;  ///< so far
  int moves = 0;                               ///< MCMC steps
  std::vector<double> scalars;                 ///< population means of Evaluator::scalars
  std::vector<double> mean, sd;                ///< of every parameter; of the count of a subset
};

/// A run between two iterations: all there is to know to go on.
struct Run {
  int iteration = 0;
  Stop stop = Stop::running;
  double scale = 1;  ///< of the number move, adapted between iterations
  std::vector<Particle> population;
  std::vector<Generation> history;
  Counts counts;
};

/// How often each distinct particle occurs, in the order of first occurrence.
[[nodiscard]] std::vector<std::pair<std::size_t, int>> multiplicities(const std::vector<Particle>& population);

/// The population as it is now. Acceptance and moves are left to the caller.
[[nodiscard]] Generation generation_of(const Run& run, const Space& space, double threshold);

/// Sequential Monte Carlo approximate Bayesian computation with MCMC moves.
///
/// Each iteration lowers the threshold to a quantile of the population's discrepancies, overwrites what is above it
/// with copies of what is not, and moves the copies by Metropolis-Hastings steps that leave (prior restricted to D <=
/// threshold) as it is. Particles have equal weights. When the quantile passes the target the threshold is the target
/// itself, so that the result is a sample of (prior | D <= target).
///
/// Every random number is drawn by (purpose, iteration and step, particle) and particles are judged in their order, so
/// the result depends neither on threads nor on being interrupted: the state saved after an iteration continues to the
/// same bytes. Source: Drovandi and Pettitt, Biometrics 2011; Camps et al., Med Image Anal 2021 (102143).
///
/// @param resumed  empty, or where to go on
/// @return the last finished iteration; Run::stop tells why it is the last
/// @throws Cancelled    stopped by the user before there was a population
/// @throws SolverError  too many simulations failed; the causes are counted
[[nodiscard]] Run infer(Evaluator& evaluator, Host& host, const Space& space, const Options& options, Run resumed = {});

}  // namespace tawara::smc_abc
