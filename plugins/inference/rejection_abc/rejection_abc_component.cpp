#include "rejection_abc_component.hpp"

#include <limits>

#include "rejection_abc.hpp"
#include "smc_abc/abc_component.hpp"
#include "smc_abc/checkpoint.hpp"

namespace tawara::rejection_abc {

Descriptor RejectionAbc::describe() {
  Descriptor d("sampler.rejection_abc", "Infers parameters from a discrepancy: the best of many draws from the prior");
  d.doc =
      "Rejection ABC: `simulations` draws from the priors, of which the `particles` with the lowest discrepancy are "
      "kept, each with equal weight. Nothing can go wrong with it, so it is the yardstick for `sampler.smc_abc`, whose "
      "place it can take; it needs many more simulations for an equally low discrepancy.\n\n"
      "`discrepancy_threshold` is the discrepancy of the worst particle kept. Ctrl-C keeps what is finished; the run "
      "resumes to the same bytes.";
  d.citations = {"10.1093/oxfordjournals.molbev.a026091", "10.1093/genetics/162.4.2025"};
  smc_abc::declare_inferred(d);
  d.integer("particles", 128).allowed(4, 100000).says("Draws that are kept.");
  d.integer("simulations", 5000).allowed(4, 100000000).says("Draws that are simulated.");
  d.number("max_failed_fraction", "1", 0.5).allowed(0, 1).says("Fail the run when more simulations than this fail.");
  smc_abc::declare_results(d);
  return d;
}

RejectionAbc::RejectionAbc(const Settings& settings) {
  (void)smc_abc::read_orders(settings);
  if (settings.integer("particles") > settings.integer("simulations"))
    throw ScenarioError("particles",
                        "particles = " + std::to_string(settings.integer("particles")) +
                            " are to be kept of simulations = " + std::to_string(settings.integer("simulations")) +
                            "; simulate more or keep fewer");
}

std::unique_ptr<const Prepared> RejectionAbc::prepare(PrepareContext& context) const {
  const auto start = std::chrono::steady_clock::now();
  const Settings& settings = context.settings();
  Simulator& simulator = context.simulator("parameters");
  const smc_abc::Space space(read_priors(settings.list("parameters"), simulator.paths()),
                             smc_abc::read_orders(settings));
  smc_abc::Evaluator evaluator = smc_abc::make_evaluator(simulator, space);
  smc_abc::Run resumed;
  if (const auto state = context.host().load_state()) resumed = smc_abc::read_run(*state, space);
  smc_abc::Run run =
      reject(evaluator, context.host(), space,
             {static_cast<std::size_t>(settings.integer("particles")),
              static_cast<std::size_t>(settings.integer("simulations")), settings.number("max_failed_fraction")},
             std::move(resumed));
  smc_abc::deliver(context, run, space, evaluator, std::numeric_limits<double>::infinity(), start);
  return nullptr;
}

}  // namespace tawara::rejection_abc
