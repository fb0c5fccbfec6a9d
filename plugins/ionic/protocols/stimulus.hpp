#pragma once
#include <optional>

#include "tawara/descriptor.hpp"
#include "tawara/ionic.hpp"
#include "tawara/settings.hpp"

namespace tawara::protocols {

/// `duration` and `amplitude` of a rectangular pulse; what a scenario leaves out is the cell model's own.
struct StimulusSettings {
  std::optional<double> duration, amplitude;

  static void describe(Descriptor& d);
  static StimulusSettings of(const Settings& settings);
  [[nodiscard]] IonicModel::Stimulus or_else(const IonicModel::Stimulus& model_default) const {
    return {amplitude.value_or(model_default.amplitude), duration.value_or(model_default.duration)};
  }
};

/// @throws ScenarioError  the pulse is not shorter than the `name` (period, S2_interval) it has to end in
void require_shorter(double duration, const char* name, double interval);

}  // namespace tawara::protocols
