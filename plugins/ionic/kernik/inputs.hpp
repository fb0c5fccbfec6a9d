#pragma once
#include <array>
#include <cstddef>

namespace tawara::kernik {

/// The evaluate parameters: inputs 1 to 82 of the published model, in its order. Inputs 83 to 87 are switches of its
/// authors' program (pacing, a clamp, three unused), which here are protocols and options.
enum Input : std::size_t {
  // clang-format off
  scale_I_K1, scale_I_Kr, scale_I_Ks, scale_I_to, scale_I_CaL, scale_I_CaT, scale_I_Na, scale_I_f, scale_I_NaCa,
  scale_J_up, scale_J_rel, scale_J_leak, scale_I_NaK, scale_I_Nab, scale_I_Cab, scale_I_pCa,
  g_K1, K1_1, K1_2, K1_3, K1_4, K1_5,
  g_Kr, Xr1_1, Xr1_2, Xr1_5, Xr1_6, Xr2_1, Xr2_2, Xr2_5, Xr2_6, Xr1_tau0, Xr2_tau0,
  g_Ks, Xs_1, Xs_2, Xs_5, Xs_6, Xs_tau0,
  g_to, r_1, r_2, r_5, r_6, s_1, s_2, s_5, s_6, r_tau0, s_tau0,
  p_CaL, d_1, d_2, d_5, d_6, f_1, f_2, f_5, f_6, d_tau0, f_tau0,
  g_CaT,
  g_Na, m_1, m_2, m_5, m_6, h_1, h_2, h_5, h_6, j_1, j_2, m_tau0, h_tau0, j_tau0,
  g_f, Xf_1, Xf_2, Xf_5, Xf_6, Xf_tau0,
  // clang-format on
  n_inputs
};

/// What an input does to its current; the words for it are in inputs.cpp.
enum class Role {
  multiplier,
  conductance,
  permeability,
  K1_prefactor,
  K1_slope,
  K1_shift,
  prefactor,     ///< x1 of a gate: alpha at 0 mV
  alpha_slope,   ///< x2
  ratio,         ///< x5: beta/alpha at 0 mV
  steady_slope,  ///< x6
  tau_offset,    ///< t0
};

struct InputInfo {
  const char* name;
  const char* group;  ///< current or flux it belongs to
  Role role;
  const char* of;  ///< gate, or "opening" and "closing" of I_K1
  double value;    ///< published
};

/// In the order of Input; entry n is the published model's input n + 1.
extern const std::array<InputInfo, n_inputs> inputs;

[[nodiscard]] const char* unit_of(Role);
/// What it does, in words.
[[nodiscard]] const char* meaning_of(Role);

}  // namespace tawara::kernik
