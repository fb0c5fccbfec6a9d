#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace tawara::propagation {

/// Gradients of APD over the ventricles. Only their ratios matter: the field is rescaled to [0, 1].
struct ApdGradients {
  double g_ab;  ///< apex to base
  double g_pa;  ///< posterior to anterior
  double g_tv;  ///< left to right (transventricular)
  double g_tm;  ///< epicardium to endocardium
};

/// Ventricular coordinates in single precision, n each.
struct ApdCoordinates {
  std::vector<float> ab, aprt, rvlv, tm;
};

/// APD = APD_min + (APD_max - APD_min) G, G = g_ab ab + g_pa aprt + g_tv rvlv + g_tm tm rescaled to [0, 1] by its least
/// and greatest value over the nodes. Where G is the same everywhere (all gradients 0) it is one half.
///
/// @param APD  n, ms
/// Source: Camps, Holmes et al., CinC 2025.
void apd_field(const ApdCoordinates& x, const ApdGradients& g, double APD_min, double APD_max, std::span<float> APD);

/// Finds the dictionary row of nearest APD90; the shorter one when two are equally near.
class NearestEntry {
 public:
  /// @param APD90  ascending, ms, at least one
  explicit NearestEntry(std::span<const double> APD90);
  [[nodiscard]] std::int32_t of(float APD) const;
  [[nodiscard]] float APD90(std::int32_t entry) const { return APD90_[entry]; }
  [[nodiscard]] float lowest() const { return APD90_.front(); }
  [[nodiscard]] float highest() const { return APD90_.back(); }

 private:
  std::vector<float> APD90_;
  std::vector<float> middle_;         ///< above middle_[k] entry k + 1 is nearer than k
  std::vector<std::int32_t> at_bin_;  ///< nearest entry at the lower end of each bin
  float bins_per_ms_;
};

}  // namespace tawara::propagation
