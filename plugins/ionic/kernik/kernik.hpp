#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::kernik {

/// What is the same in every cell.
struct Options {
  double temperature = 310;                  ///< K
  double Q10 = 3;                            ///< of the gates
  bool freeze_Na_K = false;                  ///< Na_i and K_i stay at their initial values
  double Na_o = 140, Ca_o = 1.8, K_o = 5.4;  ///< mmol/L
};

/// Component `ionic.kernik`.
class Kernik final : public Component {
 public:
  static Descriptor describe();
  explicit Kernik(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Options options_;
};

/// The prepared model without a scenario, for tests and for other code that wants the cell alone; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_kernik(const Options& = {});

}  // namespace tawara::kernik
