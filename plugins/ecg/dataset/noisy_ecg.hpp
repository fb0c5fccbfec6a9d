#pragma once
#include "tawara/component.hpp"

namespace tawara::ecg {

/// `dataset.noisy_ecg`: a simulated ECG with measurement noise, standing in for a recording.
class NoisyEcg : public Component {
 public:
  static Descriptor describe();
  explicit NoisyEcg(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  double low_pass_;  // Hz
};

}  // namespace tawara::ecg
