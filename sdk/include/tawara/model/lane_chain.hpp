#pragma once
#include <array>
#include <cstddef>

#include "tawara/model/cell_model.hpp"
#include "tawara/model/lanes_math.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// exp(A dt) - 1 of a Markov chain, off the diagonal (the diagonal is minus the rest of its column: nothing is lost
/// between the states). Taylor's series of A dt/2^s, whose norm is at most 1/2, then squared s times; s differs from
/// lane to lane. Error about 1e-11 for double.
///
/// @param chain  [to][from], 1/ms; the result stands in it
template <class T, std::size_t n>
void chain_exponential(Chain<Lanes<T>, n>& chain, Lanes<T> dt) {
  using L = Lanes<T>;
  L norm(0.0);  // half the 1-norm: the fastest way out of a state
  for (std::size_t from = 0; from < n; ++from) {
    L out(0.0);
    for (std::size_t to = 0; to < n; ++to)
      if (to != from) out += chain[to][from];
    chain[from][from] = -out;
    norm = fmax(norm, out);
  }
  // Half as often as needed is not enough; scaling stops at 2^30 for a broken cell, whose result is of no use.
  const L size = norm * dt * 2.0;
  L step = dt;
  std::array<typename L::Mask, 30> squared;
  std::size_t squarings = 0;
  L limit(0.5);
  for (; squarings < squared.size(); ++squarings) {
    squared[squarings] = size > limit;
    if (!any(squared[squarings])) break;
    step = select(squared[squarings], step * 0.5, step);
    limit = limit * 2.0;
  }

  using Matrix = Chain<L, n>;
  Matrix A, M;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) M[i][j] = A[i][j] = chain[i][j] * step;
  // Horner: M = A (1 + M/k).
  constexpr int terms = std::is_same_v<T, float> ? 6 : 10;
  for (int k = terms; k >= 2; --k) {
    Matrix next;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        L sum(0.0);
        for (std::size_t l = 0; l < n; ++l) sum = mul_add(A[i][l], M[l][j], sum);
        next[i][j] = mul_add(sum, L(1.0 / k), A[i][j]);
      }
    M = next;
  }
  // exp(2 B) - 1 = M^2 + 2 M.
  for (std::size_t s = 0; s < squarings; ++s) {
    Matrix next;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        L sum = M[i][j] + M[i][j];
        for (std::size_t l = 0; l < n; ++l) sum = mul_add(M[i][l], M[l][j], sum);
        next[i][j] = select(squared[s], sum, M[i][j]);
      }
    M = next;
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) chain[i][j] = M[i][j];
}

}  // namespace tawara::model::inline TAWARA_ISA
