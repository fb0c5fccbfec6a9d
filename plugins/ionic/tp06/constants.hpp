#pragma once
#include <array>

namespace tawara::tp06 {

enum class Layer { endo, mid, epi };

struct Extracellular {  // mmol/L
  double Na = 140, Ca = 2, K = 5.4;
};

/// What differs between cells. Everything that is the same in every cell stands in equations.hpp beside its equation.
struct Constants {
  Extracellular outside;
  double G_to = 0.294;  // mS/uF
  double G_Ks = 0.392;
  double endo = 0;  // 1 in endo, whose I_to recovers slowly
};

[[nodiscard]] Constants constants_for(Layer);

constexpr int n_states = 19;

/// Published initial state of each layer, rounded to 3 to 5 digits by the authors.
[[nodiscard]] const std::array<double, n_states>& initial_state(Layer);

}  // namespace tawara::tp06
