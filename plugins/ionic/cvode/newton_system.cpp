#include "cvode/newton_system.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tawara::cvode {

NewtonSystem::NewtonSystem(std::size_t n) : n_(n), J_(n * n) {}

void NewtonSystem::analyse() {
  const auto J = [&](std::size_t i, std::size_t j) { return J_[i * n_ + j]; };
  const auto off_diagonal = [&](std::size_t i) {
    std::size_t count = 0;
    for (std::size_t j = 0; j < n_; ++j) count += j != i && J(i, j) != 0;
    return count;
  };

  // Simplest rows first. Leaves must not depend on one another, so that each is eliminated by one division.
  std::vector<std::size_t> order(n_), entries(n_);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = 0; i < n_; ++i) entries[i] = off_diagonal(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return entries[a] < entries[b]; });
  constexpr std::size_t simple = 4;
  std::vector<std::size_t> chosen;
  for (std::size_t i : order) {
    if (entries[i] > simple) break;
    const bool independent =
        std::none_of(chosen.begin(), chosen.end(), [&](auto leaf) { return J(i, leaf) != 0 || J(leaf, i) != 0; });
    if (independent) chosen.push_back(i);
  }

  std::vector<bool> is_leaf(n_);
  for (std::size_t leaf : chosen) is_leaf[leaf] = true;
  core_.clear();
  for (std::size_t i = 0; i < n_; ++i)
    if (!is_leaf[i]) core_.push_back(i);
  leaves_.assign(chosen.size(), {});
  for (std::size_t l = 0; l < chosen.size(); ++l) {
    Leaf& leaf = leaves_[l];
    leaf.state = chosen[l];
    for (std::size_t c = 0; c < core_.size(); ++c) {
      if (const double in_row = J(leaf.state, core_[c]); in_row != 0) leaf.row.push_back({c, in_row});
      if (const double in_column = J(core_[c], leaf.state); in_column != 0) leaf.column.push_back({c, in_column});
    }
  }
  const std::size_t m = core_.size();
  lu_.resize(m * m);
  pivots_.resize(m);
  work_.resize(m);
}

bool NewtonSystem::factorise(double gamma) {
  gamma_ = gamma;
  const std::size_t m = core_.size();
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) lu_[i * m + j] = (i == j ? 1.0 : 0.0) - gamma * J_[core_[i] * n_ + core_[j]];
  for (Leaf& leaf : leaves_) {
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

void NewtonSystem::solve(std::span<double> b) const {
  const std::size_t m = core_.size();
  std::vector<double>& x = work_;
  for (std::size_t c = 0; c < m; ++c) x[c] = b[core_[c]];
  for (const Leaf& leaf : leaves_) {
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
  for (const Leaf& leaf : leaves_) {
    double sum = b[leaf.state];
    for (const Entry& right : leaf.row) sum += gamma_ * right.J * x[right.state];
    b[leaf.state] = sum * leaf.inverse_pivot;
  }
  for (std::size_t c = 0; c < m; ++c) b[core_[c]] = x[c];
}

}  // namespace tawara::cvode
