#include "mlp/scores.hpp"

#include <cmath>
#include <limits>

namespace tawara::mlp {

std::vector<Score> scores(std::span<const double> truth, std::span<const double> mean, std::span<const double> sd,
                          std::span<const double> training_mean) {
  constexpr double ninety_percent = 1.6448536269514722;  // of a normal distribution
  const std::size_t targets = training_mean.size(), rows = truth.size() / targets;
  const auto n = static_cast<double>(rows);
  std::vector<Score> out(targets);
  for (std::size_t t = 0; t < targets; ++t) {
    Score& s = out[t];
    double sum = 0, squares = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t k = r * targets + t;
      const double error = mean[k] - truth[k], trivial = training_mean[t] - truth[k];
      s.MAE += std::abs(error) / n;
      s.MSE += error * error / n;
      s.mean_sd += sd[k] / n;
      s.coverage += std::abs(error) <= ninety_percent * sd[k] ? 1 : 0;
      s.trivial_MAE += std::abs(trivial) / n;
      s.trivial_MSE += trivial * trivial / n;
      sum += truth[k];
    }
    for (std::size_t r = 0; r < rows; ++r) squares += std::pow(truth[r * targets + t] - sum / n, 2) / n;
    s.coverage /= n;
    s.R2 = squares > 0 ? 1 - s.MSE / squares : std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

std::vector<double> sd_factors(std::span<const double> truth, std::span<const double> mean, std::span<const double> sd,
                               std::size_t targets) {
  const std::size_t rows = truth.size() / targets;
  std::vector<double> out(targets, 0.0);
  for (std::size_t k = 0; k < truth.size(); ++k)
    out[k % targets] += std::pow((mean[k] - truth[k]) / sd[k], 2) / static_cast<double>(rows);
  for (double& factor : out) factor = std::sqrt(factor);
  return out;
}

}  // namespace tawara::mlp
