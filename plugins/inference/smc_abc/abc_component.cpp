#include "abc_component.hpp"

#include <algorithm>
#include <cmath>

#include "observed.hpp"
#include "report.hpp"

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

void declare_inferred(Descriptor& d) {
  d.priors("parameters").says("What is inferred, and what is believed about it before.");
  Parameter order = make_parameter("order", Type::record);
  order.members = {make_parameter("larger", Type::text).says("Path of the parameter that is never below ..."),
                   make_parameter("smaller", Type::text).says("... this one.")};
  d.list("order", order)
      .says("Orders between inferred numbers: { larger = \"twin.APD_max\", smaller = \"twin.APD_min\" }.")
      .default_value = List{};
  d.slot("discrepancy", "")
      .needs("discrepancy", "1")
      .over("parameters")
      .says("What is to become small; scalars beside it (pcc) are recorded.");
  d.slot("observe", "")
      .many()
      .over("parameters")
      .says("Instances whose scalars and leads are reported over the final population.");
}

void declare_results(Descriptor& d) {
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
}

std::vector<Order> read_orders(const Settings& settings) {
  std::vector<Order> orders;
  for (const Value& record : settings.list("order"))
    orders.push_back({one_number_path(settings.list("parameters"), record.find("larger")->text()),
                      one_number_path(settings.list("parameters"), record.find("smaller")->text())});
  return orders;
}

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

void deliver(PrepareContext& context, Run& run, const Space& space, const Evaluator& evaluator, double target,
             std::chrono::steady_clock::time_point start) {
  std::stable_sort(run.population.begin(), run.population.end(),
                   [](const Particle& a, const Particle& b) { return a.discrepancy < b.discrepancy; });

  const bool stopped = run.stop == Stop::cancelled || run.stop == Stop::wall;
  Simulator& simulator = context.simulator("parameters");
  Host& host = context.host();
  const Observed observed = observe(simulator, stopped ? std::vector<Particle>() : run.population);
  Posterior posterior{run, space, simulator.paths(), {}};
  for (const int k : evaluator.scalars())
    posterior.scalars.push_back(simulator.observables()[static_cast<std::size_t>(k)].output);
  const Table recovery = recovery_table(posterior);
  put_results(context, posterior, observed, recovery);
  context.put(
      "outcome",
      Table().add_text("instance", {context.settings().instance()}).add_text("stopped_because", {in_words(run.stop)}));
  context.put("seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());

  for (const std::string& line : answer(posterior, recovery)) host.info(line);
  for (const std::string& line : doubts(posterior, target)) host.warn(line);
  for (const std::string& line : observed.failures) host.warn("could not be observed again: " + line);
  if (stopped) throw Cancelled();
}

}  // namespace tawara::smc_abc
