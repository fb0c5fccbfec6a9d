#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tawara/array.hpp"

namespace tawara::experiments {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// One recorded beat; t counts from its stimulus onset, ms.
struct Beat {
  std::vector<double> t, V_m;
  std::vector<double> Ca_i;     ///< empty for models without calcium
  double dVdt_max = nan;        ///< mV/ms, stimulus included
  double dVdt_max_ionic = nan;  ///< mV/ms, of the ionic currents alone
};

/// What a beat is summed up by. Times in ms from the stimulus onset, voltages in mV, calcium in mmol/L; NaN where the
/// beat has no such thing.
///
/// With A = V_peak - V_rest: t_up50 is the first upward crossing of V_rest + A/2; APDx runs from there to the first
/// downward crossing of V_peak - x/100 A after the peak. Calcium durations likewise, on Ca_i. All by linear
/// interpolation between samples.
///
/// A beat that is no action potential of its stimulus says so in `problem` and has no durations, calcium's included:
///   "not at rest"       V_rest is resting_voltage or higher: the stimulus falls into an action potential, or on a cell
///                       that does not repolarise
///   "not captured"      V_m stays at or below capture_voltage, or t_up50 (kept) is later than latest_upstroke: what
///   came
///                       then the cell did by itself
///   "not repolarised"   captured, but t_repol90 is beyond the end of the beat; only what is missing is NaN
struct Biomarkers {
  double V_rest = nan;  ///< at the stimulus onset
  double V_peak = nan, t_peak = nan, t_up50 = nan;
  double APD40 = nan, APD50 = nan, APD90 = nan;
  double t_repol90 = nan;  ///< when V_m falls through the 90 % level
  double dVdt_max = nan, dVdt_max_ionic = nan;
  double Ca_diastole = nan, Ca_peak = nan, CaT_amplitude = nan, CaT_t_peak = nan, CaT_t_up50 = nan;
  double CaTD50 = nan, CaTD80 = nan, CaTD90 = nan;
  std::string problem;  ///< "", "not at rest", "not captured", "not repolarised"
};

/// A stimulus that leaves V_m below this has not been captured; the passive response of a resting cell to it stays
/// lower.
inline constexpr double capture_voltage = -20;  // mV

/// Cells at rest, and the slow depolarisation of pacemakers, stay below this; their sodium current is inactivated far
/// below it.
inline constexpr double resting_voltage = -40;  // mV

/// An upstroke later than this is not the stimulus's: the models' default pulses last 1 to 5 ms, and one that only
/// just captures is followed by its upstroke within some tens of milliseconds.
inline constexpr double latest_upstroke = 100;  // ms after the onset

[[nodiscard]] Biomarkers biomarkers_of(const Beat& beat);

/// One row per beat. @param beat_numbers  from 1
[[nodiscard]] Table biomarker_table(std::span<const Biomarkers> rows, std::span<const int> beat_numbers);

/// The columns of such a table, without beat and problem.
void add_biomarker_columns(Table& table, std::span<const Biomarkers> rows);

/// Times at which a beat is sampled for its biomarkers: every 0.01 ms below 20 ms, every 0.1 ms up to `duration`, which
/// is the last.
[[nodiscard]] std::vector<double> beat_grid(double duration);

}  // namespace tawara::experiments
