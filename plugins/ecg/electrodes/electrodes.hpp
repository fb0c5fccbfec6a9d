#pragma once
#include "tawara/component.hpp"

namespace tawara::ecg {

/// `ecg.electrodes`: where the ten electrodes of a 12-lead ECG are, from a file or by rule.
class Electrodes : public Component {
 public:
  static Descriptor describe();
  explicit Electrodes(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::ecg
