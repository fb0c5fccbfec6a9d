#include "experiments/cell_twins/bounded_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace tawara::experiments {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// What a step is computed from, at one point.
struct Linearised {
  VectorXd y;
  MatrixXd hessian;   // Gauss-Newton, with the prior
  VectorXd gradient;  // of F
};

Linearised linearise(const BoundedFit& fit, const VectorXd& x) {
  const Index n = x.size(), samples = fit.data.size();
  MatrixXd J(samples, n), points, y;
  Linearised at;
  for (Index first = 0; first < n; first += fit.at_once - 1) {
    const Index block = std::min(fit.at_once - 1, n - first);
    points = x.replicate(1, block + 1);
    for (Index k = 0; k < block; ++k) {
      const Index p = first + k;
      points(p, k + 1) += x[p] + fit.difference > fit.high[p] ? -fit.difference : fit.difference;
    }
    fit.model(points, y);
    for (Index k = 0; k < block; ++k)
      J.col(first + k) =
          ((y.col(k + 1) - y.col(0)).array() / (points(first + k, k + 1) - x[first + k]) / fit.error.array()).matrix();
    if (first == 0) at.y = y.col(0);
  }
  const VectorXd residual = ((at.y - fit.data).array() / fit.error.array()).matrix();
  const VectorXd precision = fit.prior_sd.array().square().inverse().matrix();
  at.hessian = MatrixXd::Zero(n, n);
  at.hessian.selfadjointView<Eigen::Lower>().rankUpdate(J.transpose());
  at.hessian.triangularView<Eigen::StrictlyUpper>() = at.hessian.transpose();
  at.hessian.diagonal() += precision;
  at.gradient = J.transpose() * residual + precision.cwiseProduct(x - fit.prior_mean);
  return at;
}

/// The damped step, with parameters held that would leave their bounds.
VectorXd step_to(const BoundedFit& fit, const VectorXd& x, const Linearised& at, double damping) {
  const Index n = x.size();
  std::vector<bool> held(static_cast<std::size_t>(n));
  for (Index p = 0; p < n; ++p)
    held[static_cast<std::size_t>(p)] =
        (x[p] <= fit.low[p] && at.gradient[p] > 0) || (x[p] >= fit.high[p] && at.gradient[p] < 0);
  for (int pass = 0;; ++pass) {
    MatrixXd H = at.hessian;
    VectorXd g = at.gradient;
    H.diagonal() += damping * fit.prior_sd.array().square().inverse().matrix();
    for (Index p = 0; p < n; ++p) {
      if (!held[static_cast<std::size_t>(p)]) continue;
      H.row(p).setZero();
      H.col(p).setZero();
      H(p, p) = 1;
      g[p] = 0;
    }
    const VectorXd to = x - H.ldlt().solve(g);
    // What the step takes over a bound goes to the bound, and the others take their best step given that.
    bool more = false;
    for (Index p = 0; p < n && pass < 3; ++p)
      if (!held[static_cast<std::size_t>(p)] &&
          ((to[p] < fit.low[p] && x[p] <= fit.low[p]) || (to[p] > fit.high[p] && x[p] >= fit.high[p])))
        more = held[static_cast<std::size_t>(p)] = true;
    if (!more) return to.cwiseMax(fit.low).cwiseMin(fit.high);
  }
}

}  // namespace

std::string_view name_of(BoundedFit::Stop stop) {
  switch (stop) {
    case BoundedFit::Stop::converged:
      return "converged";
    case BoundedFit::Stop::no_better:
      return "no better step";
    case BoundedFit::Stop::iterations:
      return "iterations";
    case BoundedFit::Stop::not_finite:
      return "not finite";
  }
  return "";
}

double BoundedFit::value(const VectorXd& x, const VectorXd& y) const {
  const double F = 0.5 * ((y - data).array() / error.array()).square().sum() +
                   0.5 * ((x - prior_mean).array() / prior_sd.array()).square().sum();
  return std::isfinite(F) ? F : std::numeric_limits<double>::infinity();
}

VectorXd BoundedFit::values(const MatrixXd& x, const MatrixXd& y) const {
  VectorXd F(x.cols());
  for (Index k = 0; k < x.cols(); ++k) F[k] = value(x.col(k), y.col(k));
  return F;
}

BoundedFit::Result BoundedFit::from(VectorXd start) const {
  // From nearly undamped to hardly moving.
  constexpr double least_damping = 1e-3, most_damping = 1e7;
  Result result;
  result.x = start.cwiseMax(low).cwiseMin(high);
  Linearised at = linearise(*this, result.x);
  result.y = at.y;
  result.F = value(result.x, at.y);
  result.stop = Stop::iterations;
  if (!std::isfinite(result.F)) result.stop = Stop::not_finite;
  int small_steps = 0;
  while (std::isfinite(result.F) && result.iterations < iterations) {
    if (between_iterations) between_iterations();
    ++result.iterations;
    MatrixXd trials(result.x.size(), at_once), y;
    trials.col(0) = result.x;  // so that both values of F are of the same steps
    for (Index k = 1; k < at_once; ++k) {
      const double part = static_cast<double>(k - 1) / static_cast<double>(std::max<Index>(1, at_once - 2));
      trials.col(k) =
          step_to(*this, result.x, at, k == 1 ? 0 : least_damping * std::pow(most_damping / least_damping, part));
    }
    model(trials, y);
    const VectorXd F = values(trials, y);
    std::vector<Index> better;
    for (Index k = 1; k < at_once; ++k)
      if (F[k] < F[0]) better.push_back(k);
    std::stable_sort(better.begin(), better.end(), [&](Index a, Index b) { return F[a] < F[b]; });
    int chosen = better.empty() ? -1 : 0;
    if (admit && !better.empty()) {
      MatrixXd asked(result.x.size(), static_cast<Index>(better.size()));
      for (std::size_t b = 0; b < better.size(); ++b) asked.col(static_cast<Index>(b)) = trials.col(better[b]);
      chosen = admit(asked);
      result.refused = result.refused || chosen != 0;
    }
    if (chosen < 0) {
      result.stop = Stop::no_better;
      break;
    }
    const Index k = better[static_cast<std::size_t>(chosen)];
    const double gained = F[0] - F[k];
    result.x = trials.col(k);
    at = linearise(*this, result.x);
    result.y = at.y;
    result.F = value(result.x, at.y);
    small_steps = gained < std::max(least, converged * F[k]) ? small_steps + 1 : 0;
    if (small_steps == 2) {
      result.stop = Stop::converged;
      break;
    }
  }
  result.covariance = at.hessian.ldlt().solve(MatrixXd::Identity(result.x.size(), result.x.size()));
  return result;
}

}  // namespace tawara::experiments
