#pragma once
#include <memory>
#include <optional>

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
  [[nodiscard]] double beat_start(int n) const override { return start_ + n * period_; }

 private:
  [[nodiscard]] double pulse_end(int n) const { return beat_start(n) + duration_; }
  [[nodiscard]] int last_beat(double t) const;
  double period_, duration_, amplitude_, start_;
};

/// Component `protocol.pacing`.
class Pacing final : public Component {
 public:
  static Descriptor describe();
  explicit Pacing(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  double period_, start_;
  std::optional<double> duration_, amplitude_;
};

}  // namespace tawara::protocols
