#pragma once
#include <memory>

#include "protocols/periods.hpp"
#include "protocols/stimulus.hpp"
#include "tawara/component.hpp"
#include "tawara/protocol.hpp"

namespace tawara::protocols {

/// Rectangular pulses: on during [start + n period, start + n period + duration), n = 0, 1, 2, ...
class PacingDrive final : public Protocol::Drive {
 public:
  /// @param period, duration, start  ms; duration < period  @param amplitude  uA/uF, negative depolarises
  PacingDrive(double period, double duration, double amplitude, double start);
  [[nodiscard]] double I_stim(double t) const override;
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double t) const override;
  [[nodiscard]] double beat_start(int n) const override { return beats_.begin(n); }

 private:
  [[nodiscard]] double pulse_end(int n) const { return beat_start(n) + duration_; }
  Periods beats_;
  double duration_, amplitude_;
};

/// Component `protocol.pacing`.
class Pacing final : public Component {
 public:
  static Descriptor describe();
  explicit Pacing(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  double period_, start_;
  StimulusSettings stimulus_;
};

}  // namespace tawara::protocols
