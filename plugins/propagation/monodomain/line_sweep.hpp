#pragma once
#include <cstddef>

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

/// to[i * 16 + l] = from[l * length + i] for `lines` <= 16 lines, and back.
void gather_lines(const double* from, std::size_t length, std::size_t lines, double* to);
void scatter_lines(const double* from, std::size_t length, std::size_t lines, double* to);

}  // namespace tawara::propagation::monodomain
