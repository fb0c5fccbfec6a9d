#include "design_component.hpp"

#include "points.hpp"
#include "population/columns.hpp"
#include "population/runs.hpp"

namespace tawara::design {
namespace {

void declare_results(Descriptor& d) {
  d.number("max_failed_fraction", "1", 0.5).allowed(0, 1).says("Fail the run when more simulations than this fail.");
  d.slot("simulator", "").many().over("parameters").says("Instances whose scalars are recorded for every row.");
  d.constant_table("population")
      .shown_as(Hint::population)
      .says("A row per point: paths, scalars as instance.output, weight, status.");
  d.constant("evaluations", "1", "").summary_as("evaluations").says("Simulations.");
  d.constant("failures", "1", "")
      .summary_as("failures")
      .says("Simulations that failed; their scalars are NaN and their status says why.");
}

void simulate_and_put(PrepareContext& context, const std::vector<Values>& rows, std::vector<double> weights) {
  Simulator& simulator = context.simulator("parameters");
  population::Runs runs = population::simulate(simulator, context.host(), rows, std::move(weights),
                                               context.settings().number("max_failed_fraction"));
  if (runs.failures > 0)
    context.host().warn(std::to_string(runs.failures) + " of " + std::to_string(rows.size()) +
                        " simulations failed; see the status column");
  context.put("evaluations", static_cast<double>(rows.size()));
  context.put("failures", static_cast<double>(runs.failures));
  context.put("population", std::move(runs.table));
}

Method method_of(const std::string& name) {
  if (name == "sobol") return Method::sobol;
  return name == "random" ? Method::random : Method::latin_hypercube;
}

}  // namespace

Descriptor Design::describe() {
  Descriptor d("sampler.design", "Points spread over the priors, simulated");
  d.doc =
      "A design of experiments: values through the priors' quantiles at the points of a Latin hypercube, a Sobol "
      "sequence or a "
      "random sample; subsets are drawn from their priors. Every point has the same weight.";
  d.citations = {"10.2307/1268522", "10.1145/42288.214372"};
  d.priors("parameters").says("What varies, and over what.");
  d.integer("size", 128).allowed(1, 10000000).says("Number of points.");
  d.choice("method", "latin_hypercube",
           {{"latin_hypercube", "one point per slice of every axis; the most spread out of 20"},
            {"sobol", "low discrepancy, randomly shifted; best at powers of two"},
            {"random", "independent draws"}})
      .says("How the points are spread.");
  declare_results(d);
  return d;
}

std::unique_ptr<const Prepared> Design::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const smc_abc::Space space(read_priors(settings.list("parameters"), context.simulator("parameters").paths()), {});
  const auto n = static_cast<std::size_t>(settings.integer("size"));
  simulate_and_put(context, design_points(space, method_of(settings.text("method")), n, context.host()),
                   std::vector<double>(n, 1.0 / static_cast<double>(n)));
  return nullptr;
}

Descriptor Replay::describe() {
  Descriptor d("sampler.replay", "The rows of a population, simulated");
  d.doc =
      "Takes each row's values of the listed parameters from a population (of a sampler, a design, or a file) and "
      "simulates it: a "
      "posterior becomes a trial. Rows whose status is not \"ok\" are left out; weights are kept.";
  d.priors("parameters").says("The columns to take; the priors' shapes do not matter here, their paths do.");
  d.slot("population", "").needs("population", "").says("Where the rows come from.");
  declare_results(d);
  return d;
}

std::unique_ptr<const Prepared> Replay::prepare(PrepareContext& context) const {
  const Table& table = context.input("population").table("population");
  const std::vector<Values> all = population::read_rows(table, context.simulator("parameters").paths());
  const Table::Column *status = table.find("status"), *weight = table.find("weight");
  if (status && status->texts.empty())
    throw DataError("the population's column status holds numbers; expected texts, \"ok\" where a row is to be used");
  if (weight && !weight->texts.empty()) throw DataError("the population's column weight holds texts; expected numbers");
  std::vector<Values> rows;
  std::vector<double> weights;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (status && status->texts.at(i) != "ok") continue;
    rows.push_back(all[i]);
    weights.push_back(weight ? weight->numbers.at(i) : 1.0 / static_cast<double>(all.size()));
  }
  if (rows.empty())
    throw DataError("the population of '" + context.input("population").instance() + "' has no row with status ok");
  simulate_and_put(context, rows, std::move(weights));
  return nullptr;
}

}  // namespace tawara::design
