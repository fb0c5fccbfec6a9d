#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tawara/simulator.hpp"

namespace tawara::smc_abc {

struct Particle {
  Values values;
  double discrepancy = 0;
  std::vector<double> scalars;  ///< what came along with the discrepancy, e.g. pcc
};

/// What simulating has cost so far, and what failed.
struct Counts {
  struct Failure {
    std::int64_t count = 0;
    std::string text;  ///< of the first
  };
  std::int64_t evaluations = 0;
  std::map<std::string, Failure> failures;  ///< by cause

  [[nodiscard]] std::int64_t failed() const;
  /// "7 of 20 simulations failed: nan 5 (first: ...), no_capture 2 (first: ...)"
  [[nodiscard]] std::string in_words() const;
};

/// The simulator as the sampler sees it: rows of values in, discrepancies out.
class Evaluator {
 public:
  /// @param discrepancy, scalars  indices into simulator.observables(), all of scalars
  /// @param grouped               paths whose similar values should be evaluated side by side (subsets)
  Evaluator(Simulator& simulator, int discrepancy, std::vector<int> scalars, std::vector<std::size_t> grouped);

  struct Outcome {
    Status status = Status::failed;  ///< ok, abandoned (above the limit) or failed; a NaN discrepancy counts as failed
    double discrepancy = 0;
    std::vector<double> scalars;
  };
  /// @param limit  rows above it need no exact answer
  /// @throws Cancelled
  [[nodiscard]] std::vector<Outcome> evaluate(std::span<const Values> rows, double limit, Counts& counts);

  [[nodiscard]] const Simulator& simulator() const { return simulator_; }
  [[nodiscard]] Simulator& simulator() { return simulator_; }
  [[nodiscard]] const std::vector<int>& scalars() const { return scalars_; }

 private:
  Simulator& simulator_;
  std::vector<int> wanted_, scalars_;
  std::vector<std::size_t> grouped_;
};

}  // namespace tawara::smc_abc
