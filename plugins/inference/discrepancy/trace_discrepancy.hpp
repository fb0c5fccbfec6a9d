#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "trace_recording.hpp"

namespace tawara::discrepancy {

/// How two traces are laid over each other. Times in ms of the recording.
struct TraceComparison {
  double from = -std::numeric_limits<double>::infinity(), to = std::numeric_limits<double>::infinity();
  bool align_upstrokes = false;  ///< shift the simulated trace so that its first upstroke meets the recorded one's
  bool normalise = false;        ///< each to 0..1 between its lowest and highest compared sample
  /// Share of the recorded weight that the simulated trace must cover. Below 1, a trace may end a little early, or be
  /// shifted; what it does not cover is left out.
  double min_covered = 0.9;
  struct Emphasis {
    double from, to, weight;
  };
  std::vector<Emphasis> emphasis;  ///< multiply the weight of samples in [from, to]
};

/// When a trace first rises through the middle of its range, ms; NaN when it never does.
[[nodiscard]] double upstroke_time(std::span<const double> t, std::span<const double> value);

/// A recording cut to its window and weighted: what simulations are compared with.
class TraceTarget {
 public:
  /// @throws DataError  the window holds fewer than two samples, no sample has weight, or the recording is flat where
  /// that matters; messages begin with `where`
  TraceTarget(Recording recording, const TraceComparison& how, const std::string& where);

  struct Fit {
    double rmse = std::numeric_limits<double>::quiet_NaN();  ///< in the recording's unit; 1 when normalised
    double shift = 0;                                        ///< ms added to simulated times
    std::string cause;                                       ///< why there is none: "nan", "no_upstroke", "no_overlap"
    std::string text;
  };
  /// Root of the weighted mean square of simulated minus recorded at the recorded times, the simulated trace taken as
  /// joined by straight lines.
  /// @param t        ms, ascending  @param value  as many, any unit  @param factor  takes them into the recording's
  /// unit
  /// @param compared out, if wanted: the simulated trace as compared, NaN where it does not cover the recording
  [[nodiscard]] Fit fit(std::span<const double> t, std::span<const double> value, double factor,
                        std::vector<double>& compared) const;

  /// As compared: normalised where that is asked for.
  [[nodiscard]] std::span<const double> t() const { return recording_.t; }
  [[nodiscard]] std::span<const double> value() const { return shown_; }
  [[nodiscard]] std::span<const double> weight() const { return recording_.weight; }
  [[nodiscard]] const std::string& unit() const { return recording_.unit; }

 private:
  TraceComparison how_;
  Recording recording_;
  std::vector<double> shown_;
  double upstroke_ = 0;
};

}  // namespace tawara::discrepancy
