#include "experiments/cell_twins/refinement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace tawara::experiments {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double noise_of(std::span<const double> times, std::span<const double> values) {
  std::vector<double> off;
  for (std::size_t i = 1; i + 1 < times.size(); ++i) {
    const double before = times[i] - times[i - 1], after = times[i + 1] - times[i];
    if (std::fabs(after - before) < 1e-6) off.push_back(std::fabs(values[i - 1] - 2 * values[i] + values[i + 1]));
  }
  if (off.empty()) return 0;
  const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2);
  std::nth_element(off.begin(), middle, off.end());
  // The second difference of independent noise has sqrt(6) times its deviation; half of a normal is within 0.6745.
  return *middle / (0.6745 * std::sqrt(6.0));
}

Refinement::Refinement(ClampedCurrents currents, std::vector<TwinTarget> targets, std::vector<double> arguments,
                       RefinementOptions options)
    : currents_(std::move(currents)),
      targets_(std::move(targets)),
      arguments_(std::move(arguments)),
      options_(options),
      low_(static_cast<Index>(targets_.size())),
      high_(static_cast<Index>(targets_.size())) {
  for (std::size_t p = 0; p < targets_.size(); ++p) {
    low_[static_cast<Index>(p)] = targets_[p].low / targets_[p].scale;
    high_[static_cast<Index>(p)] = targets_[p].high / targets_[p].scale;
  }
}

std::vector<double> Refinement::arguments(const VectorXd& x) const {
  std::vector<double> all = arguments_;
  for (std::size_t p = 0; p < targets_.size(); ++p)
    all[targets_[p].argument] = x[static_cast<Index>(p)] * targets_[p].scale;
  return all;
}

BoundedFit Refinement::problem(std::span<const double> data, double noise, const VectorXd& mean,
                               const VectorXd& sd) const {
  BoundedFit fit;
  fit.data = Eigen::Map<const VectorXd>(data.data(), static_cast<Index>(data.size()));
  fit.error = (noise * noise + (options_.relative_error * fit.data.array()).square()).sqrt().matrix();
  if (options_.skip > 0) {
    const std::vector<double>& times = currents_.simulation().times;
    double jump = 0;
    for (const Recordings::Step& step : currents_.simulation().command) {
      const auto at = std::lower_bound(times.begin(), times.end(), jump - 1e-6);
      for (auto t = at; t != times.end() && *t < jump + options_.skip - 1e-6; ++t)
        fit.error[t - times.begin()] = std::numeric_limits<double>::infinity();
      jump += step.duration;
    }
  }
  fit.prior_mean = mean;
  fit.prior_sd = sd;
  fit.low = low_;
  fit.high = high_;
  fit.iterations = options_.iterations;
  fit.at_once = static_cast<Index>(lane_count);
  fit.model = [this](const MatrixXd& x, MatrixXd& y) {
    std::vector<std::vector<double>> cells;
    for (Index k = 0; k < x.cols(); ++k) cells.push_back(arguments(x.col(k)));
    currents_.simulate(cells, y);
  };
  return fit;
}

BoundedFit::Result Refinement::refine(const BoundedFit& fit, Random random) const {
  BoundedFit::Result best = fit.from(fit.prior_mean);
  for (int start = 1; start < options_.starts; ++start) {
    VectorXd x = fit.prior_mean;
    for (Index p = 0; p < x.size(); ++p) x[p] += fit.prior_sd[p] * random.normal();
    BoundedFit::Result other = fit.from(std::move(x));
    const bool better = other.F < best.F || !std::isfinite(best.F);
    const int iterations = best.iterations + other.iterations;
    if (better) best = std::move(other);
    best.iterations = iterations;
  }
  return best;
}

bool Refinement::pull_back(BoundedFit fit, const VectorXd& scenario, const Judge& beats, Random random,
                           BoundedFit::Result& found) const {
  constexpr Index along = 8, drawn = 32;
  constexpr int steps_that_beat = 8;
  const VectorXd& from = found.x;
  MatrixXd points(from.size(), 2 * along + drawn);
  for (Index k = 0; k < along; ++k) {
    const double part = static_cast<double>(k + 1) / static_cast<double>(along);
    points.col(k) = from + part * (fit.prior_mean - from);
    points.col(along + k) = fit.prior_mean + part * (scenario - fit.prior_mean);
  }
  const Eigen::LLT<MatrixXd> llt(found.covariance);
  for (Index k = 0; k < drawn; ++k) {
    VectorXd z(from.size());
    for (double& of : z) of = random.normal();
    points.col(2 * along + k) = from + llt.matrixL() * z;
  }
  for (Index k = 0; k < points.cols(); ++k) points.col(k) = points.col(k).cwiseMax(low_).cwiseMin(high_);

  VectorXd F(points.cols());
  MatrixXd y;
  for (Index first = 0; first < points.cols(); first += fit.at_once) {
    const MatrixXd block = points.middleCols(first, std::min(fit.at_once, points.cols() - first));
    fit.model(block, y);
    F.segment(first, block.cols()) = fit.values(block, y);
  }
  std::vector<Index> order(static_cast<std::size_t>(points.cols()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return F[a] < F[b]; });
  fit.admit = [&](const MatrixXd& x) {
    std::vector<std::vector<double>> cells;
    for (Index k = 0; k < x.cols(); ++k) cells.push_back(arguments(x.col(k)));
    const std::vector<bool> which = beats(cells);
    const auto first = std::find(which.begin(), which.end(), true);
    return first == which.end() ? -1 : static_cast<int>(first - which.begin());
  };
  for (std::size_t first = 0; first < order.size(); first += lane_count) {
    const std::size_t n = std::min(lane_count, order.size() - first);
    MatrixXd block(from.size(), static_cast<Index>(n));
    for (std::size_t k = 0; k < n; ++k) block.col(static_cast<Index>(k)) = points.col(order[first + k]);
    const int start = fit.admit(block);
    if (start < 0) continue;
    const int before = found.iterations;
    fit.iterations = std::min(fit.iterations, steps_that_beat);
    found = fit.from(block.col(start));
    found.iterations += before;
    return std::isfinite(found.F);
  }
  return false;
}

}  // namespace tawara::experiments
