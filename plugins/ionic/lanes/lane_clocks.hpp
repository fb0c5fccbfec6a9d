#pragma once
#include <array>
#include <bit>
#include <cstdint>

#include "tawara/lanes.hpp"

namespace tawara::lanes {

/// The clocks of 16 lanes and the sizes of their steps.
///
/// A lane moves through segments: stretches from one edge of its drive to the next. Time in a segment is counted
/// backwards from its end, in ticks of 2^-28 ms, so that the end is hit exactly however odd it is. Steps are powers of
/// two of ticks and only as large as they divide what remains; whatever does not divide into steps of 1/256 ms (for
/// which and above steppers have tables) is taken by the first step, where steps are small anyway.
class LaneClocks {
 public:
  static constexpr double tick = 0x1p-28;     ///< ms
  static constexpr int table_exponent = 20;   ///< 2^20 ticks are 1/256 ms
  static constexpr int first_exponent = 20;   ///< of the first step of a segment
  static constexpr double grow_below = 0.22;  ///< of the error: second order, twice the step makes four times of it
  /// Steps above 1 ms are for what hardly changes: their error must be that much smaller. An error per step says less
  /// the longer the step, and plateaus drift by what it misses (measured: README.md).
  static constexpr int calm_exponent = 28;
  static constexpr double calm_factor = 10;
  static constexpr std::int64_t patience = 2'000'000;  ///< steps tried in one segment

  /// @param max_step  ms; steps are at most the power of two below
  explicit LaneClocks(double max_step) : top_(exponent_below(max_step)) {}

  void reset(std::size_t lane, double t);
  /// A segment from time(lane) to `end`, which is later. An end within half a tick is reached at once.
  /// @return whether there is anything to do
  bool open(std::size_t lane, double end);
  /// Halve the step to come until it is at most this, ms.
  void limit(std::size_t lane, double step);

  [[nodiscard]] double time(std::size_t lane) const {
    return remaining_[lane] == total_[lane] ? start_[lane] : end_[lane] - static_cast<double>(remaining_[lane]) * tick;
  }
  [[nodiscard]] double previous_time(std::size_t lane) const {
    return remaining_[lane] + last_[lane] == total_[lane]
               ? start_[lane]
               : end_[lane] - static_cast<double>(remaining_[lane] + last_[lane]) * tick;
  }
  /// ms, of the step to come
  [[nodiscard]] double step(std::size_t lane) const { return static_cast<double>(step_[lane]) * tick; }
  [[nodiscard]] long steps(std::size_t lane) const { return steps_[lane]; }
  [[nodiscard]] long attempts(std::size_t lane) const { return attempts_[lane]; }

  struct Advance {
    std::uint32_t moved = 0;    ///< their steps were accepted
    std::uint32_t arrived = 0;  ///< and brought them to the end of their segment; their dt is 0
    std::uint32_t stuck = 0;    ///< their steps shrank to nothing, or there were too many
  };
  /// Take up what a stepper did in the lanes of `active`, and choose their next steps.
  /// @param dt, dt_previous  in: as the stepper had them; out: for its next step
  template <class T>
  Advance advance(std::uint32_t active, const bool* accepted, const T* error, T* dt, T* dt_previous);

 private:
  static int exponent_below(double step);
  /// The error that a step of 2^exponent ticks may have.
  template <class T>
  static constexpr T allowed(int exponent) {
    return exponent > calm_exponent ? T(1 / calm_factor) : T(1);
  }
  /// The step of 2^exponent ticks, or what is odd about the remaining time first.
  void choose(std::size_t lane, int exponent);
  /// A smaller step. @return false when there is none
  bool shrink(std::size_t lane, int halvings);

  template <class T>
  using Lanes = std::array<T, lane_count>;
  int top_;
  Lanes<std::int64_t> remaining_{}, step_{}, total_{}, last_{};  // ticks
  Lanes<int> exponent_{};
  Lanes<double> start_{}, end_{};
  Lanes<long> steps_{}, attempts_{}, attempts_before_{};
};

template <class T>
LaneClocks::Advance LaneClocks::advance(std::uint32_t active, const bool* accepted, const T* error, T* dt,
                                        T* dt_previous) {
  Advance result;
  for (std::uint32_t lanes = active; lanes != 0; lanes &= lanes - 1) {
    const auto l = static_cast<std::size_t>(std::countr_zero(lanes));
    const std::uint32_t bit = 1u << l;
    ++attempts_[l];
    if (!accepted[l]) [[unlikely]] {
      const T e = error[l];
      const bool patient = attempts_[l] - attempts_before_[l] < patience;
      if (!patient || !shrink(l, e < 6 ? 1 : e < 24 ? 2 : 3)) result.stuck |= bit;
      dt[l] = static_cast<T>(step(l));
      continue;
    }
    const std::int64_t left = remaining_[l] - step_[l];
    remaining_[l] = left;
    last_[l] = step_[l];
    dt_previous[l] = dt[l];
    ++steps_[l];
    result.moved |= bit;
    int k = exponent_[l];
    const T e = error[l];
    if (e > allowed<T>(k))
      k -= k > 0;
    else
      k += e < T(grow_below) * allowed<T>(k + 1) && k < top_ && (left & ((std::int64_t{2} << k) - 1)) == 0;
    exponent_[l] = k;
    step_[l] = std::int64_t{1} << k;
    dt[l] = left == 0 ? T(0) : static_cast<T>(step(l));
    result.arrived |= left == 0 ? bit : 0;
  }
  return result;
}

}  // namespace tawara::lanes
