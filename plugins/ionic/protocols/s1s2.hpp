#pragma once
#include <memory>

#include "protocols/periods.hpp"
#include "protocols/stimulus.hpp"
#include "tawara/component.hpp"
#include "tawara/protocol.hpp"

namespace tawara::protocols {

/// Rectangular pulses: `S1_beats` of them at a period, then one more, S2, an interval after the last. Beats 0 to
/// S1_beats - 1 are S1's, beat S1_beats is S2's and lasts one period, in which nothing follows. After it there is no
/// further stimulus: beat S1_beats + 1 never ends.
class S1S2Drive final : public Protocol::Drive {
 public:
  struct Train {
    int S1_beats;
    double period, S2_interval, start;  ///< ms
  };
  /// @throws ScenarioError  a pulse that does not fit into the period or the interval
  S1S2Drive(const Train& train, const IonicModel::Stimulus& stimulus);
  [[nodiscard]] double I_stim(double t) const override;
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double t) const override;
  [[nodiscard]] double beat_start(int n) const override;

 private:
  [[nodiscard]] int last_pulse(double t) const;
  [[nodiscard]] double pulse_end(int n) const { return beat_start(n) + stimulus_.duration; }
  Periods S1_;
  int S1_beats_;
  double S2_interval_;
  IonicModel::Stimulus stimulus_;
};

/// Component `protocol.s1s2`.
class S1S2 final : public Component {
 public:
  static Descriptor describe();
  explicit S1S2(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  S1S2Drive::Train train_;
  StimulusSettings stimulus_;
};

}  // namespace tawara::protocols
