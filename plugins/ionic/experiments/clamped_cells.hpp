#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "recordings/sample_times.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

using recordings::HeldVoltage;
using recordings::SampleTimes;

/// What is recorded of clamped cells: `recorded` observables (indices; the last is I_ion, what an amplifier measures)
/// at SampleTimes{sample_step, onset, onset_step}. Without observables there are no samples.
struct ClampRecording {
  std::span<const std::size_t> recorded;
  double sample_step = 1;
  double onset = 0, onset_step = 0.1;
  double tolerance = 1;  ///< of the steps; larger is coarser
  double max_step = 8;   ///< ms

  [[nodiscard]] SampleTimes times() const { return {sample_step, onset, onset_step}; }
};

/// 16 cells (lane_count) of one model under one command voltage, stepped together from one of its edges to the next:
/// gates exactly, concentrations by steps that the most demanding of the 16 chooses. Their states can be taken out and
/// put back, so that many commands can be tried from where they are. One per thread.
///
/// @tparam T  double or float: of states and records
template <class T>
class ClampedCellsIn {
 public:
  /// @throws Error  the model's steppers cannot hold the voltage by themselves
  ClampedCellsIn(const IonicModel& model, const BatchedModel& batched);
  ~ClampedCellsIn();
  ClampedCellsIn(ClampedCellsIn&&) noexcept;

  /// @param parameters  evaluate parameters in descriptor order  @param state  empty: the model's initial one
  void load(std::size_t lane, std::span<const double> parameters, std::span<const double> state = {});

  /// All 16 through a piece of a command. @param record  out: samples x recorded x 16  @return samples
  std::size_t hold(const HeldVoltage& piece, const ClampRecording& recording, std::span<T> record);
  /// All 16 at V for `duration` ms, a command by itself.
  std::size_t hold(double V_m, double duration, const ClampRecording& recording, std::span<T> record) {
    return hold({V_m, 0, duration, 0}, recording, record);
  }

  /// All 16 under a drive's command from `begin` to `end` (ms), where the trace begins at `begin`.
  /// @param record  out: samples x recorded x 16
  /// @throws Error  the drive does not clamp, or has ramps
  std::size_t follow(const Protocol::Drive& drive, double begin, double end, const ClampRecording& recording,
                     std::span<T> record);

  /// Observables of all 16 where they stand, the voltage held last. @param out  observable o of lane l at o * 16 + l
  void observe(std::span<T> out);

  /// n_states x 16, state s of lane l at s * 16 + l. A broken cell has NaN in it; it does not disturb the others.
  [[nodiscard]] std::span<const T> states() const;
  void set_states(std::span<const T> states);
  /// Since construction.
  [[nodiscard]] long steps() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

extern template class ClampedCellsIn<double>;
extern template class ClampedCellsIn<float>;
using ClampedCells = ClampedCellsIn<double>;

}  // namespace tawara::experiments
