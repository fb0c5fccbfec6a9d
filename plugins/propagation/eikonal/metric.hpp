#pragma once
#include <array>
#include <cstdint>

namespace tawara::propagation {

/// Conduction velocities of one evaluation, m/s (= mm/ms).
struct Speeds {
  double fibre, sheet, normal;
  double endo_dense, endo_sparse;
};

/// What a front travels in. The fast endocardium is isotropic.
enum class Medium : std::uint8_t { muscle, endo_dense, endo_sparse };
inline constexpr int n_media = 3;

/// A displacement d as the travel time sees it, without the speeds: (d.f)^2, (d.s)^2, (d.n)^2, mm^2. In a medium whose
/// slownesses squared are w the time along d is sqrt(square.time_squared(w)). Linear in w, so one triple of numbers
/// serves every choice of speeds; linear in the tensors f f^T, ..., so fibres average without a sign convention.
template <class Real>
struct Square {
  Real f = 0, s = 0, n = 0;
  template <class Slowness>
  [[nodiscard]] Real time_squared(const Slowness& w) const {
    return f * w[0] + s * w[1] + n * w[2];
  }
};

/// Slowness squared along fibre, sheet and normal, (ms/mm)^2, per medium.
template <class Real>
using Slownesses = std::array<std::array<Real, 3>, n_media>;

template <class Real>
[[nodiscard]] Slownesses<Real> slownesses_squared(const Speeds& v) {
  const auto w = [](double speed) { return static_cast<Real>(1 / (speed * speed)); };
  return {{{w(v.fibre), w(v.sheet), w(v.normal)},
           {w(v.endo_dense), w(v.endo_dense), w(v.endo_dense)},
           {w(v.endo_sparse), w(v.endo_sparse), w(v.endo_sparse)}}};
}

}  // namespace tawara::propagation
