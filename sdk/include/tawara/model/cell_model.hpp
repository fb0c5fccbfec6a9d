#pragma once
#include <array>
#include <bit>
#include <cstddef>

#include "tawara/ionic.hpp"
#include "tawara/model/isa.hpp"

/// Cell models written once. An author gives an *equations* type with the text of the model over any real type; from it
/// the SDK makes rates and observables (here), steps of many cells in SIMD lanes, voltage tables and exact steps under
/// a held voltage (lanes.hpp). The text says which states are simple, because simple ones can be stepped exactly:
///
///   struct Equations {
///     static constexpr std::size_t n_states, n_parameters, n_observables;
///     template <class Real> struct State { Real ...; };  // n_states named Reals, the membrane variable first
///
///     // Gates: dy/dt = (steady - y)/tau, both depending on the membrane variable only.
///     template <class Real> struct Gates { Gate<Real> ...; };
///     static constexpr std::array<std::size_t, k> gate_states;  // which state each gate is
///
///     // 1. What depends on the membrane variable only; has at least a member `gates`. The form without parameters
///     //    promises that all cells share these terms, which may then be tabulated; the other form is for models
///     //    whose kinetics vary from cell to cell.
///     template <class Real> struct VoltageTerms { Gates<Real> gates; Real ...; };
///     template <class Real> VoltageTerms<Real> voltage_terms(const Real& V_m) const;
///     template <class Real> VoltageTerms<Real> voltage_terms(const Real& V_m, const Real* parameters) const;
///
///     // 2. Currents and fluxes by name. Has a member I_ion, their sum through the membrane: uA/uF, outward positive.
///     template <class Real> struct Flows { Real I_ion, ...; };
///     template <class Real> Flows<Real> flows(const VoltageTerms<Real>&, const State<Real>&, const Real* parameters)
///     const;
///
///     // 3. Rates of all states that are neither gates nor declared in one of the two optional ways below.
///     template <class Real> void rates(const VoltageTerms<Real>&, const Flows<Real>&, const State<Real>&,
///                                      const Real* parameters, const Real& I_stim, State<Real>& dydt) const;
///
///     // 4. out[n_observables], in the order in which the component names them.
///     template <class Real> void observe(const Flows<Real>&, const State<Real>&, Real* out) const;
///
///     // Optional. States that relax towards a steady state, like gates, but both it and tau depend on other states
///     too
///     // (inactivation by calcium, release).
///     template <class Real> struct Relaxations { Gate<Real> ...; };
///     static constexpr std::array<std::size_t, k> relaxing_states;
///     template <class Real> Relaxations<Real> relaxations(const VoltageTerms<Real>&, const Flows<Real>&,
///                                                         const State<Real>&, const Real* parameters) const;
///
///     // Optional. A Markov chain whose rates depend on the membrane variable only. chain[to][from] in 1/ms; what
///     leaves
///     // a state is taken from it by the SDK.
///     static constexpr std::array<std::size_t, k> chain_states;
///     template <class Real> Chain<Real, k> chain(const VoltageTerms<Real>&) const;
///   };
///
/// Every state is exactly one of gate, relaxing, of the chain, or left to rates(): checked at compile time.
/// Equations stand in `namespace yours::inline TAWARA_ISA` (isa.hpp). Use `select` instead of `if` (math.hpp), and no
/// `static` local variables: the text runs in many threads and on several cells at once.
namespace tawara::model::inline TAWARA_ISA {

/// dy/dt = (steady - y)/tau: Hodgkin and Huxley's gate in the form in which it can be stepped exactly.
template <class Real>
struct Gate {
  Real steady;
  Real tau;  ///< ms
  [[nodiscard]] Real rate(const Real& y) const { return (steady - y) / tau; }
};

/// Rates between the n states of a Markov chain: [to][from], 1/ms. The diagonal is not used.
template <class Real, std::size_t n>
using Chain = std::array<std::array<Real, n>, n>;

namespace detail {

template <class E>
concept HasRelaxations = requires {
  E::relaxing_states;
};
template <class E>
concept HasChain = requires {
  E::chain_states;
};
/// All cells share the voltage terms, so they may be tabulated.
template <class E>
concept SharedVoltageTerms = requires(const E& e, double V_m) {
  e.voltage_terms(V_m);
};

template <class E>
constexpr auto relaxing_states() {
  if constexpr (HasRelaxations<E>)
    return E::relaxing_states;
  else
    return std::array<std::size_t, 0>{};
}
template <class E>
constexpr auto chain_states() {
  if constexpr (HasChain<E>)
    return E::chain_states;
  else
    return std::array<std::size_t, 0>{};
}

/// How often each state is declared as gate, relaxing or of the chain.
template <class E>
constexpr std::array<int, E::n_states> declarations() {
  std::array<int, E::n_states> times{};
  for (const std::size_t s : E::gate_states) ++times.at(s);
  for (const std::size_t s : relaxing_states<E>()) ++times.at(s);
  for (const std::size_t s : chain_states<E>()) ++times.at(s);
  return times;
}
template <class E>
constexpr bool declared_once() {
  for (const int times : declarations<E>())
    if (times > 1) return false;
  return declarations<E>()[0] == 0;  // the membrane variable is none of them
}

template <class E, class Real>
auto voltage_terms(const E& equations, const Real& V_m, [[maybe_unused]] const Real* parameters) {
  if constexpr (SharedVoltageTerms<E>)
    return equations.voltage_terms(V_m);
  else
    return equations.voltage_terms(V_m, parameters);
}

/// dydt of one cell, whole. @param y, dydt  n_states each
template <class E, class Real, class Terms, class Flows>
void all_rates(const E& equations, const Terms& terms, const Flows& flows, const std::array<Real, E::n_states>& y,
               const Real* parameters, const Real& I_stim, std::array<Real, E::n_states>& dydt) {
  using State = typename E::template State<Real>;
  const State state = std::bit_cast<State>(y);
  State rate{};
  equations.rates(terms, flows, state, parameters, I_stim, rate);
  dydt = std::bit_cast<std::array<Real, E::n_states>>(rate);
  const auto gates = std::bit_cast<std::array<Gate<Real>, E::gate_states.size()>>(terms.gates);
  for (std::size_t g = 0; g < gates.size(); ++g) dydt[E::gate_states[g]] = gates[g].rate(y[E::gate_states[g]]);
  if constexpr (HasRelaxations<E>) {
    constexpr auto& states = E::relaxing_states;
    const auto all =
        std::bit_cast<std::array<Gate<Real>, states.size()>>(equations.relaxations(terms, flows, state, parameters));
    for (std::size_t r = 0; r < all.size(); ++r) dydt[states[r]] = all[r].rate(y[states[r]]);
  }
  if constexpr (HasChain<E>) {
    constexpr auto& states = E::chain_states;
    const auto chain = equations.chain(terms);
    for (std::size_t i = 0; i < states.size(); ++i) dydt[states[i]] = Real(0.0);
    for (std::size_t to = 0; to < states.size(); ++to)
      for (std::size_t from = 0; from < states.size(); ++from) {
        if (to == from) continue;
        const Real flow = chain[to][from] * y[states[from]];
        dydt[states[to]] = dydt[states[to]] + flow;
        dydt[states[from]] = dydt[states[from]] - flow;
      }
  }
}

template <class E>
struct OneCell {
  using State = typename E::template State<double>;
  using StateArray = std::array<double, E::n_states>;
  static_assert(sizeof(State) == sizeof(StateArray), "State<Real> must be n_states Reals and nothing else");
  static_assert(declared_once<E>(),
                "a state is declared twice, or the membrane variable is declared a gate, relaxing or of the chain");

  std::array<double, E::n_parameters> parameters;
  StateArray y;

  void load(const CellBlock& block, std::size_t cell) {
    for (std::size_t p = 0; p < parameters.size(); ++p) parameters[p] = block.parameter(p, cell);
    for (std::size_t s = 0; s < y.size(); ++s) y[s] = block.state[s * block.stride + cell];
  }
  [[nodiscard]] State state() const { return std::bit_cast<State>(y); }
};

}  // namespace detail

/// IonicModel::rates, cell by cell in plain double.
template <class Equations>
void rates(const Equations& equations, const CellBlock& block, double* dydt) {
  using Cell = detail::OneCell<Equations>;
  typename Equations::template VoltageTerms<double> terms;
  Cell cell;
  typename Cell::StateArray rate;
  double terms_at = 0;
  for (std::size_t c = 0; c < block.cells; ++c) {
    cell.load(block, c);
    // Neighbours often share the membrane voltage: the columns of a difference Jacobian all do but one.
    if (c == 0 || block.parameter_stride != 0 || cell.y[0] != terms_at) {
      terms_at = cell.y[0];
      terms = detail::voltage_terms(equations, terms_at, cell.parameters.data());
    }
    const auto flows = equations.flows(terms, cell.state(), cell.parameters.data());
    detail::all_rates(equations, terms, flows, cell.y, cell.parameters.data(), block.I_stim ? block.I_stim[c] : 0.0,
                      rate);
    for (std::size_t s = 0; s < rate.size(); ++s) dydt[s * block.stride + c] = rate[s];
  }
}

/// IonicModel::observe, cell by cell: the model's observables, then I_ion.
template <class Equations>
void observe(const Equations& equations, const CellBlock& block, double* out) {
  detail::OneCell<Equations> cell;
  std::array<double, Equations::n_observables + 1> values;
  for (std::size_t c = 0; c < block.cells; ++c) {
    cell.load(block, c);
    const auto terms = detail::voltage_terms(equations, cell.y[0], cell.parameters.data());
    const auto state = cell.state();
    const auto flows = equations.flows(terms, state, cell.parameters.data());
    equations.observe(flows, state, values.data());
    values.back() = flows.I_ion;
    for (std::size_t o = 0; o < values.size(); ++o) out[o * block.stride + c] = values[o];
  }
}

}  // namespace tawara::model::inline TAWARA_ISA
