#pragma once
#include <array>
#include <cstddef>

#include "tawara/lanes.hpp"
#include "tawara/model/lane_chain.hpp"
#include "tawara/model/lane_hold.hpp"
#include "tawara/model/lane_layout.hpp"
#include "tawara/model/lanes_math.hpp"
#include "tawara/model/table_lookup.hpp"
#include "tawara/model/voltage_table.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// Size of the step error that is allowed: of a state's change over the step, from what the step before foretold. V_m
/// decides the accuracy; for the other states what matters is that steps stay stable and their course smooth. Measured
/// on every model: README.md.
struct StepTolerance {
  static constexpr double V_m = 0.02;  // mV
  // When a quiet membrane takes off, errors grow with it and delay the upstroke: there at most this part of the change
  // of V_m over the step, but no less than `take_off_least` of V_m.
  static constexpr double take_off = 0.025, take_off_least = 0.1;
  static constexpr double relative = 0.005;  // of |y| + floor
  static constexpr double floor = 0.01;      // of State::tolerance_scale
  static constexpr double largest_accepted = 1.5;
};

/// What the steppers of both precisions share.
template <class E>
struct LaneContext {
  E equations;
  double membrane_tolerance, membrane_sign;  // -1: V_m falls as state 0 grows
  std::array<double, E::n_states> floor;
  VoltageTable<E> const* table;  ///< null: voltage terms differ from cell to cell
};

/// LaneStepper of a model's equations. The scheme is described in README.md.
template <class E, class T>
class EquationsStepper final : public LaneStepper<T> {
  using Layout = LaneLayout<E>;
  using Real = Lanes<T>;
  using Mask = typename Real::Mask;
  using Terms = typename E::template VoltageTerms<Real>;
  using State = typename E::template State<Real>;
  static constexpr std::size_t n = Layout::states, n_gates = Layout::gates, n_chain = Layout::chain.size();
  static constexpr std::size_t lanes = Real::count < lane_count ? Real::count : lane_count;
  static_assert(Real::count <= lane_count);
  static_assert(Layout::template made_of_reals<Real>,
                "State, Gates and VoltageTerms of a model in lanes are made of Reals and nothing else");
  static constexpr bool tabulated = detail::SharedVoltageTerms<E>;
  using Table = VoltageTable<E>;

 public:
  explicit EquationsStepper(const LaneContext<E>& context) : context_(context) {}

  void step(const LaneBlock<T>& block) const override {
    for (std::size_t l = 0; l < lane_count; l += lanes) step_group<Kind::free>(block, l);
  }
  void step_held(const LaneBlock<T>& block) const override {
    for (std::size_t l = 0; l < lane_count; l += lanes) step_group<Kind::held>(block, l);
  }
  long hold(const HeldBlock<T>& block) const override {
    return HeldLanes<E, T>(context_.equations, context_.floor.data(), block).run();
  }
  [[nodiscard]] bool holds() const override { return true; }
  void rush_larsen(const LaneBlock<T>& block) const override {
    for (std::size_t l = 0; l < lane_count; l += lanes) step_group<Kind::first_order>(block, l);
  }

  void observe(const T* state, const T* parameters, T* out) const override {
    for (std::size_t l = 0; l < lane_count; l += lanes) {
      State y;
      Real p[Layout::parameters + 1];
      load(state, l, n, as_array(y));
      load(parameters, l, Layout::parameters, p);
      Terms terms;
      direct_terms(as_array(y)[0], p, terms);
      Real values[E::n_observables + 1];
      observe_group(terms, y, p, values);
      for (std::size_t o = 0; o < E::n_observables + 1; ++o) values[o].store(out + o * lane_count + l);
    }
  }

 private:
  enum class Kind { free, held, first_order };

  /// One vector's worth of cells on its way through a step.
  struct Group {
    const T *y_at, *before_at;  // state and previous state of the block, at the group's first lane
    State mid, next;
    Real p[Layout::parameters + 1];
    Real dt, I_stim;
    Real V_end;     // membrane variable extrapolated to the end of the step
    Mask by_table;  // lanes that may use the tables
    const float* level[lanes];

    // Read where they stand: half of what a step costs would be copying.
    [[nodiscard]] HWY_INLINE Real y(std::size_t s) const { return Real::load_unaligned(y_at + s * lane_count); }
    [[nodiscard]] HWY_INLINE Real before(std::size_t s) const {
      return Real::load_unaligned(before_at + s * lane_count);
    }
  };

  static Real* as_array(State& y) { return reinterpret_cast<Real*>(&y); }
  static const Real* as_array(const State& y) { return reinterpret_cast<const Real*>(&y); }

  static HWY_INLINE void load(const T* from, std::size_t lane, std::size_t count, Real* to) {
    for (std::size_t i = 0; i < count; ++i) to[i] = Real::load_unaligned(from + i * lane_count + lane);
  }

  // Each part of the model's text is compiled once and kept out of line: the text is long, and every kind of step uses
  // it.

  HWY_NOINLINE void direct_terms(const Real& V, const Real* p, Terms& terms) const {
    terms = detail::voltage_terms(context_.equations, V, p);
  }
  HWY_NOINLINE void steady_states(const Real& V, const Real* p, Real* steady) const {
    const Terms terms = detail::voltage_terms(context_.equations, V, p);
    const auto* gates = reinterpret_cast<const Gate<Real>*>(&terms.gates);
    for (std::size_t g = 0; g < n_gates; ++g) steady[g] = gates[g].steady;
  }
  HWY_NOINLINE void observe_group(const Terms& terms, const State& y, const Real* p, Real* values) const {
    const auto flows = context_.equations.flows(terms, y, p);
    context_.equations.observe(flows, y, values);
    values[E::n_observables] = flows.I_ion;
  }

  /// The states that are neither gates nor of the chain: from g.y with the slopes at g.mid.
  HWY_NOINLINE HWY_FLATTEN void step_rest(const Terms& terms, Group& g) const {
    const auto flows = context_.equations.flows(terms, g.mid, g.p);
    State rate;
    context_.equations.rates(terms, flows, g.mid, g.p, g.I_stim, rate);
    for (const std::size_t s : Layout::linear) as_array(g.next)[s] = mul_add(as_array(rate)[s], g.dt, g.y(s));
    if constexpr (Layout::relaxing.size() > 0) {
      const auto all = context_.equations.relaxations(terms, flows, g.mid, g.p);
      const auto* relaxing = reinterpret_cast<const Gate<Real>*>(&all);
      for (std::size_t r = 0; r < Layout::relaxing.size(); ++r) {
        const Real y = g.y(Layout::relaxing[r]);
        const Real part = -expm1(-g.dt / relaxing[r].tau);
        as_array(g.next)[Layout::relaxing[r]] = mul_add(relaxing[r].steady - y, part, y);
      }
    }
  }

  HWY_NOINLINE void advance_directly(Group& g, bool lagging) const {
    Terms terms;
    direct_terms(as_array(g.mid)[0], g.p, terms);
    Real end[n_gates + 1];
    if (lagging) steady_states(g.V_end, g.p, end);
    step_rest(terms, g);
    const auto* gates = reinterpret_cast<const Gate<Real>*>(&terms.gates);
    for (std::size_t i = 0; i < n_gates; ++i) {
      const Real y = g.y(Layout::gate[i]);
      Real& next = as_array(g.next)[Layout::gate[i]];
      const auto factors = gate_factors(g.dt, gates[i].tau);
      next = mul_add(gates[i].steady - y, factors.relax, y);
      if (lagging) next = mul_add(end[i] - gates[i].steady, factors.lag, next);
    }
    if constexpr (n_chain > 0) {
      auto chain = context_.equations.chain(terms);
      chain_exponential(chain, g.dt);
      step_chain(g, [&](std::size_t to, std::size_t from) { return chain[to][from]; });
    }
  }

  /// @param moved  moved(to, from): the part of `from` that is in `to` at the end of the step
  template <class Moved>
  HWY_INLINE void step_chain(Group& g, const Moved& moved) const {
    for (const std::size_t s : Layout::chain) as_array(g.next)[s] = g.y(s);
    for (std::size_t to = 0; to < n_chain; ++to)
      for (std::size_t from = 0; from < n_chain; ++from) {
        if (to == from) continue;
        const Real flow = moved(to, from) * g.y(Layout::chain[from]);
        as_array(g.next)[Layout::chain[to]] += flow;
        as_array(g.next)[Layout::chain[from]] -= flow;
      }
  }

  HWY_NOINLINE void advance_by_table(Group& g, bool lagging) const {
    const Table& table = *context_.table;
    alignas(64) float common[Table::max_common * lanes], level[Table::max_level * lanes],
        end[Table::max_common * lanes];
    RowPair at_level[lanes];
    find_rows(as_array(g.mid)[0], g.level, at_level, common);
    look_up<lanes>(at_level, table.level_width, table.level_columns, level);
    if (lagging) find_rows(g.V_end, nullptr, nullptr, end);

    Terms terms;
    Real* const all = reinterpret_cast<Real*>(&terms);
    for (std::size_t o = 0; o < table.other.size(); ++o)
      all[table.other_place[o]] =
          table.other[o] == Table::none ? as_array(g.mid)[0] : Real::widen(common + table.other[o] * lanes);
    step_rest(terms, g);
    for (std::size_t i = 0; i < n_gates; ++i) {
      const Real y = g.y(Layout::gate[i]);
      const Real steady = Real::widen(common + table.steady[i] * lanes);
      Real next = mul_add(steady - y, Real::widen(level + table.relax[i] * lanes), y);
      if (lagging && table.lag[i] != Table::none)
        next = mul_add(Real::widen(end + table.steady[i] * lanes) - steady, Real::widen(level + table.lag[i] * lanes),
                       next);
      as_array(g.next)[Layout::gate[i]] = next;
    }
    if constexpr (n_chain > 0) {
      step_chain(g, [&](std::size_t to, std::size_t from) {
        const std::size_t f = to * (n_chain - 1) + (from < to ? from : from - 1);
        return Real::widen(level + table.flow[f] * lanes);
      });
    }
  }

  /// Rows of the common table at V, looked up into `common`; with `levels` also the places in each lane's level table.
  /// Outside the range the nearest end is used.
  HWY_INLINE void find_rows(Real V, const float* const* levels, RowPair* at_level, float* common) const {
    const Table& table = *context_.table;
    alignas(64) T position[lanes];
    const Real x = (V - table.lowest) * Real(1.0 / table.per_row);
    fmin(Real(static_cast<double>(Table::rows - 2) + 0.9999), fmax(x, Real(0.0))).store(position);
    RowPair at[lanes];
    for (std::size_t l = 0; l < lanes; ++l) {
      const auto row = static_cast<std::size_t>(position[l]);
      const auto weight = static_cast<float>(position[l] - static_cast<T>(row));
      at[l] = {table.common.data() + row * table.common_width, weight};
      if (levels) at_level[l] = {levels[l] + row * table.level_width, weight};
    }
    look_up<lanes>(at, table.common_width, levels ? table.common_columns : table.end_columns, common);
  }

  /// The step of every lane: the tables where they fit, the text elsewhere.
  void advance(Group& g, Mask active, bool lagging) const {
    if constexpr (tabulated) {
      const Real V = as_array(g.mid)[0];
      const Mask by_table = g.by_table && V >= Real(context_.table->lowest) && V <= Real(context_.table->highest);
      const Mask directly = active && !by_table;
      if (!any(directly)) return advance_by_table(g, lagging);
      if (any(active && by_table)) {
        advance_by_table(g, lagging);
        const State tabulated_next = g.next;
        advance_directly(g, lagging);
        for (std::size_t s = 0; s < n; ++s)
          as_array(g.next)[s] = select(by_table, as_array(tabulated_next)[s], as_array(g.next)[s]);
        return;
      }
    }
    advance_directly(g, lagging);
  }

  /// Lanes whose dt is a level of the tables, and which.
  HWY_INLINE void find_levels(const T* dt, Group& g) const {
    if constexpr (tabulated) {
      const Table& table = *context_.table;
      alignas(64) T on_level[lanes];
      for (std::size_t l = 0; l < lanes; ++l) {
        g.level[l] = table.level[0].data();
        on_level[l] = 0;
        for (int i = 0; i < Table::levels; ++i)
          if (dt[l] == static_cast<T>(Table::shortest * (1 << i))) {
            g.level[l] = table.level[i].data();
            on_level[l] = table.usable ? 1 : 0;
          }
      }
      g.by_table = Real::load(on_level) > 0.0;
    }
  }

  /// @param foretold, change  of the membrane variable over the step
  HWY_INLINE Real membrane_tolerance(Real foretold, Real change) const {
    const Real whole(context_.membrane_tolerance);
    const Real part =
        fmax(foretold * StepTolerance::take_off * context_.membrane_sign, whole * StepTolerance::take_off_least);
    const Mask taking_off = foretold * context_.membrane_sign > 0.0 && fabs(change) > fabs(foretold);
    return select(taking_off, fmin(whole, part), whole);
  }

  template <Kind kind>
  HWY_NOINLINE void step_group(const LaneBlock<T>& block, std::size_t lane) const {
    Group g;
    g.dt = Real::load_unaligned(block.dt + lane);
    const Real dt_previous = Real::load_unaligned(block.dt_previous + lane);
    const Mask active = g.dt > 0.0;
    const Mask starting = active && !(dt_previous > 0.0);
    for (std::size_t l = 0; l < lanes; ++l) block.accepted[lane + l] = false;
    Real(0.0).store(block.error + lane);
    if (!any(active)) return;

    g.I_stim = Real::load_unaligned(block.I_stim + lane);
    load(block.parameters, lane, Layout::parameters, g.p);
    g.y_at = block.state + lane;
    g.before_at = block.previous + lane;
    Real *const mid = as_array(g.mid), *const next = as_array(g.next);
    const Real y0 = g.y(0);
    if constexpr (kind == Kind::held)
      g.by_table = !(g.dt == g.dt || g.dt != g.dt);
    else
      find_levels(block.dt + lane, g);

    Real error(0.0);
    if constexpr (kind == Kind::first_order) {
      for (std::size_t s = 0; s < n; ++s) mid[s] = g.y(s);
      g.V_end = y0;
      advance(g, active, false);
    } else {
      const Mask continuing = dt_previous > 0.0;
      const Real ratio = select(continuing, 0.5 * g.dt / dt_previous, Real(0.0));
      for (std::size_t s = 0; s < n; ++s) mid[s] = mul_add(g.y(s) - g.before(s), ratio, g.y(s));
      if (any(starting)) {
        // No history: a first-order step leads to the middle.
        const State extrapolated = g.mid;
        for (std::size_t s = 0; s < n; ++s) mid[s] = select(starting, g.y(s), mid[s]);
        g.V_end = mid[0];
        advance(g, starting, false);
        if constexpr (kind == Kind::held) next[0] = y0;
        for (std::size_t s = 0; s < n; ++s)
          mid[s] = select(starting, 0.5 * (g.y(s) + next[s]), as_array(extrapolated)[s]);
      }
      if constexpr (kind == Kind::held) mid[0] = y0;
      g.V_end = mid[0] + mid[0] - y0;
      advance(g, active, true);
      if constexpr (kind == Kind::held) next[0] = y0;

      for (const std::size_t i : Layout::linear) {
        if (kind == Kind::held && i == 0) continue;
        const Real y = g.y(i), foretold = 2.0 * (mid[i] - y), change = next[i] - y;
        const Real allowed =
            i == 0 ? membrane_tolerance(foretold, change) : StepTolerance::relative * (fabs(y) + context_.floor[i]);
        error = fmax(error, fabs(change - foretold) / allowed);
      }
      error = select(starting, error + error, error) / Real(block.tolerance);
    }
    // 0, or NaN where a state is no finite number; in four sums that need not wait for one another.
    Real broken[4] = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
    for (std::size_t s = 0; s < n; ++s) broken[s % 4] = mul_add(next[s], Real(0.0), broken[s % 4]);
    error = select(active, error + ((broken[0] + broken[1]) + (broken[2] + broken[3])), Real(0.0));
    error.store(block.error + lane);

    const Mask accepted = kind == Kind::first_order ? active : active && error <= StepTolerance::largest_accepted;
    alignas(64) T flag[lanes];
    select(accepted, Real(1.0), Real(0.0)).store(flag);
    for (std::size_t l = 0; l < lanes; ++l) block.accepted[lane + l] = flag[l] != 0;
    if (all(accepted)) {
      for (std::size_t s = 0; s < n; ++s) {
        g.y(s).store(block.previous + s * lane_count + lane);
        next[s].store(block.state + s * lane_count + lane);
      }
      return;
    }
    for (std::size_t s = 0; s < n; ++s) {
      const Real y = g.y(s);
      select(accepted, y, g.before(s)).store(block.previous + s * lane_count + lane);
      select(accepted, next[s], y).store(block.state + s * lane_count + lane);
    }
  }

  const LaneContext<E>& context_;
};

}  // namespace tawara::model::inline TAWARA_ISA
