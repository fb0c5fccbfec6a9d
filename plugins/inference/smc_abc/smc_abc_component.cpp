#include "smc_abc_component.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "checkpoint.hpp"
#include "observed.hpp"
#include "report.hpp"
#include "smc_abc.hpp"

namespace tawara::smc_abc {
namespace {

std::size_t one_number_path(const List& priors, const std::string& path) {
  std::string known;
  for (std::size_t i = 0; i < priors.size(); ++i) {
    const std::string &name = priors[i].find("path")->text(), &kind = priors[i].find("kind")->text();
    const bool number = kind != "subset" && kind != "choice";
    if (number && name == path) return i;
    if (number) known += (known.empty() ? "" : ", ") + name;
  }
  throw ScenarioError("order", "'" + path + "' is not among the numbers that are inferred (" + known + ")");
}

std::vector<Order> read_orders(const Settings& settings) {
  std::vector<Order> orders;
  for (const Value& record : settings.list("order"))
    orders.push_back({one_number_path(settings.list("parameters"), record.find("larger")->text()),
                      one_number_path(settings.list("parameters"), record.find("smaller")->text())});
  return orders;
}

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

// The discrepancy, and the scalars that are computed along with it.
Evaluator make_evaluator(Simulator& simulator, const Space& space) {
  const auto observables = simulator.observables();
  int discrepancy = -1;
  for (std::size_t i = 0; i < observables.size(); ++i)
    if (observables[i].slot == "discrepancy" && observables[i].output.name == "discrepancy")
      discrepancy = static_cast<int>(i);
  if (discrepancy < 0) throw Error("the instance in `discrepancy` has no output of that name");
  const int group = observables[static_cast<std::size_t>(discrepancy)].output.group;
  std::vector<int> scalars;
  for (std::size_t i = 0; i < observables.size(); ++i) {
    const Output& o = observables[i].output;
    if (observables[i].slot == "discrepancy" && static_cast<int>(i) != discrepancy && o.shape.empty() && !o.table &&
        !o.constant && o.group == group)
      scalars.push_back(static_cast<int>(i));
  }
  return Evaluator(simulator, discrepancy, std::move(scalars), space.subsets);
}

void put_results(PrepareContext& context, const Posterior& posterior, const Observed& observed, const Table& recovery) {
  const Run& run = posterior.run;
  const Generation& last = run.history.back();
  context.put("population", population_table(posterior));
  context.put("history", history_table(posterior));
  context.put("recovery", recovery);
  context.put("observed", observed.scalars);
  context.put("posterior_leads", observed.leads);
  double pcc_mean = NAN, pcc_best = NAN;
  for (std::size_t k = 0; k < posterior.scalars.size(); ++k)
    if (posterior.scalars[k].name == "pcc") {
      pcc_mean = last.scalars[k];
      pcc_best = run.population.front().scalars[k];
    }
  context.put("pcc_mean", pcc_mean);
  context.put("pcc_best", pcc_best);
  context.put("discrepancy_best", run.population.front().discrepancy);
  context.put("discrepancy_threshold", last.threshold);
  context.put("iterations", run.iteration);
  context.put("evaluations", static_cast<double>(run.counts.evaluations));
  context.put("failures", static_cast<double>(run.counts.failed()));
  context.put("acceptance", last.acceptance);
  context.put("unique_fraction", last.unique_fraction);
  context.put("ess", last.ess);
  context.put("coverage95", coverage(recovery));
  const auto lat_rms = observed.means.find("lat_rms");
  context.put("lat_rms", lat_rms == observed.means.end() ? NAN : lat_rms->second);
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
  d.priors("parameters").says("What is inferred, and what is believed about it before.");
  Parameter order = make_parameter("order", Type::record);
  order.members = {make_parameter("larger", Type::text).says("Path of the parameter that is never below ..."),
                   make_parameter("smaller", Type::text).says("... this one.")};
  d.list("order", order)
      .says("Orders between inferred numbers: { larger = \"twin.APD_max\", smaller = \"twin.APD_min\" }.")
      .default_value = List{};
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
  d.slot("discrepancy", "")
      .needs("discrepancy", "1")
      .over("parameters")
      .says("What is to become small; scalars beside it (pcc) are recorded.");
  d.slot("observe", "")
      .many()
      .over("parameters")
      .says("Instances whose scalars and leads are reported over the final population.");

  d.constant_table("population").shown_as(Hint::population).says("A row per particle, best first.");
  d.constant_table("history").shown_as(Hint::history).says("A row per iteration; 0 is the initial population.");
  d.constant_table("recovery").shown_as(Hint::table).says("Planted values against the central 95 % of the population.");
  d.constant_table("observed").shown_as(Hint::table).says("Mean, spread and best of the observed scalars.");
  d.constant_table("posterior_leads").shown_as(Hint::trace).says("Mean, central 95 % and best of the observed leads.");
  d.constant_table("outcome").shown_as(Hint::table).says("Why the run ended.");
  const auto scalar = [&d](const char* name, const char* unit, const char* key, const char* doc) {
    d.constant(name, unit, "").summary_as(key).says(doc);
  };
  scalar("pcc_mean", "1", "pcc_mean",
         "Pearson's r over the leads, mean of the population; NaN when the discrepancy has none.");
  scalar("pcc_best", "1", "pcc_best", "The same of the particle with the lowest discrepancy.");
  scalar("discrepancy_best", "1", "discrepancy_best", "Lowest discrepancy.");
  scalar("discrepancy_threshold", "1", "discrepancy_threshold", "Every particle is at or below it.");
  scalar("iterations", "1", "iterations", "Iterations done.");
  scalar("evaluations", "1", "evaluations", "Simulations, abandoned and failed ones included.");
  scalar("failures", "1", "failures", "Simulations that failed.");
  scalar("acceptance", "1", "acceptance", "Accepted over proposed moves in the last iteration.");
  scalar("unique_fraction", "1", "unique_fraction", "Distinct particles over particles.");
  scalar("ess", "1", "ess", "(sum m)^2 / sum m^2 over the multiplicities m of distinct particles.");
  scalar("coverage95", "1", "coverage95",
         "Share of planted numbers inside the population's central 95 %; NaN without a truth.");
  scalar("lat_rms", "ms", "lat_rms_ms",
         "Population mean of an observed output of this name (discrepancy.lat); NaN without one.");
  scalar("seconds", "s", "seconds", "Wall time of this launch.");
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
  std::stable_sort(run.population.begin(), run.population.end(),
                   [](const Particle& a, const Particle& b) { return a.discrepancy < b.discrepancy; });

  const bool stopped = run.stop == Stop::cancelled || run.stop == Stop::wall;
  const Observed observed = observe(simulator, stopped ? std::vector<Particle>() : run.population);
  Posterior posterior{run, space, simulator.paths(), {}};
  for (const int k : evaluator.scalars())
    posterior.scalars.push_back(simulator.observables()[static_cast<std::size_t>(k)].output);
  const Table recovery = recovery_table(posterior);
  put_results(context, posterior, observed, recovery);
  context.put("outcome",
              Table().add_text("instance", {settings.instance()}).add_text("stopped_because", {in_words(run.stop)}));
  context.put("seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());

  for (const std::string& line : answer(posterior, recovery)) host.info(line);
  for (const std::string& line : doubts(posterior, options)) host.warn(line);
  for (const std::string& line : observed.failures) host.warn("could not be observed again: " + line);
  // Not over: the kernel keeps the tables under names that say so, and the saved state for --resume.
  if (stopped) throw Cancelled();
  return nullptr;
}

}  // namespace tawara::smc_abc
