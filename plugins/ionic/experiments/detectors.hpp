#pragma once
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace tawara::experiments {

/// What counts as a beat and as an early afterdepolarisation (EAD). Voltages in mV, times in ms.
///
/// A beat is the span from an upward crossing of `crossing` to the next downward one; its V_m must exceed `peak_above`.
/// Its first peak is the maximum within `first_peak_within` of the upward crossing, or where V_m stops rising when it
/// rises without a break for longer. An EAD is a rise of at least `EAD_rise` above the running minimum after the first
/// peak, that minimum being below `EAD_below`, before the beat ends; the next one begins after a fall of `EAD_rise`
/// from its top. So a dome after a notch is none, however high.
struct BeatCriteria {
  double crossing = -50;
  double peak_above = -20;
  double first_peak_within = 100;
  double EAD_rise = 3;
  double EAD_below = 0;
  double quiescent_range = 5;  ///< V_m that varies by less is at rest, polarised or not
};

struct EAD {
  double t_takeoff, V_takeoff;  ///< the minimum it rises from
  double t_peak, V_peak;
  [[nodiscard]] double rise() const { return V_peak - V_takeoff; }
};

struct DetectedBeat {
  double start = 0;  ///< upward crossing
  double end = 0;    ///< downward crossing; the last sample when the trace ends within the beat
  bool finished = false;
  double t_first_peak = 0, V_first_peak = 0;
  double V_peak = 0;  ///< of the whole beat, EADs included
  std::vector<EAD> EADs;
};

/// What a stretch of V_m is, in this order of precedence.
enum class Rhythm {
  not_finite,              ///< a sample is NaN or infinite
  quiescent,               ///< V_m varies by less than quiescent_range: at rest or depolarised
  repolarisation_failure,  ///< V_m never falls below `crossing`
  beating,                 ///< at least one beat, finished or not
  no_beat,                 ///< V_m moves, but no beat: subthreshold, or a stimulus that was not captured
};
[[nodiscard]] std::string_view name_of(Rhythm rhythm);  ///< "repolarisation failure"

struct RhythmReport {
  Rhythm rhythm = Rhythm::quiescent;
  double V_lowest = std::numeric_limits<double>::infinity();
  double V_highest = -std::numeric_limits<double>::infinity();
  std::vector<DetectedBeat> beats;  ///< in order of time; only the last may be unfinished

  [[nodiscard]] int finished_beats() const;
  /// EADs in finished beats. Neither repolarisation failure nor quiescence has any.
  [[nodiscard]] int EADs() const;
  /// Those of a beat that the end of the trace cuts off as well: what happened in it happened.
  [[nodiscard]] int EADs_with_unfinished() const;
};

/// Finds beats and EADs in samples as they come, taken as joined by straight lines, so that the answer does not depend
/// on how densely a curve is sampled. Constant work per sample; allocates per beat only.
///
/// Of a paced cell give each beat, from one stimulus onset to the next, to a detector of its own: a stimulus on a
/// plateau would pass for an EAD.
class BeatDetector {
 public:
  explicit BeatDetector(const BeatCriteria& criteria = {}) : criteria_(criteria) {}
  /// @param t  ms, ascending  @param V_m  mV
  void add(double t, double V_m);
  /// Of all samples so far.
  [[nodiscard]] RhythmReport report() const;

 private:
  enum class Phase { falling, rising };
  void follow(double t, double V_m);
  void begin_beat(double t);
  [[nodiscard]] bool is_beat(const DetectedBeat& beat) const { return beat.V_peak > criteria_.peak_above; }

  BeatCriteria criteria_;
  RhythmReport found_;  // finished beats
  DetectedBeat beat_;   // the one under way
  bool any_ = false, finite_ = true, in_beat_ = false;
  bool climbing_ = false;  // the last corner is the highest so far
  Phase phase_ = Phase::falling;
  double t_ = 0, V_ = 0;          // last sample
  double t_low_ = 0, V_low_ = 0;  // running minimum since the first peak or the last EAD
};

/// @param t    ms, ascending, any spacing  @param V_m  mV, as many
/// @throws Error  sizes differ, there are no samples, or t does not ascend
[[nodiscard]] RhythmReport rhythm_of(std::span<const double> t, std::span<const double> V_m,
                                     const BeatCriteria& criteria = {});

}  // namespace tawara::experiments
