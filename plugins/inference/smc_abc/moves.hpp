#pragma once
#include <functional>
#include <span>
#include <vector>

#include "evaluator.hpp"
#include "number_move.hpp"
#include "space.hpp"
#include "subset_move.hpp"
#include "tawara/host.hpp"

namespace tawara::smc_abc {

/// The Metropolis-Hastings steps of one iteration: they leave (prior restricted to discrepancy <= threshold) unchanged.
///
/// A step is a discrete half (one subset or choice) and a number half, each one batch of simulations. The proposals are
/// made from the kept particles once and then fixed. The prior and proposal ratio is judged first, so that what it
/// rejects is never simulated.
class Moves {
 public:
  /// @param kept    values of the particles the proposals learn from
  /// @param moving  the copies to be moved, in place
  /// @param first   index of moving[0] in the population: its random stream
  Moves(Evaluator& evaluator, const Host& host, const Space& space, std::span<const Values> kept,
        std::span<Particle> moving, std::size_t first, int iteration, double threshold, double scale);

  /// @throws Cancelled
  void step(Counts& counts);

  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] double moved_fraction() const;  ///< of the particles, at least once
  [[nodiscard]] double acceptance() const;
  [[nodiscard]] double number_acceptance() const;

 private:
  struct Tally {
    long proposed = 0, accepted = 0;
    [[nodiscard]] double ratio() const {
      return proposed ? static_cast<double>(accepted) / static_cast<double>(proposed) : 1;
    }
  };
  // Changes the values and returns log q(back) - log q(there).
  using Propose = std::function<double(Values&, Random&)>;
  void half_step(const char* purpose, const Propose& propose, Tally& tally, Counts& counts);
  double propose_discrete(Values& values, Random& random) const;

  Evaluator& evaluator_;
  const Host& host_;
  const Space& space_;
  std::span<Particle> moving_;
  std::size_t first_;
  int iteration_, steps_ = 0;
  double threshold_;
  NumberMove number_move_;
  std::vector<SubsetMove> subset_moves_;
  std::vector<ChoiceMove> choice_moves_;
  std::vector<char> moved_;
  Tally discrete_, number_;
};

}  // namespace tawara::smc_abc
