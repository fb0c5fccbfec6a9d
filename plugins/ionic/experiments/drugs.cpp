#include "experiments/drugs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiments/ap_dictionary.hpp"

namespace tawara::experiments {
namespace {

constexpr const char* slot_name = "drugs";

/// "I_Kr" of "scale_I_Kr".
std::string current_of(const std::string& parameter) {
  constexpr std::string_view prefix = "scale_";
  return parameter.starts_with(prefix) ? parameter.substr(prefix.size()) : parameter;
}

AppliedDrug applied(const Input& input, std::span<const double> arguments) {
  return {input.instance(), &input.as<Drug>(), arguments};
}

}  // namespace

void DrugFactors::apply(std::span<double> arguments) const {
  for (std::size_t p = 0; p < factor.size(); ++p) arguments[p] *= factor[p];
}

DrugFactors drug_factors(const Descriptor& cell, std::span<const AppliedDrug> drugs) {
  const std::vector<std::string> names = evaluate_parameters(cell);
  DrugFactors factors{std::vector<double>(names.size(), 1.0), {}};
  for (const AppliedDrug& applied : drugs)
    for (const Drug::Target& target : applied.drug->targets(applied.arguments)) {
      if (!(target.remaining >= 0))
        throw ScenarioError(slot_name,
                            fmt::format("'{}' leaves {:g} of {}, which must be at least 0 (1: no effect); check its "
                                        "concentration",
                                        applied.instance, target.remaining, current_of(target.parameter)));
      if (target.remaining == 1) continue;
      const auto found = std::find(names.begin(), names.end(), target.parameter);
      if (found == names.end())
        factors.idle.push_back({applied.instance, target.parameter});
      else
        factors.factor[static_cast<std::size_t>(found - names.begin())] *= target.remaining;
    }
  return factors;
}

Slot& add_drugs_slot(Descriptor& d) {
  return d.slot(slot_name, "drug")
      .many()
      .offers("drug")
      .says(
          "Drugs given to the cell. What they leave of each current multiplies the cell's own scale_I_...; several "
          "drugs "
          "act independently, their factors are multiplied. May be empty.");
}

DrugFactors drug_factors(const Row& row) {
  std::vector<AppliedDrug> drugs;
  for (int k = 0; k < row.count(slot_name); ++k)
    drugs.push_back(applied(row.source(slot_name, k), row.arguments_of(slot_name, k)));
  return drug_factors(row.source("cell").descriptor(), drugs);
}

DrugFactors drug_factors(const PrepareContext& context) {
  std::vector<AppliedDrug> drugs;
  for (std::size_t k = 0; k < context.count(slot_name); ++k) {
    const Input& input = context.input(slot_name, k);
    drugs.push_back(applied(input, input.arguments()));
  }
  return drug_factors(context.input("cell").descriptor(), drugs);
}

void IdleDrugs::warn_once(Host& host, const Input& cell, const DrugFactors& factors) const {
  if (factors.idle.empty() || said_.exchange(true)) return;
  for (const auto& [drug, parameter] : factors.idle)
    host.warn(fmt::format("'{}' blocks {}, which '{}' ({}) does not have: that block has no effect", drug,
                          current_of(parameter), cell.instance(), cell.descriptor().name));
}

}  // namespace tawara::experiments
