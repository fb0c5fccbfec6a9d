#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "smoothing.hpp"

namespace tawara::propagation {

/// Action potentials and which of them each node has from when.
struct Repolarisation {
  std::span<const float> LAT;              ///< n, ms
  std::span<const std::int32_t> AP_entry;  ///< n
  std::span<const float> AP;               ///< K x T, mV; sample j is at j ms
  std::size_t samples;                     ///< T
  double AP_upstroke;                      ///< ms, where a row of AP crosses the activation threshold
};

/// v(i, t) = AP of node i at t - LAT + AP_upstroke: linear between samples, first and last value outside. mV.
[[nodiscard]] double unsmoothed_V_m(const Repolarisation& r, std::size_t node, double t);

/// V_m(., t) = S^passes(t) v(., t).
///
/// @param t       n_samples, ms
/// @param passes  n_samples
/// @param V_m     n x n_samples, row-major, mV
/// @param pause   called now and then; throws to stop
void reaction_eikonal_V_m(const Repolarisation& r, const SmoothingMatrix& S, std::span<const double> t,
                          std::span<const std::int32_t> passes, std::span<float> V_m,
                          const std::function<void()>& pause);

}  // namespace tawara::propagation
