#include "tp06/constants.hpp"

namespace tawara::tp06 {

// Ten Tusscher and Panfilov 2006, Table 2 and text: only I_to and I_Ks differ between the layers.
Constants constants_for(Layer layer) {
  Constants c;
  if (layer == Layer::endo) {
    c.G_to = 0.073;
    c.endo = 1;
  }
  if (layer == Layer::mid) c.G_Ks = 0.098;
  return c;
}

const std::array<double, n_states>& initial_state(Layer layer) {
  // V_m, Ca_i, Ca_SR, Ca_ss, Na_i, K_i; m, h, j; xr1, xr2, xs; r, s; d, f, f2, fCass; R
  // clang-format off
  static constexpr std::array<double, n_states> endo = {
      -86.709, 1.3e-4, 3.715, 3.6e-4, 10.355, 138.4, 0.00155, 0.7573, 0.7225, 0.00448, 0.476, 0.0087,
      2.235e-8, 0.3212, 3.164e-5, 0.8009, 0.9778, 0.9953, 0.9068};
  static constexpr std::array<double, n_states> mid = {
      -85.423, 1.53e-4, 4.272, 4.2e-4, 10.132, 138.52, 0.00165, 0.749, 0.6788, 0.0165, 0.473, 0.0174,
      2.347e-8, 0.999998, 3.288e-5, 0.7026, 0.9526, 0.9942, 0.8978};
  static constexpr std::array<double, n_states> epi = {
      -85.23, 1.26e-4, 3.64, 3.6e-4, 8.604, 136.89, 0.00172, 0.7444, 0.7045, 0.00621, 0.4712, 0.0095,
      2.42e-8, 0.999998, 3.373e-5, 0.7888, 0.9755, 0.9953, 0.9073};
  // clang-format on
  return layer == Layer::endo ? endo : layer == Layer::mid ? mid : epi;
}

}  // namespace tawara::tp06
