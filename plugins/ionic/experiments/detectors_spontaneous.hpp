#pragma once
#include <span>
#include <vector>

#include "experiments/biomarkers.hpp"
#include "experiments/detectors.hpp"
#include "tawara/array.hpp"

namespace tawara::experiments {

/// A beat nobody stimulated. Times in ms, voltages in mV, calcium in mmol/L; NaN where the beat has no such thing, most
/// often because the trace ends first.
///
/// t_upstroke is when V_m rises steepest between the minimum before the beat and its first peak. MDP, the maximum
/// diastolic potential, is the lowest V_m after the beat and before the next one. APDx runs from t_upstroke to the
/// first fall through V_peak - x/100 (V_peak - MDP) after the peak; crossings by linear interpolation. Calcium:
/// diastolic is the minimum since the last beat's upstroke (or the start of the trace) before this one's, systolic the
/// maximum from then to the next upstroke; CaTD90 runs from t_upstroke to 90 % recovery.
struct SpontaneousBeat {
  double t_upstroke = nan;
  double cycle_length = nan;  ///< to the next upstroke
  double V_peak = nan, MDP = nan, t_MDP = nan;
  double dVdt_max = nan;  ///< mV/ms
  double APD30 = nan, APD50 = nan, APD90 = nan;
  double Ca_diastole = nan, Ca_systole = nan;
  double CaT_t_peak = nan;  ///< from t_upstroke
  double CaTD90 = nan;
  int EADs = 0;
  [[nodiscard]] double amplitude() const { return V_peak - MDP; }
  [[nodiscard]] double CaT_amplitude() const { return Ca_systole - Ca_diastole; }
};

struct FreeTrace {
  std::span<const double> t;     ///< ms, ascending
  std::span<const double> V_m;   ///< mV
  std::span<const double> Ca_i;  ///< mmol/L; may be empty
  std::span<const double> dVdt;  ///< mV/ms at those times; empty: the slopes of the lines between samples
};

/// The beats of a trace, unfinished ones left out.
/// @throws Error  columns of different sizes, no samples, times that do not ascend
[[nodiscard]] std::vector<SpontaneousBeat> spontaneous_beats(const FreeTrace& trace, const BeatCriteria& criteria = {});

struct MeanAndSD {
  double mean = nan, SD = nan;  ///< SD: of the sample; NaN for a single value
  int n = 0;                    ///< values that are there
};
/// Over the beats that have it.
[[nodiscard]] MeanAndSD mean_and_SD(std::span<const SpontaneousBeat> beats, double SpontaneousBeat::*quantity);

/// One row per beat.
[[nodiscard]] Table spontaneous_table(std::span<const SpontaneousBeat> beats);

}  // namespace tawara::experiments
