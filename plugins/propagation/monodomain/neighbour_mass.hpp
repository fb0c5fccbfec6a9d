#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tawara::propagation::monodomain {

/// How much of a node's change it shares with each neighbour on a line of the grid: the mass matrix along the line is
/// (m, 1 - 2 m, m). A number, or a curve over spacing/sqrt(D ms), the spacing as waves see it.
class NeighbourMass {
 public:
  NeighbourMass(double mass = 0) : at_{1}, mass_{mass} {}
  /// @param at  rising; between them the curve is straight, beyond them level
  NeighbourMass(std::vector<double> at, std::vector<double> mass) : at_(std::move(at)), mass_(std::move(mass)) {}

  /// @param spacing  mm, from node to node @param D  mm2/ms along the line
  [[nodiscard]] double operator()(double spacing, double D) const {
    const double x = spacing / std::sqrt(D);
    if (!(x > at_.front())) return mass_.front();
    if (!(x < at_.back())) return mass_.back();
    const auto above = static_cast<std::size_t>(std::upper_bound(at_.begin(), at_.end(), x) - at_.begin());
    const double part = (x - at_[above - 1]) / (at_[above] - at_[above - 1]);
    return mass_[above - 1] + part * (mass_[above] - mass_[above - 1]);
  }
  [[nodiscard]] double largest() const { return *std::max_element(mass_.begin(), mass_.end()); }
  [[nodiscard]] double least() const { return *std::min_element(mass_.begin(), mass_.end()); }

  static NeighbourMass standard() { return 0.0; }             ///< second order
  static NeighbourMass fourth_order() { return 1.0 / 12; }    ///< along the axes
  static NeighbourMass linear_elements() { return 1.0 / 6; }  ///< second order

 private:
  std::vector<double> at_, mass_;
};

}  // namespace tawara::propagation::monodomain
