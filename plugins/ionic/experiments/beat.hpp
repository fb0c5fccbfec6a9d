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

/// Where a protocol's beat n begins and ends, in the integrator's time.
struct BeatSpan {
  double start, end;
  static BeatSpan of(const Protocol::Drive& drive, int n) { return {drive.beat_start(n), drive.beat_start(n + 1)}; }
  [[nodiscard]] double duration() const { return end - start; }
};

/// Called at the extra sample times of a beat, with the time since its onset.
using OnSample = std::function<void(double since_onset, std::span<const double> state)>;

/// Integrate one beat and record it on beat_grid(). The integrator must stand at the beat's start.
/// @param extra  ascending times since onset at which on_sample is called as well
[[nodiscard]] Beat record_beat(cvode::CellIntegrator& integrator, CellReader& reader, const Protocol::Drive& drive,
                               int n, std::span<const double> extra = {}, const OnSample& on_sample = {});

}  // namespace tawara::experiments
