#pragma once
#include <memory>
#include <span>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/recordings.hpp"
#include "tawara/regressor.hpp"

namespace my_component {

/// Solves A x = B for a symmetric positive definite A (n x n) and several right-hand sides B (n x m), row-major.
[[nodiscard]] std::vector<double> solve(std::vector<double> A, std::vector<double> B, std::size_t n);

/// Parameters as a linear function of the samples of a recording, by ridge regression.
class Ridge final : public tawara::Prepared, public tawara::Regressor {
 public:
  /// @param cells  learns from the first so many that are "ok"; every fifth of them is held back
  /// @param ridge  what is added to the diagonal, as a share of the variance of a sample
  /// @throws tawara::DataError  there are less than ten, or nothing varies among them
  Ridge(const tawara::Recordings& recordings, std::size_t cells, double ridge, tawara::Host& host);

  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const Regressor*>(this) : nullptr;
  }
  [[nodiscard]] const tawara::Recordings::Signal& signal() const override { return signal_; }
  [[nodiscard]] std::span<const double> times() const override { return times_; }
  [[nodiscard]] std::span<const tawara::Recordings::Step> command() const override { return command_; }
  [[nodiscard]] std::span<const tawara::Recordings::Quantity> conditions() const override { return conditions_; }
  [[nodiscard]] std::span<const Target> targets() const override { return targets_; }
  void predict(std::span<const float> traces, std::span<double> mean, std::span<double> sd,
               std::span<double> novelty) const override;

  /// On cells held back, per target: standard deviation of the error in its unit, and the share of variance explained.
  [[nodiscard]] const std::vector<double>& error() const { return error_; }
  [[nodiscard]] const std::vector<double>& explained() const { return explained_; }

 private:
  void learn(std::span<const float> traces, std::span<const double> values, double ridge, tawara::Host& host);
  void judge(std::span<const float> traces, std::span<const double> values);
  [[nodiscard]] double standardised(std::size_t sample, float value) const {
    return (value - centre_[sample]) / scale_[sample];
  }

  tawara::Recordings::Signal signal_;
  std::vector<double> times_;
  std::vector<tawara::Recordings::Step> command_;
  std::vector<tawara::Recordings::Quantity> conditions_;
  std::vector<Target> targets_;
  std::vector<double> centre_, scale_;  // of each sample
  std::vector<double> intercept_;       // of each target
  std::vector<double> weights_;         // samples x targets
  double usual_distance_ = 1;           // ninety-nine of a hundred cells are nearer
  std::vector<double> error_, explained_;
};

/// `learner.my_component`: ridge regression on the samples of a recording.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  std::size_t cells_;
  double ridge_;
};

}  // namespace my_component
