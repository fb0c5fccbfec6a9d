#pragma once
#include <Eigen/Dense>
#include <functional>
#include <string_view>

namespace tawara::experiments {

/// Parameters x of a model y(x) from data with errors of known size and a Gaussian prior, within bounds. Minimises
///
///   F(x) = 1/2 |(y(x) - data) / error|^2 + 1/2 |(x - prior_mean) / prior_sd|^2
///
/// by damped Gauss-Newton steps (Levenberg-Marquardt): the damping is measured in the prior's own units, parameters on
/// a bound that the step would leave are held there, and steps are cut to the bounds.
struct BoundedFit {
  Eigen::VectorXd data, error;           ///< one per sample; an infinite error leaves a sample out
  Eigen::VectorXd prior_mean, prior_sd;  ///< one per parameter
  Eigen::VectorXd low, high;             ///< bounds

  /// y at up to `at_once` points at a time. @param x  parameters x points  @param y  out: samples x points; NaN where
  /// the model breaks
  std::function<void(const Eigen::MatrixXd& x, Eigen::MatrixXd& y)> model;
  Eigen::Index at_once = 16;
  /// Differences for the Jacobian, forward, or backward at an upper bound; the point itself is simulated beside each
  /// block of displaced ones.
  double difference = 1e-4;

  /// Which of some points may be accepted at all (a twin must beat); absent: all. Asked about steps that lower F only,
  /// the lowest first. @return the index of the first that may be, or -1
  std::function<int(const Eigen::MatrixXd& x)> admit;
  std::function<void()> between_iterations;  ///< may throw

  int iterations = 40;      ///< at most
  double converged = 1e-3;  ///< stop when two steps in a row lower F by less than this part of it, or
  double least = 0.01;      ///< by less than this much

  enum class Stop { converged, no_better, iterations, not_finite };
  struct Result {
    Eigen::VectorXd x;
    double F = 0;
    Eigen::VectorXd y;
    Eigen::MatrixXd covariance;  ///< inverse of the Gauss-Newton Hessian with the prior
    int iterations = 0;
    Stop stop = Stop::converged;
    bool refused = false;  ///< `admit` turned down steps that would have lowered F
  };
  /// @param start  cut to the bounds
  [[nodiscard]] Result from(Eigen::VectorXd start) const;
  /// F of points whose y is known; infinite where the model broke.
  [[nodiscard]] double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) const;
  /// @param y  samples x points
  [[nodiscard]] Eigen::VectorXd values(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) const;
};
[[nodiscard]] std::string_view name_of(BoundedFit::Stop stop);

}  // namespace tawara::experiments
