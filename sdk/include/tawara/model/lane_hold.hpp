#pragma once
#include <cstddef>

#include "tawara/hold.hpp"
#include "tawara/lanes.hpp"
#include "tawara/model/lane_chain.hpp"
#include "tawara/model/lane_layout.hpp"
#include "tawara/model/lanes_math.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// Cells whose voltage is held, all the way through one piece of a command: LaneStepper::hold.
///
/// Gates and the chain have closed forms, so they take no part in choosing steps: they are stepped exactly to the
/// middle of each step, where the slopes of the rest are taken, and from sample to sample. What depends on the voltage
/// is computed once. The rest (concentrations, states that relax towards something that moves) follows the extrapolated
/// exponential midpoint of the free stepper, by steps that all lanes share and that the most demanding one chooses.
template <class E, class T>
class HeldLanes {
  using Layout = LaneLayout<E>;
  using Real = Lanes<T>;
  using Terms = typename E::template VoltageTerms<Real>;
  using State = typename E::template State<Real>;
  static constexpr std::size_t n = Layout::states, n_gates = Layout::gates, n_chain = Layout::chain.size();
  static constexpr std::size_t lanes = Real::count < lane_count ? Real::count : lane_count;
  static constexpr std::size_t groups = lane_count / lanes;
  using Matrix = Chain<Real, n_chain == 0 ? 1 : n_chain>;

  static constexpr double shortest = 1.0 / 1024, first_step = 1.0 / 32;  // ms
  static constexpr double relative = 0.006, largest_accepted = 1.5, grow_below = 0.2;

 public:
  /// @param floor  per state: what its error is measured against where the state itself is small
  HeldLanes(const E& equations, const double* floor, const HeldBlock<T>& block)
      : equations_(equations), floor_(floor), block_(block) {}

  /// @return steps taken
  long run() {
    for (std::size_t g = 0; g < groups; ++g) start(group_[g], g * lanes);
    const double every = block_.every;
    std::size_t sample = 0;
    const auto sample_time = [&] { return block_.first + static_cast<double>(sample) * every; };
    double t = 0, dt = first_step, dt_previous = 0, dt_of_factors = 0;
    long steps = 0;
    for (; sample < block_.samples && sample_time() <= 0; ++sample)
      for (Group& g : group_) record(g, sample, 0, 1, 0);
    while (t < block_.duration) {
      const double left = block_.duration - t;
      const bool last = dt >= left * (1 - 1e-12);
      const double step = last ? left : dt;
      if (step != dt_of_factors)
        for (Group& g : group_) find_factors(g, step);
      dt_of_factors = step;
      Real error(0.0);
      for (Group& g : group_) error = fmax(error, try_step(g, step, dt_previous));
      const double worst = largest(error) / block_.tolerance;
      if (worst > largest_accepted && step > shortest) {
        dt = step / 2;
        continue;
      }
      const double end = last ? block_.duration : t + step;
      for (; sample < block_.samples && sample_time() <= end; ++sample)
        for (Group& g : group_) record(g, sample, sample_time() - t, step, dt_previous);
      for (Group& g : group_) accept(g);
      t = end;
      ++steps;
      dt_previous = step;
      if (worst > 1)
        dt = step / 2;
      else if (worst < grow_below && !last)
        dt = step * 2 < block_.max_step ? step * 2 : block_.max_step;
    }
    for (Group& g : group_)
      for (std::size_t s = 0; s < n; ++s) as_array(g.y)[s].store(block_.state + s * lane_count + g.lane);
    return steps;
  }

 private:
  struct Group {
    State y, before, mid, next;
    Real p[Layout::parameters + 1];
    Terms terms;
    Real half[n_gates + 1];   // what is left of a gate's distance from its steady state after half a step
    Real every[n_gates + 1];  // and from one sample to the next
    Matrix chain_half, chain_every;
    State sampled;  // gates and chain at the last sample
    bool any_sampled;
    std::size_t lane;
  };

  static Real* as_array(State& y) { return reinterpret_cast<Real*>(&y); }
  static const Gate<Real>* gates_of(const Terms& terms) { return reinterpret_cast<const Gate<Real>*>(&terms.gates); }

  static HWY_INLINE double largest(Real x) {
    alignas(64) T values[lanes];
    x.store(values);
    T most = 0;
    for (const T v : values) most = v > most ? v : most;
    return static_cast<double>(most);
  }

  HWY_NOINLINE void start(Group& g, std::size_t lane) {
    g.lane = lane;
    for (std::size_t p = 0; p < Layout::parameters; ++p)
      g.p[p] = Real::load_unaligned(block_.parameters + p * lane_count + lane);
    for (std::size_t s = 0; s < n; ++s) as_array(g.y)[s] = Real::load_unaligned(block_.state + s * lane_count + lane);
    g.before = g.mid = g.next = g.sampled = g.y;
    g.terms = detail::voltage_terms(equations_, as_array(g.y)[0], g.p);
    for (std::size_t i = 0; i < n_gates; ++i) g.every[i] = exp(-block_.every / gates_of(g.terms)[i].tau);
    if constexpr (n_chain > 0) {
      g.chain_every = equations_.chain(g.terms);
      chain_exponential(g.chain_every, Real(block_.every));
    }
    g.any_sampled = false;
  }

  HWY_NOINLINE void find_factors(Group& g, double dt) {
    for (std::size_t i = 0; i < n_gates; ++i) g.half[i] = exp(-(0.5 * dt) / gates_of(g.terms)[i].tau);
    if constexpr (n_chain > 0) {
      g.chain_half = equations_.chain(g.terms);
      chain_exponential(g.chain_half, Real(0.5 * dt));
    }
  }

  /// Gates and chain of `y` moved on into `to`.
  HWY_INLINE void move_exact(const Group& g, State& y, const Real* left, const Matrix& moved, State& to) const {
    for (std::size_t i = 0; i < n_gates; ++i) {
      const Real steady = gates_of(g.terms)[i].steady;
      as_array(to)[Layout::gate[i]] = mul_add(as_array(y)[Layout::gate[i]] - steady, left[i], steady);
    }
    if constexpr (n_chain > 0) {
      Real next[n_chain];
      for (std::size_t i = 0; i < n_chain; ++i) next[i] = as_array(y)[Layout::chain[i]];
      for (std::size_t i = 0; i < n_chain; ++i)
        for (std::size_t from = 0; from < n_chain; ++from) {
          if (i == from) continue;
          const Real flow = moved[i][from] * as_array(y)[Layout::chain[from]];
          next[i] += flow;
          next[from] -= flow;
        }
      for (std::size_t i = 0; i < n_chain; ++i) as_array(to)[Layout::chain[i]] = next[i];
    }
  }

  /// From g.y into g.next. @return the largest change of slope over what is allowed; 0 in a broken cell
  HWY_NOINLINE Real try_step(Group& g, double dt, double dt_previous) {
    move_exact(g, g.y, g.half, g.chain_half, g.mid);
    Real *const y = as_array(g.y), *const mid = as_array(g.mid), *const next = as_array(g.next);
    if (dt_previous > 0) {
      const Real ratio(0.5 * dt / dt_previous);
      for (const std::size_t s : Layout::linear) mid[s] = mul_add(y[s] - as_array(g.before)[s], ratio, y[s]);
      for (const std::size_t s : Layout::relaxing) mid[s] = mul_add(y[s] - as_array(g.before)[s], ratio, y[s]);
      mid[0] = y[0];
    } else {
      // No history: a first-order step leads to the middle.
      for (const std::size_t s : Layout::linear) mid[s] = y[s];
      for (const std::size_t s : Layout::relaxing) mid[s] = y[s];
      step_rest(g, 0.5 * dt);
      for (const std::size_t s : Layout::linear) mid[s] = next[s];
      for (const std::size_t s : Layout::relaxing) mid[s] = next[s];
    }
    step_rest(g, dt);
    move_exact(g, g.mid, g.half, g.chain_half, g.next);

    Real error(0.0);
    const auto judge = [&](std::size_t s) {
      const Real change = fabs((next[s] - y[s]) - 2.0 * (mid[s] - y[s]));
      error = fmax(error, change / (relative * (fabs(y[s]) + Real(floor_[s]))));
    };
    for (const std::size_t s : Layout::linear)
      if (s != 0) judge(s);
    for (const std::size_t s : Layout::relaxing) judge(s);
    // A broken cell must not hold the others up: it goes on as the NaN it is.
    return select(error < 1e30, error, Real(0.0));
  }

  /// Everything but gates and chain, from g.y by dt with the slopes at g.mid.
  HWY_NOINLINE void step_rest(Group& g, double dt) const {
    Real *const y = as_array(g.y), *const next = as_array(g.next);
    const auto flows = equations_.flows(g.terms, g.mid, g.p);
    State rate;
    equations_.rates(g.terms, flows, g.mid, g.p, Real(0.0), rate);
    for (const std::size_t s : Layout::linear) next[s] = mul_add(as_array(rate)[s], Real(dt), y[s]);
    next[0] = y[0];
    if constexpr (Layout::relaxing.size() > 0) {
      const auto all = equations_.relaxations(g.terms, flows, g.mid, g.p);
      const auto* relaxing = reinterpret_cast<const Gate<Real>*>(&all);
      for (std::size_t r = 0; r < Layout::relaxing.size(); ++r) {
        const std::size_t s = Layout::relaxing[r];
        next[s] = mul_add(relaxing[r].steady - y[s], -expm1(Real(-dt) / relaxing[r].tau), y[s]);
      }
    }
  }

  /// The cell at t_in of the step to g.next: gates and chain exactly, the rest on the parabola through the last three
  /// states.
  HWY_NOINLINE void record(Group& g, std::size_t sample, double t_in, double dt, double dt_previous) {
    if (g.any_sampled) {
      move_exact(g, g.sampled, g.every, g.chain_every, g.sampled);
    } else if (block_.first > 0) {
      Real left[n_gates + 1];
      for (std::size_t i = 0; i < n_gates; ++i) left[i] = exp(-block_.first / gates_of(g.terms)[i].tau);
      Matrix moved{};
      if constexpr (n_chain > 0) {
        moved = equations_.chain(g.terms);
        chain_exponential(moved, Real(block_.first));
      }
      move_exact(g, g.sampled, left, moved, g.sampled);
    }
    g.any_sampled = true;

    const double bend = dt_previous > 0 ? t_in * (t_in - dt) / (dt + dt_previous) : 0;
    const Real along(t_in / dt), bend_next(bend / dt), bend_before(dt_previous > 0 ? bend / dt_previous : 0);
    const auto between = [&](std::size_t s) {
      const Real ahead = as_array(g.next)[s] - as_array(g.y)[s], behind = as_array(g.y)[s] - as_array(g.before)[s];
      as_array(g.sampled)[s] = as_array(g.y)[s] + ahead * along + (ahead * bend_next - behind * bend_before);
    };
    for (const std::size_t s : Layout::linear) between(s);
    for (const std::size_t s : Layout::relaxing) between(s);

    Real values[E::n_observables + 1];
    const auto flows = equations_.flows(g.terms, g.sampled, g.p);
    equations_.observe(flows, g.sampled, values);
    values[E::n_observables] = flows.I_ion;
    for (std::size_t r = 0; r < block_.n_recorded; ++r)
      values[block_.recorded[r]].store(block_.record + (sample * block_.n_recorded + r) * lane_count + g.lane);
  }

  static HWY_INLINE void accept(Group& g) {
    g.before = g.y;
    g.y = g.next;
  }

  const E& equations_;
  const double* floor_;
  const HeldBlock<T>& block_;
  Group group_[groups];
};

}  // namespace tawara::model::inline TAWARA_ISA
