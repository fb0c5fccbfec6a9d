#include "number_move.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace tawara::smc_abc {
namespace {

double grid_of(const Prior& p) { return p.kind == Prior::Kind::integer ? std::max(1.0, p.step) : p.step; }

// The nearest multiple, as Prior::quantile gives it (0.6, not 6 * 0.1), so that equal values have equal bytes.
double rounded(double x, double grid) {
  const double n = std::round(1 / grid), k = std::round(x / grid);
  return n >= 1 && std::abs(n * grid - 1) < 1e-12 ? k / n : k * grid;
}

// Least standard deviation of a step, so that a parameter on which all kept particles agree can still move.
double floor_of(const Prior& p) {
  const double grid = grid_of(p);
  return grid > 0 ? 0.3 * grid : 1e-4 * (p.quantile(0.75) - p.quantile(0.25));
}

Eigen::MatrixXd covariance(const Space& space, std::span<const Values> kept) {
  const auto d = static_cast<Eigen::Index>(space.numbers.size()), n = static_cast<Eigen::Index>(kept.size());
  Eigen::MatrixXd x(n, d);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index k = 0; k < d; ++k)
      x(i, k) = kept[static_cast<std::size_t>(i)][space.numbers[static_cast<std::size_t>(k)]][0];
  x.rowwise() -= x.colwise().mean().eval();
  return x.transpose() * x / static_cast<double>(n);
}

}  // namespace

NumberMove::NumberMove(const Space& space, std::span<const Values> kept, double scale) : space_(space) {
  const std::size_t d = space.numbers.size();
  if (d == 0) return;
  Eigen::MatrixXd proposal = covariance(space, kept) * (2.38 * 2.38 * scale * scale / static_cast<double>(d));
  for (std::size_t k = 0; k < d; ++k) {
    const double least = floor_of(space.priors[space.numbers[k]]);
    proposal(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k)) += least * least;
  }
  const Eigen::MatrixXd factor = proposal.llt().matrixL();
  factor_.resize(d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j)
      factor_[i * d + j] = factor(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
}

void NumberMove::propose(Values& values, Random& random) const {
  const std::size_t d = space_.numbers.size();
  std::vector<double> z(d);
  for (double& v : z) v = random.normal();
  for (std::size_t i = 0; i < d; ++i) {
    double& value = values[space_.numbers[i]][0];
    for (std::size_t j = 0; j <= i; ++j) value += factor_[i * d + j] * z[j];
    const double grid = grid_of(space_.priors[space_.numbers[i]]);
    if (grid > 0) value = rounded(value, grid);
  }
}

}  // namespace tawara::smc_abc
