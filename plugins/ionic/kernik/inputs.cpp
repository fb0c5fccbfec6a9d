#include "kernik/inputs.hpp"

namespace tawara::kernik {

// clang-format off
const std::array<InputInfo, n_inputs> inputs = {{
    {"scale_I_K1", "I_K1", Role::multiplier, "", 1},
    {"scale_I_Kr", "I_Kr", Role::multiplier, "", 1},
    {"scale_I_Ks", "I_Ks", Role::multiplier, "", 1},
    {"scale_I_to", "I_to", Role::multiplier, "", 1},
    {"scale_I_CaL", "I_CaL", Role::multiplier, "", 1},
    {"scale_I_CaT", "I_CaT", Role::multiplier, "", 1},
    {"scale_I_Na", "I_Na", Role::multiplier, "", 1},
    {"scale_I_f", "I_f", Role::multiplier, "", 1},
    {"scale_I_NaCa", "I_NaCa", Role::multiplier, "", 1},
    {"scale_J_up", "J_up", Role::multiplier, "", 1},
    {"scale_J_rel", "J_rel", Role::multiplier, "", 1},
    {"scale_J_leak", "J_leak", Role::multiplier, "", 1},
    {"scale_I_NaK", "I_NaK", Role::multiplier, "", 1},
    {"scale_I_Nab", "I_Nab", Role::multiplier, "", 1},
    {"scale_I_Cab", "I_Cab", Role::multiplier, "", 1},
    {"scale_I_pCa", "I_pCa", Role::multiplier, "", 1},
    {"g_K1", "I_K1", Role::conductance, "", 0.13378578},
    {"K1_1", "I_K1", Role::K1_prefactor, "opening", 0.47799497},
    {"K1_2", "I_K1", Role::K1_slope, "opening", 27.242756},
    {"K1_3", "I_K1", Role::K1_shift, "opening", 4.9250233},
    {"K1_4", "I_K1", Role::K1_slope, "closing", 8.7222376},
    {"K1_5", "I_K1", Role::K1_shift, "closing", 56.636197},
    {"g_Kr", "I_Kr", Role::conductance, "", 0.218025},
    {"Xr1_1", "I_Kr", Role::prefactor, "Xr1", 0.0057488524},
    {"Xr1_2", "I_Kr", Role::alpha_slope, "Xr1", 13.623493},
    {"Xr1_5", "I_Kr", Role::ratio, "Xr1", 0.047630571},
    {"Xr1_6", "I_Kr", Role::steady_slope, "Xr1", -7.0680874},
    {"Xr2_1", "I_Kr", Role::prefactor, "Xr2", 0.012456641},
    {"Xr2_2", "I_Kr", Role::alpha_slope, "Xr2", -25.994458},
    {"Xr2_5", "I_Kr", Role::ratio, "Xr2", 37.342633},
    {"Xr2_6", "I_Kr", Role::steady_slope, "Xr2", 22.091964},
    {"Xr1_tau0", "I_Kr", Role::tau_offset, "Xr1", 50},
    {"Xr2_tau0", "I_Kr", Role::tau_offset, "Xr2", 0},
    {"g_Ks", "I_Ks", Role::conductance, "", 0.0077},
    {"Xs_1", "I_Ks", Role::prefactor, "Xs", 0.0011655845},
    {"Xs_2", "I_Ks", Role::alpha_slope, "Xs", 66726.839},
    {"Xs_5", "I_Ks", Role::ratio, "Xs", 0.28045891},
    {"Xs_6", "I_Ks", Role::steady_slope, "Xs", -18.866972},
    {"Xs_tau0", "I_Ks", Role::tau_offset, "Xs", 4.74115e-06},
    {"g_to", "I_to", Role::conductance, "", 0.11783333},
    {"r_1", "I_to", Role::prefactor, "r", 0.055361418},
    {"r_2", "I_to", Role::alpha_slope, "r", 11.684202},
    {"r_5", "I_to", Role::ratio, "r", 3.9891811},
    {"r_6", "I_to", Role::steady_slope, "r", -11.047139},
    {"s_1", "I_to", Role::prefactor, "s", 0.00034423094},
    {"s_2", "I_to", Role::alpha_slope, "s", -17.634472},
    {"s_5", "I_to", Role::ratio, "s", 186.76054},
    {"s_6", "I_to", Role::steady_slope, "s", 8.1809339},
    {"r_tau0", "I_to", Role::tau_offset, "r", 0.69675842},
    {"s_tau0", "I_to", Role::tau_offset, "s", 11.224458},
    {"p_CaL", "I_CaL", Role::permeability, "", 0.30802769},
    {"d_1", "I_CaL", Role::prefactor, "d", 12.966294},
    {"d_2", "I_CaL", Role::alpha_slope, "d", 7.079146},
    {"d_5", "I_CaL", Role::ratio, "d", 0.044909416},
    {"d_6", "I_CaL", Role::steady_slope, "d", -6.9098804},
    {"f_1", "I_CaL", Role::prefactor, "f", 0.00051258983},
    {"f_2", "I_CaL", Role::alpha_slope, "f", -49.505712},
    {"f_5", "I_CaL", Role::ratio, "f", 1931.2112},
    {"f_6", "I_CaL", Role::steady_slope, "f", 5.7300275},
    {"d_tau0", "I_CaL", Role::tau_offset, "d", 1.6582469},
    {"f_tau0", "I_CaL", Role::tau_offset, "f", 100.46256},
    {"g_CaT", "I_CaT", Role::conductance, "", 0.185},
    {"g_Na", "I_Na", Role::conductance, "", 9.7206134},
    {"m_1", "I_Na", Role::prefactor, "m", 108.04585},
    {"m_2", "I_Na", Role::alpha_slope, "m", 13.107016},
    {"m_5", "I_Na", Role::ratio, "m", 0.0023269144},
    {"m_6", "I_Na", Role::steady_slope, "m", -7.9177263},
    {"h_1", "I_Na", Role::prefactor, "h", 0.0036265989},
    {"h_2", "I_Na", Role::alpha_slope, "h", -19.839359},
    {"h_5", "I_Na", Role::ratio, "h", 9663.295},
    {"h_6", "I_Na", Role::steady_slope, "h", 7.3955036},
    {"j_1", "I_Na", Role::prefactor, "j", 0.00051225718},
    {"j_2", "I_Na", Role::alpha_slope, "j", -66.583756},
    {"m_tau0", "I_Na", Role::tau_offset, "m", 0.03197758},
    {"h_tau0", "I_Na", Role::tau_offset, "h", 0.1673315},
    {"j_tau0", "I_Na", Role::tau_offset, "j", 0.95108872},
    {"g_f", "I_f", Role::conductance, "", 0.0435},
    {"Xf_1", "I_f", Role::prefactor, "Xf", 5.7897e-07},
    {"Xf_2", "I_f", Role::alpha_slope, "Xf", -14.589712},
    {"Xf_5", "I_f", Role::ratio, "Xf", 20086.65},
    {"Xf_6", "I_f", Role::steady_slope, "Xf", 10.202353},
    {"Xf_tau0", "I_f", Role::tau_offset, "Xf", 23.945291},
}};
// clang-format on

const char* unit_of(Role role) {
  switch (role) {
    case Role::conductance:
      return "mS/uF";
    case Role::permeability:
      return "L/(F s)";
    case Role::prefactor:
      return "1/ms";
    case Role::K1_slope:
    case Role::K1_shift:
    case Role::alpha_slope:
    case Role::steady_slope:
      return "mV";
    case Role::tau_offset:
      return "ms";
    default:
      return "1";
  }
}

const char* meaning_of(Role role) {
  switch (role) {
    case Role::multiplier:
      return "multiplier of the whole";
    case Role::conductance:
      return "largest conductance";
    case Role::permeability:
      return "permeability, shared by Ca, Na and K as 5.4e-4 : 1.5e-8 : 2.7e-7";
    case Role::K1_prefactor:
      return "factor";
    case Role::K1_slope:
      return "slope";
    case Role::K1_shift:
      return "shift";
    case Role::prefactor:
      return "opening rate alpha at 0 mV";
    case Role::alpha_slope:
      return "slope of alpha; decides how the time constant depends on V_m";
    case Role::ratio:
      return "beta/alpha at 0 mV; half-way point of the steady state is at -x6 ln x5";
    case Role::steady_slope:
      return "slope of the steady state; negative opens, positive closes with V_m";
    case Role::tau_offset:
      return "smallest time constant, added at every V_m";
  }
  return "";
}

}  // namespace tawara::kernik
