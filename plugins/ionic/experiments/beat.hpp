#pragma once
#include <functional>
#include <span>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/biomarkers.hpp"
#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// Reads V_m, Ca_i and dV_m/dt off a state, whatever the model calls its variables. Buffers inside: one per thread.
class CellReader {
 public:
  CellReader(const IonicModel& model, std::span<const double> parameters);

  /// Every observable, in the model's order.
  [[nodiscard]] std::span<const double> observe(std::span<const double> state);
  [[nodiscard]] double V_m(std::span<const double> state);
  [[nodiscard]] bool has_calcium() const { return Ca_observable_ >= 0; }
  [[nodiscard]] double Ca_i(std::span<const double> state);
  /// mV/ms, stimulus included.
  [[nodiscard]] double dVdt(std::span<const double> state, double t, double I_stim);

 private:
  [[nodiscard]] CellBlock block(std::span<const double> state, double t, const double* I_stim) const;
  const IonicModel& model_;
  std::span<const double> parameters_;
  int Ca_state_ = -1;  // -1: not a state itself, observe
  int Ca_observable_ = -1;
  std::vector<double> observed_, rates_;
};

/// A stretch of the integrator's time.
struct Stretch {
  double start, end;
  /// Beat n of a drive.
  static Stretch of(const Protocol::Drive& drive, int n) { return {drive.beat_start(n), drive.beat_start(n + 1)}; }
  [[nodiscard]] double duration() const { return end - start; }
};

/// Called at the extra sample times of a beat, with the time since its onset.
using OnSample = std::function<void(double since_onset, std::span<const double> state)>;

/// Integrate one stretch and record it. The integrator must stand at its start.
/// @param grid   ascending times since the start at which V_m and Ca_i are kept; may be empty
/// @param extra  ascending times since the start at which on_sample is called
/// @param dVdt   filled with dV_m/dt at the times of the grid when not null: exact where V_m moves by more than 1
/// mV/ms,
///               the slope from sample to sample elsewhere
[[nodiscard]] Beat record_stretch(cvode::CellIntegrator& integrator, CellReader& reader, const Protocol::Drive& drive,
                                  const Stretch& stretch, std::span<const double> grid,
                                  std::span<const double> extra = {}, const OnSample& on_sample = {},
                                  std::vector<double>* dVdt = nullptr);

/// Beat n on beat_grid().
[[nodiscard]] Beat record_beat(cvode::CellIntegrator& integrator, CellReader& reader, const Protocol::Drive& drive,
                               int n, std::span<const double> extra = {}, const OnSample& on_sample = {});

/// Spacing at which a cell left alone is watched: any sample may be part of an upstroke.
inline constexpr double free_run_step = 0.1;  // ms

}  // namespace tawara::experiments
