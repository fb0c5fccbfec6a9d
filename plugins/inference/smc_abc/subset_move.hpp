#pragma once
#include <span>
#include <vector>

#include "space.hpp"

namespace tawara::smc_abc {

/// Proposals for a subset (which root nodes are on), each with the exact probabilities of its draw and of the way back.
///
/// One of three kernels, chosen by fixed odds, each reversible by itself:
/// - local (half): add, remove or swap one id; new ids are drawn in proportion to how often kept particles hold them;
/// - kin (a quarter): a kept particle's subset, as it is or after one local change. Its probability is the mean over
/// all
///   kept particles, so whatever ids occur together in the population are proposed together;
/// - independent (a quarter): a count from the mean of prior and population, then that many ids by conditional
///   Bernoulli sampling (Chen, Dempster and Liu, Biometrika 1994): P(ids) = prod odds / elementary symmetric
///   polynomial. Every subset can be reached in one step, and no sum over orderings limits the count.
class SubsetMove {
 public:
  /// @param kept  the subsets of the kept particles, at least one
  SubsetMove(const Prior& prior, std::vector<Ids> kept);

  struct Proposal {
    Ids ids;
    double log_ratio;  ///< log q(back) - log q(there), to be added to the log ratio of the targets
  };
  [[nodiscard]] Proposal propose(const Ids& current, Random& random) const;

  /// Probability of drawing `to`, for tests: sums to 1 over all subsets.
  [[nodiscard]] double local_probability(const Ids& from, const Ids& to) const;
  [[nodiscard]] double kin_probability(const Ids& to) const;
  [[nodiscard]] double independent_probability(const Ids& to) const;
  [[nodiscard]] Ids draw_local(const Ids& from, Random& random) const;
  [[nodiscard]] Ids draw_kin(Random& random) const;
  [[nodiscard]] Ids draw_independent(Random& random) const;

 private:
  [[nodiscard]] double weight_outside(const Ids& ids) const;
  [[nodiscard]] int ways(std::size_t count) const;
  [[nodiscard]] bool can_add(std::size_t count) const { return count < high_ && count < n_; }
  [[nodiscard]] bool can_remove(std::size_t count) const { return count > low_; }
  [[nodiscard]] bool can_swap(std::size_t count) const { return count > 0 && count < n_; }

  std::size_t n_, low_, high_;
  std::vector<Ids> kept_;
  std::vector<double> weight_;             // chance of each id being on, smoothed
  std::vector<double> count_probability_;  // of low_..high_
  std::vector<std::vector<double>>
      symmetric_;  // [i][k]: elementary symmetric polynomial of order k of the odds of ids >= i
};

/// Independence proposal for a choice: kept frequencies mixed with even odds. @see SubsetMove::Proposal
class ChoiceMove {
 public:
  ChoiceMove(const Prior& prior, std::span<const double> kept);
  [[nodiscard]] double propose(double current, Random& random, double& log_ratio) const;

 private:
  [[nodiscard]] double probability(double value) const;
  std::vector<double> values_, probability_;
};

}  // namespace tawara::smc_abc
