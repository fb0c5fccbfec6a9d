#pragma once
#include "tawara/plugin.hpp"

namespace tawara::discrepancy {

/// `discrepancy.ecg`: how far a simulated ECG is from an observed one.
class EcgDiscrepancy : public Component {
 public:
  static Descriptor describe();
  explicit EcgDiscrepancy(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::discrepancy
