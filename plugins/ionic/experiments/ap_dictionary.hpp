#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "experiments/dictionary.hpp"
#include "tawara/component.hpp"

namespace tawara::experiments {

/// Evaluate parameters of a cell by name; their order is that of its argument block.
[[nodiscard]] std::vector<std::string> evaluate_parameters(const Descriptor& cell);

/// @throws ScenarioError(key) naming the parameters there are
[[nodiscard]] std::size_t find_evaluate_parameter(const Descriptor& cell, const std::string& instance,
                                                  const std::string& key, const std::string& name);

/// @throws ScenarioError("accept") saying how many variants each criterion refused
[[nodiscard]] std::vector<Variant> accepted(std::vector<Variant> variants, bool published_ranges);

/// Component `experiment.ap_dictionary`.
class ApDictionary final : public Component {
 public:
  static Descriptor describe();
  explicit ApDictionary(const Settings& settings);
  /// Everything is a constant output.
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  DictionaryRecipe recipe_;
  std::string vary_;
  std::vector<std::pair<std::string, double>> factors_;
  bool published_ranges_, diffusion_;
};

}  // namespace tawara::experiments
