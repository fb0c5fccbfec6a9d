#pragma once
#include <optional>

#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// A drive whose last beat ends when it is told to: earlier than its own, or later, into the sweeps that come.
class Ending final : public Protocol::Drive {
 public:
  /// @param end  ms, of beat `beats` - 1
  Ending(const Drive& drive, int beats, double end) : drive_(drive), beats_(beats), end_(end) {}
  [[nodiscard]] double I_stim(double t) const override { return drive_.I_stim(t); }
  [[nodiscard]] std::optional<double> V_command(double t) const override { return drive_.V_command(t); }
  [[nodiscard]] bool piecewise_constant() const override { return drive_.piecewise_constant(); }
  [[nodiscard]] double next_edge(double t) const override { return drive_.next_edge(t); }
  [[nodiscard]] double beat_start(int n) const override { return n < beats_ ? drive_.beat_start(n) : end_; }

 private:
  const Drive& drive_;
  int beats_;
  double end_;
};

}  // namespace tawara::experiments
