#include "cvode/newton_system.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tawara::cvode {

NewtonSystem::NewtonSystem(std::size_t n)
    : n_(n), J_(n * n), leaves_(n), lu_(n * n), pivots_(n), work_(n), order_(n), entries_(n), is_leaf_(n) {
  core_.reserve(n);
}

void NewtonSystem::analyse() {
  const auto J = [&](std::size_t i, std::size_t j) { return J_[i * n_ + j]; };
  for (std::size_t i = 0; i < n_; ++i) {
    entries_[i] = 0;
    for (std::size_t j = 0; j < n_; ++j) entries_[i] += j != i && J(i, j) != 0;
  }

  // Simplest rows first. Leaves must not depend on one another, so that each is eliminated by one division.
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(),
            [&](auto a, auto b) { return entries_[a] != entries_[b] ? entries_[a] < entries_[b] : a < b; });
  constexpr std::size_t simple = 4;
  std::fill(is_leaf_.begin(), is_leaf_.end(), false);
  n_leaves_ = 0;
  for (std::size_t i : order_) {
    if (entries_[i] > simple) break;
    bool independent = true;
    for (std::size_t l = 0; l < n_leaves_ && independent; ++l)
      independent = J(i, leaves_[l].state) == 0 && J(leaves_[l].state, i) == 0;
    if (!independent) continue;
    leaves_[n_leaves_++].state = i;
    is_leaf_[i] = true;
  }

  core_.clear();
  for (std::size_t i = 0; i < n_; ++i)
    if (!is_leaf_[i]) core_.push_back(i);
  for (Leaf& leaf : leaves()) {
    leaf.row.clear();
    leaf.column.clear();
    for (std::size_t c = 0; c < core_.size(); ++c) {
      if (const double in_row = J(leaf.state, core_[c]); in_row != 0) leaf.row.push_back({c, in_row});
      if (const double in_column = J(core_[c], leaf.state); in_column != 0) leaf.column.push_back({c, in_column});
    }
  }
}

bool NewtonSystem::factorise(double gamma) {
  gamma_ = gamma;
  const std::size_t m = core_.size();
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) lu_[i * m + j] = (i == j ? 1.0 : 0.0) - gamma * J_[core_[i] * n_ + core_[j]];
  for (Leaf& leaf : leaves()) {
    const double pivot = 1 - gamma * J_[leaf.state * n_ + leaf.state];
    if (pivot == 0) return false;
    leaf.inverse_pivot = 1 / pivot;
    for (const Entry& below : leaf.column)
      for (const Entry& right : leaf.row)
        lu_[below.state * m + right.state] -= gamma * below.J * leaf.inverse_pivot * gamma * right.J;
  }
  for (std::size_t k = 0; k < m; ++k) {
    std::size_t p = k;
    for (std::size_t i = k + 1; i < m; ++i)
      if (std::fabs(lu_[i * m + k]) > std::fabs(lu_[p * m + k])) p = i;
    pivots_[k] = p;
    if (p != k) std::swap_ranges(&lu_[k * m], &lu_[k * m] + m, &lu_[p * m]);
    const double pivot = lu_[k * m + k];
    if (!(std::fabs(pivot) > 0)) return false;
    const double inverse = 1 / pivot;
    for (std::size_t i = k + 1; i < m; ++i) {
      const double factor = lu_[i * m + k] *= inverse;
      if (factor == 0) continue;
      for (std::size_t j = k + 1; j < m; ++j) lu_[i * m + j] -= factor * lu_[k * m + j];
    }
  }
  return true;
}

void NewtonSystem::solve(std::span<double> b) {
  const std::size_t m = core_.size();
  std::vector<double>& x = work_;
  for (std::size_t c = 0; c < m; ++c) x[c] = b[core_[c]];
  for (const Leaf& leaf : leaves()) {
    const double scaled = gamma_ * leaf.inverse_pivot * b[leaf.state];
    for (const Entry& below : leaf.column) x[below.state] += below.J * scaled;
  }
  for (std::size_t k = 0; k < m; ++k)
    if (pivots_[k] != k) std::swap(x[k], x[pivots_[k]]);
  for (std::size_t i = 1; i < m; ++i) {
    double sum = x[i];
    for (std::size_t j = 0; j < i; ++j) sum -= lu_[i * m + j] * x[j];
    x[i] = sum;
  }
  for (std::size_t i = m; i-- > 0;) {
    double sum = x[i];
    for (std::size_t j = i + 1; j < m; ++j) sum -= lu_[i * m + j] * x[j];
    x[i] = sum / lu_[i * m + i];
  }
  for (const Leaf& leaf : leaves()) {
    double sum = b[leaf.state];
    for (const Entry& right : leaf.row) sum += gamma_ * right.J * x[right.state];
    b[leaf.state] = sum * leaf.inverse_pivot;
  }
  for (std::size_t c = 0; c < m; ++c) b[core_[c]] = x[c];
}

}  // namespace tawara::cvode
