#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace tawara::mlp {

/// How well one target is known, in factors of the scenario's value.
struct Score {
  double MAE = 0, MSE = 0;
  double R2 = 0;                            ///< 1 - MSE / variance; NaN where it does not vary
  double mean_sd = 0;                       ///< that was predicted
  double coverage = 0;                      ///< share of cells within 1.645 predicted standard deviations
  double trivial_MAE = 0, trivial_MSE = 0;  ///< of the training cells' mean
};

/// @param truth, mean, sd  rows x targets  @param training_mean  per target
[[nodiscard]] std::vector<Score> scores(std::span<const double> truth, std::span<const double> mean,
                                        std::span<const double> sd, std::span<const double> training_mean);

/// Per target, what standard deviations have to be multiplied by so that squared standardised errors average 1.
[[nodiscard]] std::vector<double> sd_factors(std::span<const double> truth, std::span<const double> mean,
                                             std::span<const double> sd, std::size_t targets);

}  // namespace tawara::mlp
