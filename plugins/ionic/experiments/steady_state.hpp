#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tawara/ionic.hpp"

namespace tawara::experiments {

/// How a search for the steady state ended.
struct SteadyState {
  bool reached = false;
  bool alternating = false;  ///< not reached, but every second beat is the same
  std::size_t state = 0;     ///< that moves furthest from beat to beat
  double change = 0;         ///< how far, relative
};

/// Compares the states in which beats begin. The change of a state is relative to its value, or to a hundredth of its
/// typical size where it is smaller than that: an almost closed gate need not repeat to six digits.
class SteadyStateSearch {
 public:
  /// @param tolerance  of the relative change of every state
  SteadyStateSearch(const IonicModel& model, double tolerance);
  /// @return true when the changes of this beat and of the one before were below the tolerance
  bool add(std::span<const double> state_at_beat_start);
  [[nodiscard]] const SteadyState& found() const { return found_; }

 private:
  struct Change {
    std::size_t state = 0;
    double change = 0;
  };
  [[nodiscard]] Change change(std::span<const double> from, std::span<const double> to) const;
  const IonicModel& model_;
  double tolerance_;
  std::vector<double> last_, before_;
  int quiet_beats_ = 0;
  SteadyState found_;
};

/// What a user is told when a steady state was not reached. @param beats  that were run
[[nodiscard]] std::string not_steady(const IonicModel& model, const std::string& cell, const SteadyState& steady,
                                     double tolerance, int beats);

}  // namespace tawara::experiments
