#pragma once
#include <Eigen/Dense>
#include <functional>
#include <span>
#include <vector>

#include "experiments/cell_twins/bounded_fit.hpp"
#include "experiments/cell_twins/clamped_currents.hpp"
#include "experiments/cell_twins/matching.hpp"
#include "tawara/random.hpp"

namespace tawara::experiments {

/// Standard deviation of the noise of a recording, from how far samples lie off the straight line between their
/// neighbours: the median over evenly spaced triples, so that upstrokes and jumps do not count.
[[nodiscard]] double noise_of(std::span<const double> times, std::span<const double> values);

struct RefinementOptions {
  double relative_error = 0.01;  ///< of the current, beside the noise
  double skip = 0;               ///< ms after each step of the command
  int iterations = 40;
  int starts = 1;  ///< the prior's mean, then draws from it
};

/// Parameters of a cell from its clamped current, in units of the targets' scale. Const and concurrent.
class Refinement {
 public:
  /// @param arguments  of the cell, those of the targets replaced
  Refinement(ClampedCurrents currents, std::vector<TwinTarget> targets, std::vector<double> arguments,
             RefinementOptions options);

  [[nodiscard]] std::span<const TwinTarget> targets() const { return targets_; }
  [[nodiscard]] const ClampedCurrents& currents() const { return currents_; }
  [[nodiscard]] Eigen::VectorXd low() const { return low_; }
  [[nodiscard]] Eigen::VectorXd high() const { return high_; }
  /// The cell with these parameters.
  [[nodiscard]] std::vector<double> arguments(const Eigen::VectorXd& x) const;

  /// The fit of one recording. The sampled current counts with the error sqrt(noise^2 + (relative_error I)^2): a clamp
  /// and its sampling are off by a part of the current, and at the peak of I_Na, a hundred times the plateau, that
  /// part is far more than the noise. Samples within `skip` ms of a jump do not count.
  /// @param data  at currents()'s times
  [[nodiscard]] BoundedFit problem(std::span<const double> data, double noise, const Eigen::VectorXd& mean,
                                   const Eigen::VectorXd& sd) const;
  /// The best of the starts. @param random  draws them
  [[nodiscard]] BoundedFit::Result refine(const BoundedFit& fit, Random random) const;

  /// Which of some cells (arguments) beat by themselves.
  using Judge = std::function<std::vector<bool>(std::span<const std::vector<double>> arguments)>;
  /// A twin that beats, near one that does not: of points between it and the prior's mean, on to `scenario`, and draws
  /// from its posterior, the one that fits best of those that beat; from there refined by steps that beat.
  /// @param found  what fits best  @return false: none beats, `found` is as it was
  [[nodiscard]] bool pull_back(BoundedFit fit, const Eigen::VectorXd& scenario, const Judge& beats, Random random,
                               BoundedFit::Result& found) const;

 private:
  ClampedCurrents currents_;
  std::vector<TwinTarget> targets_;
  std::vector<double> arguments_;
  RefinementOptions options_;
  Eigen::VectorXd low_, high_;
};

}  // namespace tawara::experiments
