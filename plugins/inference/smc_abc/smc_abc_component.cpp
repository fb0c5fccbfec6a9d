#include "smc_abc_component.hpp"

#include <chrono>

#include "abc_component.hpp"
#include "checkpoint.hpp"
#include "smc_abc.hpp"

namespace tawara::smc_abc {
namespace {

Options read_options(const Settings& s) {
  Options o;
  o.particles = static_cast<std::size_t>(s.integer("particles"));
  o.keep_fraction = s.number("keep_fraction");
  o.max_moves = static_cast<int>(s.integer("max_moves"));
  o.target_discrepancy = s.number("target_discrepancy");
  o.max_iterations = static_cast<int>(s.integer("max_iterations"));
  o.max_evaluations = s.integer("max_evaluations");
  o.min_acceptance = s.number("min_acceptance");
  o.min_unique = s.number("min_unique");
  o.stall_iterations = static_cast<int>(s.integer("stall_iterations"));
  o.stall_fraction = s.number("stall_fraction");
  if (s.has("wall_limit")) o.wall_limit = s.number("wall_limit");
  o.max_failed_fraction = s.number("max_failed_fraction");
  return o;
}

}  // namespace

Descriptor SmcAbc::describe() {
  Descriptor d("sampler.smc_abc", "Infers parameters from a discrepancy: sequential Monte Carlo ABC with MCMC moves");
  d.doc =
      "A population of particles, at first spread over the priors, is driven below ever lower discrepancy thresholds. "
      "Each "
      "iteration keeps the best `keep_fraction`, overwrites the others with copies of them and moves the copies by "
      "Metropolis-Hastings steps, as many as it takes for 95 % of them to move (at most `max_moves`): first one subset "
      "or "
      "choice, then all numbers at once. At the end every particle, with equal weight, is a draw from the prior "
      "restricted to "
      "discrepancy <= threshold.\n\n"
      "It stops at `target_discrepancy`, or when particles or acceptance run out, the threshold stalls, or a budget is "
      "spent. "
      "Ctrl-C and `wall_limit` keep the last finished iteration; the run resumes to the same bytes. Failed simulations "
      "are "
      "rejected and counted by cause.";
  d.citations = {"10.1111/j.1541-0420.2010.01410.x", "10.1016/j.media.2021.102143", "10.1016/j.media.2024.103361"};
  declare_inferred(d);
  d.integer("particles", 128).allowed(4, 100000).says("Size of the population.");
  d.number("keep_fraction", "1", 0.5)
      .allowed(0.05, 0.95)
      .says("Share of particles each threshold keeps, whatever the number of cores.");
  d.integer("max_moves", 50).allowed(1, 10000).says("Most MCMC steps per iteration.");
  d.number("target_discrepancy", "1", 0.5)
      .at_least(0)
      .says("Good enough; for discrepancy.ecg the published runs took 0.5 for QRS or T wave alone, 2 for both.");
  d.integer("max_iterations", 50).at_least(0).says("Stop after this many iterations.");
  d.integer("max_evaluations", 40000).at_least(1).says("Stop before more simulations than this.");
  d.number("min_acceptance", "1", 0.01).allowed(0, 1).says("Stop when a smaller share of moves is accepted.");
  d.number("min_unique", "1", 0.5).allowed(0, 1).says("Stop when a smaller share of particles is distinct.");
  d.integer("stall_iterations", 3)
      .at_least(0)
      .says("Stop when the threshold falls too little over this many iterations; 0: never.");
  d.number("stall_fraction", "1", 0.01).allowed(0, 1).says("What too little is, as a fraction.");
  d.number("wall_limit", "s")
      .absent_by_default()
      .at_least(0)
      .no_effect_on_results()
      .says("Pause after the iteration in which this time is over; --resume goes on. Absent: never.");
  d.number("max_failed_fraction", "1", 0.5).allowed(0, 1).says("Fail the run when more simulations than this fail.");
  declare_results(d);
  return d;
}

SmcAbc::SmcAbc(const Settings& settings) { (void)read_orders(settings); }

std::unique_ptr<const Prepared> SmcAbc::prepare(PrepareContext& context) const {
  const auto start = std::chrono::steady_clock::now();
  const Settings& settings = context.settings();
  Host& host = context.host();
  Simulator& simulator = context.simulator("parameters");
  const Space space(read_priors(settings.list("parameters"), simulator.paths()), read_orders(settings));
  const Options options = read_options(settings);
  Evaluator evaluator = make_evaluator(simulator, space);

  Run resumed;
  if (const auto state = host.load_state()) {
    resumed = read_run(*state, space);
    host.info("going on after iteration " + std::to_string(resumed.iteration));
  }
  Run run = infer(evaluator, host, space, options, std::move(resumed));
  deliver(context, run, space, evaluator, options.target_discrepancy, start);
  return nullptr;
}

}  // namespace tawara::smc_abc
