#pragma once
#include <array>
#include <cstddef>
#include <vector>

namespace tawara::propagation::monodomain {

/// Symmetric D in mm2/ms: sigma/(chi C_m). Off the diagonal in the order xy, xz, yz.
struct DiffusionTensor {
  std::array<double, 3> diagonal{}, mixed{};

  /// D_l along the fibre, D_t across it. @param fibre  unit vector
  static DiffusionTensor of_fibre(double D_l, double D_t, const std::array<double, 3>& fibre) {
    const auto& f = fibre;
    const double d = D_l - D_t;
    return {{D_t + d * f[0] * f[0], D_t + d * f[1] * f[1], D_t + d * f[2] * f[2]},
            {d * f[0] * f[1], d * f[0] * f[2], d * f[1] * f[2]}};
  }
  /// Orthotropic: one D along each of three orthonormal directions.
  static DiffusionTensor of_axes(const std::array<double, 3>& D, const std::array<std::array<double, 3>, 3>& axes) {
    DiffusionTensor t;
    for (std::size_t a = 0; a < 3; ++a) {
      const auto& e = axes[a];
      for (std::size_t i = 0; i < 3; ++i) t.diagonal[i] += D[a] * e[i] * e[i];
      t.mixed[0] += D[a] * e[0] * e[1];
      t.mixed[1] += D[a] * e[0] * e[2];
      t.mixed[2] += D[a] * e[1] * e[2];
    }
    return t;
  }
};

/// One tensor, or one per node of the grid.
using DiffusionField = std::vector<DiffusionTensor>;

}  // namespace tawara::propagation::monodomain
