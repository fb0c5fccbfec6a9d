#pragma once
#include <string>
#include <vector>

#include "experiments/drugs.hpp"

namespace tawara::experiments {

/// One drug at one concentration.
struct Dose {
  std::size_t drug;      ///< which of the slot
  std::string name;      ///< its instance
  double concentration;  ///< nmol/L
  DrugFactors factors;   ///< on the cell's arguments
};

/// Every drug of the slot `drugs` by itself, at each of `concentrations`: by drug, then ascending. What the scenario
/// sets the concentration to is not used.
///
/// Reads slots `cell` and `drugs` and the setting `concentrations`.
/// @throws ScenarioError("drugs")           there is none; one has no `concentration` in nmol/L, acts without being
/// there, or on nothing that the cell has
/// @throws ScenarioError("concentrations")  none, or one twice
[[nodiscard]] std::vector<Dose> doses_of(const PrepareContext& context);

}  // namespace tawara::experiments
