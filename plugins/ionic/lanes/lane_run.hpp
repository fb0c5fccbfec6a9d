#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/protocol.hpp"

namespace tawara::lanes {

enum class Precision { f64, f32 };

struct StepControl {
  Precision precision = Precision::f64;
  double tolerance = 1;  ///< 1 is the default accuracy; larger is coarser and faster
  double max_step = 2;   ///< ms
};

/// Up to 16 cells of one model, each under its own drive and on its own clock, advanced together in SIMD lanes. What a
/// cell does depends on itself alone: not on the lane it is in nor on what the others do.
///
/// Steps are stopped and started anew exactly at every edge of a cell's drive and at its stop. Not thread-safe: one per
/// thread; loading a cell does not allocate.
class LaneRun {
 public:
  LaneRun(const IonicModel& model, const BatchedModel& batched, const StepControl& control);
  ~LaneRun();
  LaneRun(LaneRun&&) noexcept;

  /// Put a cell into a lane, replacing what was there. It rests until run_to().
  /// @param parameters  evaluate parameters in descriptor order, copied
  /// @param state       at time t, copied; empty: the model's initial state
  /// @param drive       must outlive the lane's use
  void load(std::size_t lane, std::span<const double> parameters, std::span<const double> state,
            const Protocol::Drive& drive, double t = 0);
  /// Let this lane run until it is exactly there. @param t at least time(lane)
  void run_to(std::size_t lane, double t);

  /// Try one step in every running lane. False: none is running.
  bool step();

  /// Bit l: lane l moved in the last step(), from previous_time(l) to time(l).
  [[nodiscard]] std::uint32_t moved() const;
  /// Bit l: lane l is under way to its stop.
  [[nodiscard]] std::uint32_t running() const;
  [[nodiscard]] double time(std::size_t lane) const;
  [[nodiscard]] double previous_time(std::size_t lane) const;
  /// mV. Between its ends a step is followed to the tolerance by the straight line.
  [[nodiscard]] double V_m(std::size_t lane) const;
  [[nodiscard]] double previous_V_m(std::size_t lane) const;
  /// One state, and before the last step.
  [[nodiscard]] double state(std::size_t lane, std::size_t s) const;
  [[nodiscard]] double previous_state(std::size_t lane, std::size_t s) const;
  void copy_state(std::size_t lane, std::span<double> y) const;

  /// Time, V_m and one state of many lanes at once, by lane: what recording every step reads.
  struct Ends {
    std::array<double, lane_count> time, V_m, state;
  };
  void read_ends(std::uint32_t lanes, std::size_t s, Ends& out) const;

  /// Why a lane has stopped for good: its cell has a state that is no number, or steps shrank to nothing. Empty while
  /// all is well. The text names the state, the time and the last good value.
  struct Failure {
    std::string cause;  ///< "nan", "step_size"
    std::string text;
  };
  [[nodiscard]] const Failure& failure(std::size_t lane) const;

  /// Observables of one lane at a time within its last step, [previous_time, time]: states in between are interpolated,
  /// those that are exact under a held voltage are stepped there. @param out one per observable of the model
  void observe(std::size_t lane, double t, std::span<double> out) const;
  /// Observables of all lanes at time(lane): out[o * lane_count + l].
  void observe_all(std::span<double> out) const;

  [[nodiscard]] long steps(std::size_t lane) const;     ///< accepted since load()
  [[nodiscard]] long attempts(std::size_t lane) const;  ///< evaluations of the model

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tawara::lanes
