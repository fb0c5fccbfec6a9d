#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "tawara/model/lane_chain.hpp"
#include "tawara/model/lane_layout.hpp"
#include "tawara/model/lanes_math.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// Memory of a table. The standard containers would leave weak symbols of this instruction set behind (isa.hpp).
template <class T>
class Storage {
 public:
  Storage() = default;
  explicit Storage(std::size_t size)
      : data_(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t{64}))) {}
  ~Storage() { ::operator delete (data_, std::align_val_t{64}); }
  Storage(Storage&& other) noexcept : data_(other.data_) { other.data_ = nullptr; }
  Storage& operator=(Storage&& other) noexcept {
    T* const mine = data_;
    data_ = other.data_;
    other.data_ = mine;
    return *this;
  }
  [[nodiscard]] T* data() const { return data_; }
  T& operator[](std::size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
};

/// How a gate moves in a step of z = dt/tau while its steady state moves from `mid` to `end` in the second half of the
/// step: y + relax (mid - y) + lag (end - mid). That is exact for a steady state linear in time, and always between
/// y, mid and end. relax = 1 - exp(-z), lag = 1 + exp(-z) - 2 (1 - exp(-z))/z.
template <class T>
struct GateFactors {
  Lanes<T> relax, lag;
};
template <class T>
HWY_INLINE GateFactors<T> gate_factors(Lanes<T> dt, Lanes<T> tau) {
  const Lanes<T> z = dt / tau;
  const Lanes<T> relax = -expm1(-z);
  const Lanes<T> mean = select(z > 1e-6, relax / z, Lanes<T>(1.0));
  return {relax, fmax(Lanes<T>(0.0), 2.0 - relax - mean - mean)};
}

/// Tables of what depends on the membrane variable only, for steps of 2^level/1024 ms, made from the model's own text.
/// One row per node, its columns side by side: a cell reads two neighbouring rows and interpolates linearly. In single
/// precision, whose rounding is far below the interpolation error; columns that are equal are stored once.
template <class E>
class VoltageTable {
  using Layout = LaneLayout<E>;
  using Real = Lanes<double>;
  static constexpr std::size_t n_gates = Layout::gates;
  static constexpr std::size_t n_chain = Layout::chain.size();
  static constexpr std::size_t n_terms = Layout::template terms<Real>;
  static constexpr std::size_t n_others = n_terms - 2 * n_gates;

 public:
  static constexpr int levels = 12;
  static constexpr double shortest = 1.0 / 1024;                 // ms
  static constexpr double low = -120, high = 70, spacing = 0.2;  // mV
  static constexpr std::size_t rows = 951;
  static constexpr std::size_t chunk = 16;  // columns of a row come in multiples of this
  static constexpr std::size_t n_flows = n_chain < 2 ? 0 : n_chain * (n_chain - 1);
  static constexpr std::size_t max_common = (n_gates + n_others + chunk - 1) / chunk * chunk;
  static constexpr std::size_t max_level = (2 * n_gates + n_flows + chunk - 1) / chunk * chunk;
  static constexpr std::uint16_t none = 0xFFFF;

  // Which column holds what. Common ones do not depend on dt.
  std::array<std::uint16_t, n_gates> steady{};        // common; those that need `lag` stand first
  std::array<std::uint16_t, n_others> other{};        // common; `none`: the membrane variable itself
  std::array<std::uint16_t, n_others> other_place{};  // where in VoltageTerms
  std::array<std::uint16_t, n_gates> relax{};         // level
  std::array<std::uint16_t, n_gates> lag{};           // level; `none`: too slow to lag
  std::array<std::uint16_t, n_flows> flow{};          // level; exp(A dt) - 1 off the diagonal, row by row
  std::size_t common_columns = 0, level_columns = 0;
  std::size_t end_columns = 0;                    // the first of the common ones: to be read at the end of the step
  std::size_t common_width = 0, level_width = 0;  // of a row, multiples of `chunk`
  double lowest = 0, highest = 0, per_row = 1;    // in units of the membrane variable
  bool usable = false;                            // a value that is no number: step directly instead

  Storage<float> common, level[levels];

  void build(const E& equations, double at_zero, double per_unit) {
    lowest = (low - at_zero) / per_unit;
    highest = (high - at_zero) / per_unit;
    per_row = spacing / per_unit;
    usable = true;
    Storage<double> nodes(padded_rows);
    for (std::size_t r = 0; r < padded_rows; ++r)
      nodes[r] = (low + static_cast<double>(r < rows ? r : rows - 1) * spacing - at_zero) / per_unit;
    Storage<double> values(n_terms * padded_rows);
    tabulate_terms(equations, nodes, values);
    assign_columns(nodes, values);
    fill_common(values);
    for (int l = 0; l < levels; ++l) fill_level(equations, nodes, values, l);
  }

 private:
  static constexpr std::size_t padded_rows = (rows + Real::count - 1) / Real::count * Real::count;
  using Terms = typename E::template VoltageTerms<Real>;
  std::array<std::uint16_t, n_gates> steady_source_{}, tau_source_{};  // place of each gate's first equal
  std::size_t gates_at_ = 0;

  void tabulate_terms(const E& equations, const Storage<double>& nodes, const Storage<double>& values) {
    for (std::size_t r = 0; r < padded_rows; r += Real::count) {
      Terms terms = equations.voltage_terms(Real::load_unaligned(nodes.data() + r));
      const Real* all = reinterpret_cast<const Real*>(&terms);
      gates_at_ = static_cast<std::size_t>(reinterpret_cast<const Real*>(&terms.gates) - all);
      for (std::size_t t = 0; t < n_terms; ++t) all[t].store(values.data() + t * padded_rows + r);
    }
  }

  static bool equal(const double* a, const double* b) {
    for (std::size_t r = 0; r < rows; ++r)
      if (!(a[r] == b[r])) return false;
    return true;
  }

  /// The first of `count` columns, `stride` apart, that equals column i.
  static std::size_t first_equal(const double* columns, std::size_t stride, std::size_t i) {
    for (std::size_t j = 0; j < i; ++j)
      if (equal(columns + j * stride * padded_rows, columns + i * stride * padded_rows)) return j;
    return i;
  }

  static double lag_at(double z) {
    const double e = __builtin_exp(-z);
    return z > 1e-6 ? 1 + e - 2 * (1 - e) / z : 0;
  }

  void assign_columns(const Storage<double>& nodes, const Storage<double>& values) {
    const double* gates = values.data() + gates_at_ * padded_rows;
    std::array<bool, n_gates> lags{};
    for (std::size_t g = 0; g < n_gates; ++g) {
      steady_source_[g] = static_cast<std::uint16_t>(first_equal(gates, 2, g));
      tau_source_[g] = static_cast<std::uint16_t>(first_equal(gates + padded_rows, 2, g));
      const double* tau = gates + (2 * g + 1) * padded_rows;
      double fastest = tau[0];
      for (std::size_t r = 0; r < rows; ++r) fastest = tau[r] < fastest ? tau[r] : fastest;
      // Below this the lag of the longest step is lost in the step's own error.
      lags[g] = lag_at(shortest * (1 << (levels - 1)) / fastest) > 1e-3;
    }
    std::uint16_t column = 0;
    for (auto& c : steady) c = none;
    for (const bool lagging : {true, false}) {
      for (std::size_t g = 0; g < n_gates; ++g)
        if (lags[g] == lagging && steady[steady_source_[g]] == none) steady[steady_source_[g]] = column++;
      if (lagging) end_columns = column;
    }
    for (std::size_t g = 0; g < n_gates; ++g) steady[g] = steady[steady_source_[g]];
    std::size_t o = 0;
    for (std::size_t t = 0; t < n_terms; ++t) {
      if (t >= gates_at_ && t < gates_at_ + 2 * n_gates) continue;
      other_place[o] = static_cast<std::uint16_t>(t);
      other[o] = equal(values.data() + t * padded_rows, nodes.data()) ? none : column++;
      ++o;
    }
    common_columns = column;
    common_width = padded(column);

    column = 0;
    for (auto& c : lag) c = none;
    for (std::size_t g = 0; g < n_gates; ++g) relax[g] = tau_source_[g] == g ? column++ : relax[tau_source_[g]];
    for (std::size_t g = 0; g < n_gates; ++g)
      if (lags[g]) lag[g] = tau_source_[g] == g ? column++ : lag[tau_source_[g]];
    for (std::size_t f = 0; f < n_flows; ++f) flow[f] = column++;
    level_columns = column;
    level_width = padded(column);
  }
  static constexpr std::size_t padded(std::size_t columns) { return (columns + chunk - 1) / chunk * chunk; }

  void put(const Storage<float>& table, std::size_t width, std::size_t row, std::size_t column, double value) {
    const auto single = static_cast<float>(value);
    if (!(single - single == 0)) usable = false;
    table[row * width + column] = single;
  }

  void fill_common(const Storage<double>& values) {
    common = Storage<float>(rows * common_width);
    for (std::size_t i = 0; i < rows * common_width; ++i) common[i] = 0;
    for (std::size_t g = 0; g < n_gates; ++g)
      for (std::size_t r = 0; r < rows; ++r)
        put(common, common_width, r, steady[g], values[(gates_at_ + 2 * g) * padded_rows + r]);
    for (std::size_t o = 0; o < n_others; ++o)
      if (other[o] != none)
        for (std::size_t r = 0; r < rows; ++r)
          put(common, common_width, r, other[o], values[other_place[o] * padded_rows + r]);
  }

  void fill_level(const E& equations, const Storage<double>& nodes, const Storage<double>& values, int l) {
    level[l] = Storage<float>(rows * level_width);
    for (std::size_t i = 0; i < rows * level_width; ++i) level[l][i] = 0;
    const Real dt(shortest * (1 << l));
    alignas(64) double lane[Real::count];
    const auto put_rows = [&](std::size_t first, std::size_t column, const Real& value) {
      value.store(lane);
      for (std::size_t i = 0; i < Real::count && first + i < rows; ++i)
        put(level[l], level_width, first + i, column, lane[i]);
    };
    for (std::size_t r = 0; r < padded_rows; r += Real::count) {
      for (std::size_t g = 0; g < n_gates; ++g) {
        if (tau_source_[g] != g) continue;
        const Real tau = Real::load_unaligned(values.data() + (gates_at_ + 2 * g + 1) * padded_rows + r);
        const auto factors = gate_factors(dt, tau);
        put_rows(r, relax[g], factors.relax);
        if (lag[g] != none) put_rows(r, lag[g], factors.lag);
      }
      if constexpr (detail::HasChain<E>) {
        auto chain = equations.chain(equations.voltage_terms(Real::load_unaligned(nodes.data() + r)));
        chain_exponential(chain, dt);
        std::size_t f = 0;
        for (std::size_t to = 0; to < n_chain; ++to)
          for (std::size_t from = 0; from < n_chain; ++from)
            if (to != from) put_rows(r, flow[f++], chain[to][from]);
      }
    }
  }
};

}  // namespace tawara::model::inline TAWARA_ISA
