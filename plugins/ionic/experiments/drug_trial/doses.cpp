#include "experiments/drug_trial/doses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiments/names.hpp"

namespace tawara::experiments {
namespace {

constexpr const char* unit = "nmol/L";

std::vector<double> concentrations_of(const Settings& settings) {
  std::vector<double> concentrations = settings.numbers("concentrations");
  if (concentrations.empty())
    throw ScenarioError("concentrations", "no concentration is given; list one at least, as [\"10 nM\", \"50 nM\"]");
  std::sort(concentrations.begin(), concentrations.end());
  const auto twice = std::adjacent_find(concentrations.begin(), concentrations.end());
  if (twice != concentrations.end())
    throw ScenarioError("concentrations", fmt::format("{:g} {} is listed twice; list it once", *twice, unit));
  return concentrations;
}

/// The drug at this concentration, all else as in the scenario.
DrugFactors factors_at(const Input& cell, const Input& drug, std::size_t argument, double concentration) {
  std::vector<double> arguments(drug.arguments().begin(), drug.arguments().end());
  arguments[argument] = concentration;
  const AppliedDrug applied[] = {{drug.instance(), &drug.as<Drug>(), arguments}};
  return drug_factors(cell.descriptor(), applied);
}

bool acts(const DrugFactors& factors) {
  return std::any_of(factors.factor.begin(), factors.factor.end(), [](double f) { return f != 1; });
}

std::size_t concentration_of(const Input& drug) {
  const Descriptor& d = drug.descriptor();
  const int argument = d.argument_index("concentration");
  const auto p = static_cast<std::size_t>(std::max(d.parameter_index("concentration"), 0));
  if (argument < 0 || d.parameters[p].unit != unit)
    throw ScenarioError("drugs",
                        fmt::format("'{}' ({}) has no parameter `concentration` in {} that may differ from run "
                                    "to run, which a trial sets; take drug.hill_block, or a drug that has one",
                                    drug.instance(), d.name, unit));
  return static_cast<std::size_t>(argument);
}

}  // namespace

std::vector<Dose> doses_of(const PrepareContext& context) {
  const Input& cell = context.input("cell");
  const std::size_t n = context.count("drugs");
  if (n == 0)
    throw ScenarioError("drugs",
                        "there is no drug to try; name one at least, as drugs = [\"compound\"], an instance of "
                        "drug.hill_block");
  const std::vector<double> concentrations = concentrations_of(context.settings());
  std::vector<Dose> doses;
  for (std::size_t k = 0; k < n; ++k) {
    const Input& drug = context.input("drugs", k);
    const std::size_t argument = concentration_of(drug);
    const DrugFactors without = factors_at(cell, drug, argument, 0);
    if (acts(without) || !without.idle.empty())
      throw ScenarioError("drugs",
                          fmt::format("'{}' acts although its concentration is 0; a trial sets `concentration` "
                                      "alone: leave `multiples_of_Cmax` out",
                                      drug.instance()));
    for (const double concentration : concentrations)
      doses.push_back({k, drug.instance(), concentration, factors_at(cell, drug, argument, concentration)});
    const DrugFactors& highest = doses.back().factors;
    if (!acts(highest) && !highest.idle.empty()) {
      std::vector<std::string> lacking;
      for (const DrugFactors::Idle& idle : highest.idle) lacking.push_back(idle.parameter);
      throw ScenarioError("drugs",
                          fmt::format("'{}' acts on nothing that '{}' ({}) has: it would change {}, which are "
                                      "no parameters of this cell; take another drug, or another cell",
                                      drug.instance(), cell.instance(), cell.descriptor().name, joined(lacking)));
    }
  }
  return doses;
}

}  // namespace tawara::experiments
