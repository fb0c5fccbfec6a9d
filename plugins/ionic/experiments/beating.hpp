#pragma once
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "experiments/detectors.hpp"

namespace tawara::experiments {

/// What a cell does when it is left alone. Judged on the last `judged` ms of `duration`, where beats, EADs and
/// quiescence are those of BeatCriteria; the first that fits:
enum class Beating {
  not_finite,              ///< V_m is no longer a number
  quiescent,               ///< V_m varies by less than quiescent_range: at rest or depolarised
  repolarisation_failure,  ///< V_m never falls below the crossing
  subthreshold,            ///< V_m moves, but no beat
  beating,                 ///< regularly: see BeatingCriteria::regular
  irregular,               ///< beats with EADs, at changing intervals, slower than the window can tell, or stopping
};
[[nodiscard]] std::string_view name_of(Beating label);  ///< "repolarisation failure"

struct BeatingCriteria {
  BeatCriteria beat;
  double duration = 30000;  ///< ms, the whole run
  double judged = 15000;    ///< ms, its end, on which the label rests
  /// Regular: at least two beats begin in the window, without EADs; an interval between two differs from the next by at
  /// most this fraction of it; no beat is due at either end of the window, by the longest interval and that fraction.
  double regular = 0.1;

  // An early verdict. How often it differs from that of the whole run was measured (plugins/ionic/kernik/README.md).
  bool early = true;
  // Beating: so many cycles without EADs, one after another, each like the one before, that rise and fall far enough:
  // cells that only just beat may well stop.
  int alike = 4;
  double alike_length = 0.02;  ///< as a fraction
  double alike_V = 0.2;        ///< mV, peak and lowest V_m
  double rises_to = 10;        ///< mV, at least
  double falls_to = -70;       ///< mV, at most
  // Quiescent: V_m has stayed.
  double still_for = 8000;    ///< ms
  double still_within = 0.2;  ///< mV
};

/// Watches V_m of a cell left alone and says what it does, as soon as that is clear.
class BeatingJudge {
 public:
  /// @throws Error  a window longer than the run, or no window
  explicit BeatingJudge(const BeatingCriteria& criteria = {});
  /// @param t  ms, ascending from 0  @param V_m  mV; samples are taken as joined by straight lines
  void add(double t, double V_m);
  /// The label, once it is clear or the run is over; add nothing more.
  [[nodiscard]] std::optional<Beating> verdict() const { return verdict_; }
  /// Reached before the run was over.
  [[nodiscard]] bool early() const { return early_; }

 private:
  struct Cycle {
    bool whole = false;  ///< began with an upward crossing
    double start = 0, length = 0, V_peak = 0, V_lowest = std::numeric_limits<double>::infinity();
  };
  void watch(double t, double V_m);
  void end_cycle(double t);
  [[nodiscard]] Beating of_window(double t_end) const;
  void decide(Beating label, bool early);

  BeatingCriteria criteria_;
  BeatDetector window_;  // of what the label rests on
  std::optional<Beating> verdict_;
  bool early_ = false, any_ = false;
  double t_ = 0, V_ = 0;  // last sample

  BeatDetector beats_;  // of the cycle under way
  Cycle cycle_, last_;  // from one upward crossing to the next: under way, and the one before
  int alike_ = 0;       // cycles in a row, each like the one before
  double still_since_ = 0, still_low_ = 0, still_high_ = 0;
};

/// Of a whole recorded run, without an early verdict.
/// @param t    ms, ascending, to at least criteria.duration  @param V_m  mV, as many
/// @throws Error  sizes differ, or the trace ends before the run does
[[nodiscard]] Beating beating_of(std::span<const double> t, std::span<const double> V_m, BeatingCriteria criteria = {});

}  // namespace tawara::experiments
