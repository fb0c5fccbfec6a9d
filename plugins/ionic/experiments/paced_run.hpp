#pragma once
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/biomarkers.hpp"
#include "experiments/steady_state.hpp"
#include "tawara/array.hpp"
#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

struct PacedRun {
  int beats = 100;           ///< at most that many while a steady state is looked for
  int record_last = 1;       ///< beats recorded, counted from the last one back
  double sample_step = 0.5;  ///< ms, of the trace
  cvode::Tolerances tolerances = {};
  double last_beat = std::numeric_limits<double>::infinity();  ///< ms it is followed; infinity: until the next begins
  std::vector<double> initial = {};                            ///< state to begin in; empty: the model's
  double steady_tolerance = 0;  ///< above 0: recording begins as soon as beats repeat to this (steady_state.hpp)
};

/// What is kept of one run. Under a clamp beats are sweeps and have a trace, but neither samples nor biomarkers.
struct PacedResult {
  Table trace;                    ///< t (ms since the onset of the first recorded beat), then the recorded observables
  std::vector<Beat> recorded;     ///< on beat_grid() with CVODE, at the ends of steps in lanes
  std::vector<double> dVdt;       ///< mV/ms, of the only beat of a cell left alone; may be empty
  std::vector<Biomarkers> beats;  ///< of each recorded beat
  std::vector<int> beat_numbers;  ///< from 1
  std::vector<double> beat_lengths;  ///< ms
  std::vector<double> state;         ///< at the end
  SteadyState steady;                ///< where it was looked for
};

/// Run one cell on CVODE from its initial state.
/// @param name      for messages
/// @param recorded  indices into model.observables()
/// @throws SolverError from the integrator; Cancelled when `cancelled` says so between beats
[[nodiscard]] PacedResult pace_cell(const IonicModel& model, const std::string& name,
                                    std::span<const double> parameters, const Protocol::Drive& drive,
                                    const PacedRun& run, std::span<const std::size_t> recorded,
                                    const std::function<bool()>& cancelled = {});

/// How long a recorded beat is followed, ms. @param last  of the run  @param own  until the next one begins
/// A sweep may be followed beyond its end, into the sweeps that come.
[[nodiscard]] double beat_length(const PacedRun& run, bool last, double own, bool clamped);

/// The columns of a trace, empty: t, then the recorded observables.
[[nodiscard]] Table empty_trace(const IonicModel& model, std::span<const std::size_t> recorded);

/// What pace_cell() and its sibling in lanes keep of a recorded beat beside its trace.
void add_beat(PacedResult& result, Beat beat, int number, double length, bool clamped);

}  // namespace tawara::experiments
