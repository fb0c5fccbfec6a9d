#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace tawara::propagation::monodomain {

/// When V_m of each node first rises through a threshold, between steps on the straight line.
class ActivationTimes {
 public:
  /// @param threshold  mV
  ActivationTimes(std::size_t nodes, double threshold)
      : threshold_(threshold),
        before_(nodes, std::numeric_limits<double>::infinity()),
        LAT_(nodes, std::numeric_limits<double>::quiet_NaN()) {}

  /// V of all nodes at time t, ms; times must rise.
  void look(double t, std::span<const double> V) {
    for (std::size_t i = 0; i < V.size(); ++i) {
      if (before_[i] < threshold_ && V[i] >= threshold_ && LAT_[i] != LAT_[i])
        LAT_[i] = t - (t - t_before_) * (V[i] - threshold_) / (V[i] - before_[i]);
      before_[i] = V[i];
    }
    t_before_ = t;
  }
  /// ms; NaN: not activated.
  [[nodiscard]] std::span<const double> LAT() const { return LAT_; }
  [[nodiscard]] bool activated(std::size_t node) const { return LAT_[node] == LAT_[node]; }

 private:
  double threshold_, t_before_ = 0;
  std::vector<double> before_, LAT_;
};

}  // namespace tawara::propagation::monodomain
