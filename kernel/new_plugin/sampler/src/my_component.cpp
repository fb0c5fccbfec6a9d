#include "my_component.hpp"

#include <limits>
#include <string>

namespace my_component {

std::vector<tawara::Values> one_at_a_time(std::span<const tawara::Prior> priors, double quantile) {
  tawara::Values middle;
  for (const tawara::Prior& prior : priors) {
    if (prior.kind == tawara::Prior::Kind::subset || prior.kind == tawara::Prior::Kind::choice)
      throw tawara::ScenarioError("parameters", prior.path + " is no number; only numbers have a low and a high");
    middle.push_back({prior.quantile(0.5)});
  }
  std::vector<tawara::Values> rows = {middle};
  for (std::size_t k = 0; k < priors.size(); ++k)
    for (const double q : {quantile, 1 - quantile}) {
      rows.push_back(middle);
      rows.back()[k] = {priors[k].quantile(q)};
    }
  return rows;
}

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("sampler.my_component", "Effect of each parameter alone");
  d.doc =
      "Simulates with every parameter at the median of its prior, then with each in turn at its lower and upper "
      "quantile. No interactions: use a design for those.";
  d.number("quantile", "1", 0.1).above(0).at_most(0.5).usual(0.05, 0.25).says("How far out of the prior.");
  // The kernel reads and checks the priors, and makes one Simulator of all slots that are .over() them.
  d.priors("parameters").says("What varies, and over what.");
  d.slot("simulator", "").many().over("parameters").says("Instances whose scalars are looked at.");
  // A sampler works in prepare(), so its outputs are constants.
  d.constant_table("effects")
      .shown_as(tawara::Hint::table)
      .says("A row per parameter and scalar: its value at the lower quantile, the median and the upper one.");
  d.constant("failures", "1", "").summary_as("failures").says("Simulations without an answer: NaN in the table.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings) : quantile_(settings.number("quantile")) {}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  tawara::Simulator& simulator = context.simulator("parameters");
  const auto priors = tawara::read_priors(context.settings().list("parameters"), simulator.paths());
  const std::vector<tawara::Values> rows = one_at_a_time(priors, quantile_);

  // Every observable that is one number.
  std::vector<int> wanted;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < simulator.observables().size(); ++i) {
    const auto& [slot, instance, output] = simulator.observables()[i];
    if (output.table || output.constant || !output.shape.empty()) continue;
    wanted.push_back(static_cast<int>(i));
    names.push_back(instance + "." + output.name);
  }

  // All rows at once: the kernel spreads them over threads and lanes. Long samplers do this in portions, ask
  // host().cancelled() in between and show host().progress().
  std::vector<tawara::Result> results(rows.size());
  simulator.evaluate(rows, wanted, {}, results);
  double failures = 0;
  for (const tawara::Result& result : results) {
    if (result.status == tawara::Status::cancelled) throw tawara::Cancelled();
    if (result.status == tawara::Status::ok) continue;
    if (failures++ == 0) context.host().warn("a simulation failed: " + result.text);
  }
  const auto value = [&](std::size_t row, std::size_t k) {
    return results[row].status == tawara::Status::ok ? results[row].arrays[k].number()
                                                     : std::numeric_limits<double>::quiet_NaN();
  };

  std::vector<std::string> parameter, observable;
  std::vector<double> low, median, high;
  for (std::size_t p = 0; p < priors.size(); ++p)
    for (std::size_t k = 0; k < wanted.size(); ++k) {
      parameter.push_back(priors[p].path);
      observable.push_back(names[k]);
      low.push_back(value(1 + 2 * p, k));
      median.push_back(value(0, k));
      high.push_back(value(2 + 2 * p, k));
    }
  tawara::Table effects;
  effects.add_text("parameter", std::move(parameter)).add_text("observable", std::move(observable));
  effects.add("low", "1", std::move(low)).add("median", "1", std::move(median)).add("high", "1", std::move(high));
  context.put("effects", std::move(effects));
  context.put("failures", failures);
  return nullptr;  // nothing is left to evaluate
}

}  // namespace my_component
