#pragma once
#include <hwy/targets.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "tawara/lanes.hpp"
#include "tawara/model/cell_model.hpp"

namespace lanes_test {

using namespace tawara;

inline const BatchedModel& batched(const Cell& cell) {
  return *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
}

/// Instruction sets of this CPU and the names they go by, best first.
inline std::vector<std::pair<std::int64_t, std::string>> instruction_sets() {
  std::vector<std::pair<std::int64_t, std::string>> list;
#if HWY_ARCH_X86
  hwy::SetSupportedTargetsForTest(0);
  const auto supported = hwy::SupportedTargets();
  if (supported & HWY_AVX3) list.emplace_back(HWY_AVX3, "avx512");
  if (supported & HWY_AVX2) list.emplace_back(HWY_AVX2, "avx2");
  if (supported & HWY_SSE4) list.emplace_back(HWY_SSE4, "sse4");
#endif
  list.emplace_back(HWY_EMU128, "baseline");
  return list;
}

/// Run `f` with cells prepared for each instruction set.
template <class F>
void on_every_isa(F&& f) {
  for (const auto& [target, isa] : instruction_sets()) {
    hwy::SetSupportedTargetsForTest(target);
    f(isa);
  }
  hwy::SetSupportedTargetsForTest(0);
}

/// A block of 16 lanes and the stepper of its precision.
template <class T>
struct Lanes16 {
  const LaneStepper<T>& stepper;
  std::size_t n_states, n_parameters;
  std::vector<T> state, previous, parameters;
  std::array<T, lane_count> I_stim{}, dt{}, dt_previous{}, error{};
  std::array<bool, lane_count> accepted{};
  T tolerance = std::numeric_limits<T>::max();

  explicit Lanes16(const Cell& cell)
      : stepper(choose(batched(cell))), n_states(cell.initial_state().size()), n_parameters(cell.parameters.size()) {
    for (const double y : cell.initial_state()) state.insert(state.end(), lane_count, static_cast<T>(y));
    for (const double p : cell.parameters) parameters.insert(parameters.end(), lane_count, static_cast<T>(p));
    previous = state;
  }
  static const LaneStepper<T>& choose(const BatchedModel& model) {
    if constexpr (std::is_same_v<T, float>)
      return model.float_lanes();
    else
      return model.double_lanes();
  }

  T& y(std::size_t s, std::size_t lane) { return state[s * lane_count + lane]; }
  T& before(std::size_t s, std::size_t lane) { return previous[s * lane_count + lane]; }
  void put(std::size_t lane, const std::vector<double>& y_now, const std::vector<double>& y_before) {
    for (std::size_t s = 0; s < n_states; ++s) {
      y(s, lane) = static_cast<T>(y_now[s]);
      before(s, lane) = static_cast<T>(y_before[s]);
    }
  }
  std::vector<double> cell_state(std::size_t lane) {
    std::vector<double> values(n_states);
    for (std::size_t s = 0; s < n_states; ++s) values[s] = y(s, lane);
    return values;
  }
  LaneBlock<T> block() {
    return {state.data(),       previous.data(), parameters.data(), I_stim.data(),  dt.data(),
            dt_previous.data(), tolerance,       error.data(),      accepted.data()};
  }
  void step() { stepper.step(block()); }
  void step_held() { stepper.step_held(block()); }
  void rush_larsen() { stepper.rush_larsen(block()); }
  /// `steps` steps of `size` ms from a start, every lane alike.
  void run(int steps, double size) {
    dt.fill(static_cast<T>(size));
    dt_previous.fill(0);
    for (int i = 0; i < steps; ++i) {
      step();
      dt_previous = dt;
    }
  }
};

/// The scheme of lane_stepper.hpp for one cell in plain double, written down once more: straight from the formulas.
template <class E>
struct PlainStep {
  E equations;
  std::vector<double> parameters;
  double I_stim = 0;
  using Vector = std::vector<double>;
  static constexpr std::size_t n = E::n_states;

  [[nodiscard]] auto terms_at(double V) const { return model::detail::voltage_terms(equations, V, parameters.data()); }
  static std::vector<model::Gate<double>> gates_of(const typename E::template VoltageTerms<double>& terms) {
    const auto gates = std::bit_cast<std::array<model::Gate<double>, E::gate_states.size()>>(terms.gates);
    return {gates.begin(), gates.end()};
  }

  /// From y by dt with coefficients at `mid`; the gates' steady states go on to those at V_end.
  [[nodiscard]] Vector advance(const Vector& y, const Vector& mid, double V_end, double dt, bool held) const {
    typename E::template State<double> state;
    std::array<double, n> array{}, rate{};
    std::copy(mid.begin(), mid.end(), array.begin());
    state = std::bit_cast<decltype(state)>(array);
    const auto terms = terms_at(mid[0]);
    const auto flows = equations.flows(terms, state, parameters.data());
    model::detail::all_rates(equations, terms, flows, array, parameters.data(), I_stim, rate);
    Vector next(n);
    for (std::size_t s = 0; s < n; ++s) next[s] = y[s] + dt * rate[s];
    const auto gates = gates_of(terms), end = gates_of(terms_at(V_end));
    for (std::size_t g = 0; g < gates.size(); ++g) {
      const double z = dt / gates[g].tau, e = std::exp(-z), old = y[E::gate_states[g]];
      next[E::gate_states[g]] =
          gates[g].steady + (old - gates[g].steady) * e + (end[g].steady - gates[g].steady) * (1 + e - 2 * (1 - e) / z);
    }
    if constexpr (model::detail::HasRelaxations<E>) {
      const auto all = std::bit_cast<std::array<model::Gate<double>, E::relaxing_states.size()>>(
          equations.relaxations(terms, flows, state, parameters.data()));
      for (std::size_t r = 0; r < all.size(); ++r) {
        const std::size_t s = E::relaxing_states[r];
        next[s] = all[r].steady + (y[s] - all[r].steady) * std::exp(-dt / all[r].tau);
      }
    }
    if constexpr (model::detail::HasChain<E>) {
      // exp(A dt) y by many small Taylor steps.
      const auto chain = equations.chain(terms);
      constexpr std::size_t k = E::chain_states.size();
      std::array<double, k> x{};
      for (std::size_t i = 0; i < k; ++i) x[i] = y[E::chain_states[i]];
      constexpr int pieces = 64;
      for (int piece = 0; piece < pieces; ++piece) {
        auto term = x;
        for (int order = 1; order < 20; ++order) {
          std::array<double, k> moved{};
          for (std::size_t to = 0; to < k; ++to)
            for (std::size_t from = 0; from < k; ++from) {
              if (to == from) continue;
              moved[to] += chain[to][from] * term[from];
              moved[from] -= chain[to][from] * term[from];
            }
          for (std::size_t i = 0; i < k; ++i) x[i] += term[i] = moved[i] * (dt / pieces / order);
        }
      }
      for (std::size_t i = 0; i < k; ++i) next[E::chain_states[i]] = x[i];
    }
    if (held) next[0] = y[0];
    return next;
  }

  [[nodiscard]] Vector step(const Vector& y, const Vector& before, double dt, double dt_previous,
                            bool held = false) const {
    Vector mid = y;
    if (dt_previous > 0) {
      for (std::size_t s = 0; s < n; ++s) mid[s] += (y[s] - before[s]) * dt / (2 * dt_previous);
    } else {
      const Vector first = advance(y, y, y[0], dt, held);
      for (std::size_t s = 0; s < n; ++s) mid[s] = 0.5 * (y[s] + first[s]);
    }
    if (held) mid[0] = y[0];
    return advance(y, mid, 2 * mid[0] - y[0], dt, held);
  }
};

}  // namespace lanes_test
