#pragma once
#include "tawara/component.hpp"

namespace tawara::ecg {

/// `ecg.pseudo`: the 12-lead pseudo-ECG of an activation or of a stored V_m.
class PseudoEcg : public Component {
 public:
  static Descriptor describe();
  explicit PseudoEcg(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::ecg
