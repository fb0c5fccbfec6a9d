#pragma once
#include <memory>

#include "tawara/component.hpp"
#include "tawara/protocol.hpp"

namespace my_component {

/// Two equal stimuli per beat: at n period, and again `coupling` later. All times in ms.
class PairedDrive final : public tawara::Protocol::Drive {
 public:
  PairedDrive(double period, double coupling, tawara::IonicModel::Stimulus stimulus);
  [[nodiscard]] double I_stim(double t) const override;
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double t) const override;
  [[nodiscard]] double beat_start(int n) const override { return n * period_; }

 private:
  double period_, coupling_;
  tawara::IonicModel::Stimulus stimulus_;
};

/// `protocol.my_component`: paired pacing.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  double period_, coupling_;  // ms
};

}  // namespace my_component
