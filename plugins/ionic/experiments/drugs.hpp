#pragma once
#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/drug.hpp"

namespace tawara::experiments {

/// A drug at a concentration.
struct AppliedDrug {
  std::string instance;  ///< for messages
  const Drug* drug;
  std::span<const double> arguments;  ///< evaluate parameters of the drug in descriptor order
};

/// What several drugs together do to one cell: a factor on each of its evaluate parameters. Drugs act independently:
/// what they leave of a current is multiplied.
struct DrugFactors {
  std::vector<double> factor;  ///< one per evaluate parameter of the cell; 1 where no drug acts
  struct Idle {
    std::string drug, parameter;
  };
  std::vector<Idle> idle;  ///< blocks of what this cell does not have

  /// @param arguments  of a cell, in descriptor order
  void apply(std::span<double> arguments) const;
};

/// @param cell  whose evaluate parameters are acted on
/// @throws ScenarioError("drugs")  a remaining fraction that is negative or no number
[[nodiscard]] DrugFactors drug_factors(const Descriptor& cell, std::span<const AppliedDrug> drugs);

/// The slot `drugs` of an experiment with a slot `cell`, and its doc.
Slot& add_drugs_slot(Descriptor& d);

/// Of the drugs in the slot `drugs`, at the concentrations of this row.
[[nodiscard]] DrugFactors drug_factors(const Row& row);
/// The same while preparing, for experiments whose outputs are constant.
[[nodiscard]] DrugFactors drug_factors(const PrepareContext& context);

/// Says that a drug has no effect on a cell which lacks the current it blocks: once, however many rows there are.
class IdleDrugs {
 public:
  void warn_once(Host& host, const Input& cell, const DrugFactors& factors) const;

 private:
  mutable std::atomic<bool> said_ = false;
};

}  // namespace tawara::experiments
