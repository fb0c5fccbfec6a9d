#pragma once
#include <span>
#include <vector>

#include "space.hpp"

namespace tawara::smc_abc {

/// Random-walk proposal for all one-number parameters at once: Gaussian with the covariance of the kept particles times
/// (2.38 scale)^2 / d, the optimum for a Gaussian target at scale 1 (Roberts and Rosenthal, Stat Sci 2001).
///
/// Values with a step are rounded to it. From multiple to multiple the probability depends on the distance only, so the
/// proposal stays symmetric. It may leave the support: the prior then rejects it. (Reflecting it back would not be
/// symmetric for correlated steps.)
class NumberMove {
 public:
  /// @param kept  at least one particle's values
  NumberMove(const Space& space, std::span<const Values> kept, double scale);
  void propose(Values& values, Random& random) const;

 private:
  const Space& space_;
  std::vector<double> factor_;  // d x d, lower triangle of the Cholesky factor, row-major
};

}  // namespace tawara::smc_abc
