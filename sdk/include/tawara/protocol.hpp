#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "tawara/export.hpp"
#include "tawara/ionic.hpp"

namespace tawara {

/// Ability "protocol": stimulus current or command voltage over time. Piecewise smooth between its edges, where
/// integrators stop and restart. A protocol either clamps the voltage all the time or never.
class TAWARA_EXPORT Protocol {
 public:
  static constexpr const char* ability_name = "protocol";
  virtual ~Protocol();
  /// Fill in what the scenario left to the model (amplitude, duration). The result is used for one model.
  struct Drive {
    virtual ~Drive() = default;
    /// Stimulus current, uA/uF, valid on [t, next_edge(t)).
    [[nodiscard]] virtual double I_stim(double t) const = 0;
    /// Command voltage (mV) of a clamp, valid on [t, next_edge(t)); nothing at all times when it does not clamp.
    [[nodiscard]] virtual std::optional<double> V_command(double t) const {
      (void)t;
      return std::nullopt;
    }
    /// Stimulus and command stay as they are from edge to edge (no ramps, no curves): steppers ask once per edge.
    [[nodiscard]] virtual bool piecewise_constant() const { return false; }
    /// The first time > t at which the drive is not smooth; +inf when none.
    [[nodiscard]] virtual double next_edge(double t) const = 0;
    /// Where beat n (from 0) begins; beat n ends where n+1 begins. +inf where there are no more beats: a cell left
    /// alone has one that never ends.
    [[nodiscard]] virtual double beat_start(int n) const = 0;
  };
  [[nodiscard]] virtual std::unique_ptr<Drive> drive(const IonicModel::Stimulus& model_default) const = 0;
};

}  // namespace tawara
