#pragma once
#include <array>
#include <cstddef>

#include "tawara/model/cell_model.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// What the lane steppers read off a model's declarations at compile time.
template <class E>
struct LaneLayout {
  static constexpr std::size_t states = E::n_states;
  static constexpr std::size_t parameters = E::n_parameters;
  static constexpr auto gate = E::gate_states;
  static constexpr auto relaxing = detail::relaxing_states<E>();
  static constexpr auto chain = detail::chain_states<E>();
  static constexpr std::size_t gates = gate.size();
  static constexpr std::size_t linear_states = states - gates - relaxing.size() - chain.size();

  /// States stepped along their slope: those declared as nothing else. The membrane variable is the first.
  static constexpr std::array<std::size_t, linear_states> find_linear() {
    std::array<std::size_t, linear_states> found{};
    const auto declared = detail::declarations<E>();
    std::size_t n = 0;
    for (std::size_t s = 0; s < states; ++s)
      if (declared[s] == 0) found[n++] = s;
    return found;
  }
  static constexpr auto linear = find_linear();

  /// VoltageTerms<Real> is so many Reals, 2 per gate among them.
  template <class Real>
  static constexpr std::size_t terms = sizeof(typename E::template VoltageTerms<Real>) / sizeof(Real);
  template <class Real>
  static constexpr bool made_of_reals = sizeof(typename E::template VoltageTerms<Real>) == terms<Real> * sizeof(Real) &&
                                        sizeof(typename E::template Gates<Real>) == 2 * gates * sizeof(Real) &&
                                        sizeof(typename E::template State<Real>) == states * sizeof(Real);
};

}  // namespace tawara::model::inline TAWARA_ISA
