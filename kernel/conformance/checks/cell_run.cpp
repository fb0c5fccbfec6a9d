#include "kernel/conformance/checks/cell_run.hpp"

#include <algorithm>
#include <cmath>

namespace tawara::conformance {

CellRun::CellRun(const IonicModel& model, std::vector<double> parameters, double tolerance)
    : model_(model), parameters_(std::move(parameters)), tolerance_(tolerance), n_(model.states().size()) {
  for (const auto& state : model.states()) {
    y_.push_back(state.initial);
    scale_.push_back(state.tolerance_scale);
  }
  J_.resize(n_ * n_);
  LU_.resize(n_ * n_);
  pivot_.resize(n_);
}

void CellRun::rates(std::span<const double> states, std::size_t cells, double I_stim, std::vector<double>& dydt) {
  dydt.resize(states.size());
  I_stim_.assign(cells, I_stim);
  CellBlock block;
  block.cells = block.stride = cells;
  block.state = states.data();
  block.parameters = parameters_.data();
  block.I_stim = I_stim_.data();
  block.t = t_;
  model_.rates(block, dydt.data());
}

/// By differences; the n disturbed cells are one block.
void CellRun::jacobian(double I_stim) {
  std::vector<double> step(n_);
  block_.resize(n_ * n_);
  for (std::size_t s = 0; s < n_; ++s) {
    std::fill_n(block_.begin() + static_cast<std::ptrdiff_t>(s * n_), n_, y_[s]);
    const double disturbed = y_[s] + 1e-7 * std::max(std::abs(y_[s]), 1e-3 * scale_[s]);
    step[s] = disturbed - y_[s];
    block_[s * n_ + s] = disturbed;
  }
  rates(block_, n_, I_stim, block_rates_);
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t j = 0; j < n_; ++j) J_[i * n_ + j] = (block_rates_[i * n_ + j] - f0_[i]) / step[j];
}

/// LU of 1 - scale J, with row pivots.
bool CellRun::factorise(double scale) {
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t j = 0; j < n_; ++j) LU_[i * n_ + j] = (i == j ? 1 : 0) - scale * J_[i * n_ + j];
  for (std::size_t k = 0; k < n_; ++k) {
    std::size_t largest = k;
    for (std::size_t i = k + 1; i < n_; ++i)
      if (std::abs(LU_[i * n_ + k]) > std::abs(LU_[largest * n_ + k])) largest = i;
    pivot_[k] = largest;
    for (std::size_t j = 0; largest != k && j < n_; ++j) std::swap(LU_[k * n_ + j], LU_[largest * n_ + j]);
    if (!(std::abs(LU_[k * n_ + k]) > 0) || !std::isfinite(LU_[k * n_ + k])) return false;
    for (std::size_t i = k + 1; i < n_; ++i) {
      const double factor = LU_[i * n_ + k] /= LU_[k * n_ + k];
      if (factor == 0) continue;
      for (std::size_t j = k + 1; j < n_; ++j) LU_[i * n_ + j] -= factor * LU_[k * n_ + j];
    }
  }
  return true;
}

void CellRun::solve(std::vector<double>& x) const {
  for (std::size_t k = 0; k < n_; ++k) std::swap(x[k], x[pivot_[k]]);
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t j = 0; j < i; ++j) x[i] -= LU_[i * n_ + j] * x[j];
  for (std::size_t i = n_; i-- > 0;) {
    for (std::size_t j = i + 1; j < n_; ++j) x[i] -= LU_[i * n_ + j] * x[j];
    x[i] /= LU_[i * n_ + i];
  }
}

bool CellRun::run_to(double end, double I_stim, const std::function<void()>& visit) {
  const double d = 1 / (2 + std::sqrt(2.0)), e = 6 + std::sqrt(2.0);
  bool known = false;  // f0 and J belong to y
  if (I_stim != I_stim_before_) h_ = std::min(h_, 1e-2);
  I_stim_before_ = I_stim;
  while (t_ < end) {
    const bool last = h_ >= end - t_;
    const double h = last ? end - t_ : h_;
    if (!known) {
      rates(y_, 1, I_stim, f0_);
      if (!std::all_of(f0_.begin(), f0_.end(), [](double f) { return std::isfinite(f); })) return false;
      jacobian(I_stim);
      known = true;
    }
    double error = INFINITY;
    if (factorise(h * d)) {
      k1_ = f0_;
      solve(k1_);
      next_ = y_;
      for (std::size_t i = 0; i < n_; ++i) next_[i] += h / 2 * k1_[i];
      rates(next_, 1, I_stim, f1_);
      k2_.resize(n_);
      for (std::size_t i = 0; i < n_; ++i) k2_[i] = f1_[i] - k1_[i];
      solve(k2_);
      for (std::size_t i = 0; i < n_; ++i) next_[i] = y_[i] + h * (k2_[i] += k1_[i]);
      rates(next_, 1, I_stim, f2_);
      k3_.resize(n_);
      for (std::size_t i = 0; i < n_; ++i) k3_[i] = f2_[i] - e * (k2_[i] - f1_[i]) - 2 * (k1_[i] - f0_[i]);
      solve(k3_);
      error = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        const double size = std::max(std::abs(y_[i]), std::abs(next_[i])) + 1e-2 * scale_[i];
        const double off = std::abs(h / 6 * (k1_[i] - 2 * k2_[i] + k3_[i])) / (tolerance_ * size);
        error = off <= error ? error : std::isfinite(off) ? off : INFINITY;
      }
    }
    if (error <= 1) {
      t_ = last ? end : t_ + h;
      y_ = next_;
      known = false;
      if (visit) visit();
    } else if (h < 1e-9) {
      return false;
    }
    const double factor = std::clamp(0.8 / std::cbrt(std::max(error, 1e-6)), 0.2, 5.0);
    if (!(last && error <= 1 && factor > 1)) h_ = h * factor;
  }
  return true;
}

}  // namespace tawara::conformance
