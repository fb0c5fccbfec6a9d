#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "mlp/features.hpp"
#include "mlp/network.hpp"
#include "tawara/regressor.hpp"

namespace tawara::mlp {

/// What training leaves: everything that a prediction needs, and where it comes from.
///
/// Networks work on scaled targets: (value / scenario value - target_mean) / target_sd.
struct Model {
  Recordings::Signal signal;
  std::vector<double> times;  ///< ms
  std::vector<Recordings::Step> command;
  std::vector<Recordings::Quantity> conditions;
  std::vector<Regressor::Target> targets;
  std::vector<double> target_mean, target_sd;  ///< of value / scenario value over the training cells
  Features features;
  bool predicts_sd = false;                    ///< networks have a second half of outputs: logarithms of variances
  std::vector<double> sd_factor;               ///< per target, what the networks' standard deviations are multiplied by
  std::vector<Network> members;                ///< an ensemble; one or more
  std::vector<Recordings::Quantity> training;  ///< numbers of how it was trained, for the reader
};

/// What networks say of several cells, in scaled targets.
struct ScaledAnswer {
  std::vector<double> mean, sd;  ///< rows x targets; sd before sd_factor
};

/// An ensemble's mean, and its standard deviation: the mean of the variances that members predict (1 where they predict
/// none), and the variance of their means.
class Mixture {
 public:
  Mixture(std::size_t rows, std::size_t targets, bool predicts_sd);
  /// @param output  rows x (targets, or twice as many), of one member
  void add(std::span<const double> output);
  [[nodiscard]] ScaledAnswer answer() const;

 private:
  std::size_t rows_, targets_;
  bool predicts_sd_;
  double members_ = 0;
  std::vector<double> sum_, squares_, variance_;
};

/// @param features  rows x Features::count()
[[nodiscard]] ScaledAnswer evaluate(const Model& model, std::span<const double> features, std::size_t rows);

/// Ability "regressor" of a model.
class ModelRegressor final : public Regressor {
 public:
  explicit ModelRegressor(Model model) : model_(std::move(model)) {}
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const Recordings::Signal& signal() const override { return model_.signal; }
  [[nodiscard]] std::span<const double> times() const override { return model_.times; }
  [[nodiscard]] std::span<const Recordings::Step> command() const override { return model_.command; }
  [[nodiscard]] std::span<const Recordings::Quantity> conditions() const override { return model_.conditions; }
  [[nodiscard]] std::span<const Target> targets() const override { return model_.targets; }
  void predict(std::span<const float> traces, std::span<double> mean, std::span<double> sd,
               std::span<double> novelty) const override;

 private:
  Model model_;
};

}  // namespace tawara::mlp
