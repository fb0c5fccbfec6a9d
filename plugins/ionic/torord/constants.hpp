#pragma once
#include <array>

namespace tawara::torord {

enum class Sex { baseline, male, female };
enum class Layer { endo, mid, epi };

struct Extracellular {  // mmol/L
  double Na = 140, Ca = 1.8, K = 5.0, Cl = 150;
};

/// The constants that differ between cells, after the factors of sex and layer. Everything that is the same in every
/// cell stands in equations.hpp beside its equation.
struct Constants {
  Extracellular outside;
  double G_Na = 11.7802;  // mS/uF
  double G_NaL = 0.0279;
  double G_to = 0.16;
  double P_Ca = 8.3757e-5;  // cm/s; P_CaNa and P_CaK are fractions of it
  double G_Kr = 0.0321;     // at K_o = 5
  double G_Ks = 0.0011;
  double G_K1 = 0.6992;  // at K_o = 5
  double G_NaCa = 0.0034;
  double P_NaK = 15.4509;
  double G_Kb = 0.0189;
  double G_pCa = 5e-4;
  double J_rel = 1.5378;              // factor on the release flux
  double J_rel_inf = 1;               // factor on its steady state
  double J_up = 1;                    // factor on uptake
  double J_up_nonphosphorylated = 1;  // factor on the part of uptake that CaMK has not phosphorylated
  double cmdn_max = 0.05;             // mmol/L, calmodulin
  double tau_diff_Ca = 0.2;           // ms, Ca from subspace to myoplasm
  double tau_jca = 75;                // ms, recovery from Ca-dependent inactivation of I_CaL
  double epi = 0;                     // 1 in epi, where I_to inactivates faster at negative voltages
};

[[nodiscard]] Constants constants_for(Sex, Layer);

constexpr int n_states = 43;
constexpr int n_states_dyncl = 45;

/// Published initial state of each layer with fixed chloride. For endo and epi as printed in the paper (4 to 5
/// digits), for mid the authors' steady state at 1 Hz.
[[nodiscard]] const std::array<double, n_states>& initial_state(Layer);

constexpr double tau_jca_dyncl = 72.5;  // ms, where chloride moves

/// The same where chloride moves: the authors' steady states at 1 Hz. Their CellML files name the 0.998 of the deepest
/// closed state of I_Kr C1; it is C3, as in their Matlab code.
[[nodiscard]] const std::array<double, n_states_dyncl>& initial_state_dyncl(Layer);

}  // namespace tawara::torord
