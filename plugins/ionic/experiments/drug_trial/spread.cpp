#include "experiments/drug_trial/spread.hpp"

#include <fmt/format.h>

#include <cmath>

#include "experiments/population/cohort.hpp"

namespace tawara::experiments {

Spread::Spread(const PrepareContext& context) : host_(context.host()) {
  const Settings& settings = context.settings();
  const Input& cell = context.input("cell");
  if (!settings.has("parameters")) return;
  const std::vector<PathInfo> infos = context.spread_paths("parameters");
  priors_ = read_priors(settings.list("parameters"), infos);
  const Descriptor& d = cell.descriptor();
  for (const Prior& prior : priors_) {
    const std::string name = prior.path.substr(prior.path.find('.') + 1);
    const int p = d.parameter_index(name), argument = d.argument_index(name);
    if (prior.kind == Prior::Kind::subset || prior.kind == Prior::Kind::choice || prior.kind == Prior::Kind::integer ||
        p < 0 || argument < 0)
      throw ScenarioError("parameters", fmt::format("{} is no number that a factor could be applied to, as the cells "
                                                    "around a parent need",
                                                    prior.path));
    const Parameter& parameter = d.parameters[static_cast<std::size_t>(p)];
    const double scenario = cell.arguments()[static_cast<std::size_t>(argument)];
    if (scenario == 0 || !std::isfinite(scenario))
      throw ScenarioError("parameters",
                          fmt::format("{} is {} in the scenario, and cells differ from their parent by factors on what "
                                      "is set there; leave it out, or set it to another value",
                                      prior.path, scenario == 0 ? "0" : "no number"));
    paths_.push_back({prior.path, parameter.unit, static_cast<std::size_t>(argument), scenario, &parameter});
  }
}

void Spread::factors(std::uint64_t cell, std::span<double> factors) const {
  Random random = host_.random("cell", cell);
  for (std::size_t k = 0; k < priors_.size(); ++k) factors[k] = priors_[k].draw(random)[0] / paths_[k].scenario;
}

std::string Spread::arguments(const Parent& parent, std::span<const double> factors,
                              std::vector<double>& arguments) const {
  arguments = parent.arguments;
  for (std::size_t k = 0; k < paths_.size(); ++k) {
    const Path& path = paths_[k];
    arguments[path.argument] *= factors[k];
    const std::string problem = problem_with(*path.parameter, arguments[path.argument]);
    if (!problem.empty()) return fmt::format("{} = {:g} {}", path.name, arguments[path.argument], problem);
  }
  return {};
}

}  // namespace tawara::experiments
