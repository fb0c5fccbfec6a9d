#pragma once
#include <cstddef>
#include <cstdint>

namespace tawara::propagation::monodomain {

/// Crank and Nicolson's step on many lines of a grid at once, one line per lane. Raw arrays only, because it is
/// compiled once per instruction set.
///
/// Row i of line c is V[i * stride + c]. Solves the tridiagonal systems for the change W over the step by elimination:
///
///   g_i = from_left_i (V_{i-1} - V_i) + from_right_i (V_{i+1} - V_i) - forward_i g_{i-1},   W_i = g_i - back_i W_{i+1}
struct LineSweep {
  double* V;
  std::size_t stride, length, lines;
  /// Four coefficients of every row, of all lines alike: from_left, from_right, forward, back, as coefficients[4 i +
  /// which]; or of every line's own, as coefficients[which][i * stride + c].
  const double* shared;
  const double* own[4];
  double* scratch;  ///< length x chunk
  static constexpr std::size_t chunk = 64;
};

void sweep_lines(const LineSweep& sweep);

/// Up to 16 lines of a grid: line l starts at node starts[l] and has lengths[l] nodes, `stride` apart.
struct LineGroup {
  const std::uint32_t *starts, *lengths;
  std::size_t count;
  std::ptrdiff_t stride;
};
/// Side by side: to[i * 16 + l] is node i of line l, and back. Past a line's end stands what it ended with; it must
/// meet coefficients that are 0.
void gather_lines(const double* V, const LineGroup& lines, double* to);
void scatter_lines(const double* from, const LineGroup& lines, double* V);

}  // namespace tawara::propagation::monodomain
