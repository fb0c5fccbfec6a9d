#pragma once
#include <array>
#include <bit>
#include <cstddef>

#include "tawara/ionic.hpp"

/// Cell models written once. An author gives an *equations* type with the text of the model over any real type; this
/// header turns the text into the rates and observables of `IonicModel`. The text comes in two parts so that other
/// ways to run it (voltage tables, exponential steps, a held voltage) need no second copy:
///
///   struct Equations {
///     static constexpr std::size_t n_states, n_parameters, n_observables;
///     template <class Real> struct State { Real ...; };      // n_states named Reals, the membrane variable first
///     template <class Real> struct Gates { Gate<Real> ...; };  // gates whose kinetics depend on that variable only
///     static constexpr std::array<std::size_t, k> gate_states; // which state each of those gates is
///     template <class Real> struct VoltageTerms { Gates<Real> gates; Real ...; };
///     template <class Real> struct Flows { Real ...; };      // currents and fluxes by name
///
///     // 1. What depends on the membrane variable (and on evaluate parameters) only.
///     template <class Real> VoltageTerms<Real> voltage_terms(const Real& V_m, const Real* parameters) const;
///     // 2. The rest: currents and fluxes, then the rates of every state that is not one of those gates.
///     template <class Real> Flows<Real> flows(const VoltageTerms<Real>&, const State<Real>&, const Real* parameters)
///     const; template <class Real> void rates(const VoltageTerms<Real>&, const Flows<Real>&, const State<Real>&,
///                                      const Real& I_stim, State<Real>& dydt) const;
///     // out[n_observables]
///     template <class Real> void observe(const Flows<Real>&, const State<Real>&, Real* out) const;
///   };
namespace tawara::model {

/// dy/dt = (steady - y)/tau: Hodgkin and Huxley's gate in the form in which it can be stepped exactly.
template <class Real>
struct Gate {
  Real steady;
  Real tau;  ///< ms
  [[nodiscard]] Real rate(const Real& y) const { return (steady - y) / tau; }
};

namespace detail {

template <class Equations>
struct OneCell {
  using State = typename Equations::template State<double>;
  using StateArray = std::array<double, Equations::n_states>;
  static_assert(sizeof(State) == sizeof(StateArray), "State<Real> must be n_states Reals and nothing else");

  std::array<double, Equations::n_parameters> parameters;
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
  using Terms = typename Equations::template VoltageTerms<double>;
  constexpr std::size_t n_gates = Equations::gate_states.size();
  Cell cell;
  Terms terms;
  double terms_at = 0;
  for (std::size_t c = 0; c < block.cells; ++c) {
    cell.load(block, c);
    // Neighbours often share the membrane voltage: the columns of a difference Jacobian all do but one.
    if (c == 0 || block.parameter_stride != 0 || cell.y[0] != terms_at) {
      terms_at = cell.y[0];
      terms = equations.voltage_terms(terms_at, cell.parameters.data());
    }
    const auto state = cell.state();
    const auto flows = equations.flows(terms, state, cell.parameters.data());
    typename Cell::State rate{};
    equations.rates(terms, flows, state, block.I_stim ? block.I_stim[c] : 0.0, rate);
    auto out = std::bit_cast<typename Cell::StateArray>(rate);
    const auto gates = std::bit_cast<std::array<Gate<double>, n_gates>>(terms.gates);
    for (std::size_t g = 0; g < n_gates; ++g) {
      const std::size_t s = Equations::gate_states[g];
      out[s] = gates[g].rate(cell.y[s]);
    }
    for (std::size_t s = 0; s < out.size(); ++s) dydt[s * block.stride + c] = out[s];
  }
}

/// IonicModel::observe, cell by cell.
template <class Equations>
void observe(const Equations& equations, const CellBlock& block, double* out) {
  detail::OneCell<Equations> cell;
  std::array<double, Equations::n_observables> values;
  for (std::size_t c = 0; c < block.cells; ++c) {
    cell.load(block, c);
    const auto terms = equations.voltage_terms(cell.y[0], cell.parameters.data());
    const auto state = cell.state();
    equations.observe(equations.flows(terms, state, cell.parameters.data()), state, values.data());
    for (std::size_t o = 0; o < values.size(); ++o) out[o * block.stride + c] = values[o];
  }
}

}  // namespace tawara::model
