#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "protocols/clamp_steps.hpp"
#include "protocols/periods.hpp"
#include "tawara/component.hpp"
#include "tawara/protocol.hpp"

namespace tawara::protocols {

/// A command voltage that repeats: V_hold for a while, the steps, and V_hold again until the next sweep begins. Beat n
/// is sweep n.
class ClampDrive final : public Protocol::Drive {
 public:
  struct Holding {
    double V = -80;                        ///< mV
    double before = 0;                     ///< ms, ahead of the first step
    std::optional<double> sweep_interval;  ///< ms from one sweep to the next; absent: no pause
  };
  /// @throws ScenarioError  no steps, one that cannot be, or a sweep_interval shorter than they last
  ClampDrive(const std::vector<ClampStep>& steps, const Holding& holding);
  [[nodiscard]] double I_stim(double) const override { return 0; }
  [[nodiscard]] std::optional<double> V_command(double t) const override;
  [[nodiscard]] bool piecewise_constant() const override { return !ramps_; }
  [[nodiscard]] double next_edge(double t) const override;
  [[nodiscard]] double beat_start(int n) const override { return sweeps_.begin(n); }

 private:
  struct Piece {
    double begin, V, slope;  // ms from the start of the sweep, mV, mV/ms
  };
  Periods sweeps_{0, 1};
  std::vector<Piece> pieces_;
  bool ramps_ = false;
};

/// Component `protocol.voltage_clamp`.
class VoltageClamp final : public Component {
 public:
  static Descriptor describe();
  explicit VoltageClamp(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  std::optional<std::vector<ClampStep>> steps_;  // of the scenario
  std::optional<std::filesystem::path> file_;
  ClampDrive::Holding holding_;
};

}  // namespace tawara::protocols
