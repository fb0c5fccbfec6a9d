#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/ionic.hpp"

namespace my_component {

/// Total membrane current (uA/uF) of a cell at each V_m (mV), its other states as they are at the start of a run.
/// @param arguments  evaluate parameters of the cell, in its descriptor's order
[[nodiscard]] std::vector<double> instantaneous_current(const tawara::IonicModel& model,
                                                        std::span<const double> arguments, std::span<const double> V_m);

/// Where I first turns from inward to outward, between two samples; NaN where it never does.
[[nodiscard]] double reversal(std::span<const double> V_m, std::span<const double> I);

/// `experiment.my_component`: current against voltage.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  double from_, to_, step_;  // mV
};

}  // namespace my_component
