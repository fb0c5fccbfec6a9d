#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/drug.hpp"

namespace tawara::drugs {

/// What is left of a current at steady state, 0..1. @param C  free concentration, in the unit of ic50; at least 0
[[nodiscard]] double hill_remaining(double C, double ic50, double hill);

struct CurrentBlock {
  std::string current;  ///< "I_Kr"
  double ic50;          ///< nmol/L
  double hill;
};

/// Component `drug.hill_block`: one compound.
class HillBlock final : public Component {
 public:
  static Descriptor describe();
  /// @throws ScenarioError  a current listed twice, nothing to block, two ways of giving the dose, a dose in multiples
  /// of an unknown C_max
  explicit HillBlock(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

  [[nodiscard]] std::span<const CurrentBlock> blocks() const { return blocks_; }

 private:
  std::vector<CurrentBlock> blocks_;
  double Cmax_;  // nmol/L, NaN where unknown
};

}  // namespace tawara::drugs
