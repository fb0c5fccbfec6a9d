#include "experiments/detectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

double time_at(double level, double t0, double V0, double t1, double V1) {
  return t0 + (t1 - t0) * (level - V0) / (V1 - V0);
}

}  // namespace

std::string_view name_of(Rhythm rhythm) {
  switch (rhythm) {
    case Rhythm::not_finite:
      return "not finite";
    case Rhythm::quiescent:
      return "quiescent";
    case Rhythm::repolarisation_failure:
      return "repolarisation failure";
    case Rhythm::beating:
      return "beating";
    case Rhythm::no_beat:
      break;
  }
  return "no beat";
}

int RhythmReport::finished_beats() const {
  return static_cast<int>(std::count_if(beats.begin(), beats.end(), [](const auto& b) { return b.finished; }));
}

int RhythmReport::EADs() const {
  int n = 0;
  for (const DetectedBeat& beat : beats)
    if (beat.finished) n += static_cast<int>(beat.EADs.size());
  return n;
}

int RhythmReport::EADs_with_unfinished() const {
  int n = 0;
  for (const DetectedBeat& beat : beats) n += static_cast<int>(beat.EADs.size());
  return n;
}

void BeatDetector::begin_beat(double t) {
  in_beat_ = true;
  beat_ = {};
  beat_.start = beat_.t_first_peak = t_low_ = t;
  beat_.V_peak = beat_.V_first_peak = V_low_ = criteria_.crossing;
  phase_ = Phase::falling;
  climbing_ = true;
}

/// One corner of the curve within a beat, from the last corner in a straight line.
void BeatDetector::follow(double t, double V_m) {
  beat_.V_peak = std::max(beat_.V_peak, V_m);
  // A slow upstroke may last longer than the window; then the first peak is where it ends.
  const bool before_first_peak = climbing_ || t <= beat_.start + criteria_.first_peak_within;
  climbing_ = before_first_peak && V_m > beat_.V_first_peak;
  if (climbing_) {
    beat_.t_first_peak = t_low_ = t;
    beat_.V_first_peak = V_low_ = V_m;
    beat_.EADs.clear();
    phase_ = Phase::falling;
  } else if (phase_ == Phase::falling) {
    if (V_m < V_low_) {
      t_low_ = t;
      V_low_ = V_m;
    } else if (V_m - V_low_ >= criteria_.EAD_rise && V_low_ < criteria_.EAD_below) {
      beat_.EADs.push_back({t_low_, V_low_, t, V_m});
      phase_ = Phase::rising;
    }
  } else {
    EAD& ead = beat_.EADs.back();
    if (V_m > ead.V_peak) {
      ead.t_peak = t;
      ead.V_peak = V_m;
    } else if (ead.V_peak - V_m >= criteria_.EAD_rise) {
      phase_ = Phase::falling;
      t_low_ = t;
      V_low_ = V_m;
    }
  }
}

void BeatDetector::add(double t, double V_m) {
  finite_ = finite_ && std::isfinite(t) && std::isfinite(V_m);
  if (!finite_) return;
  found_.V_lowest = std::min(found_.V_lowest, V_m);
  found_.V_highest = std::max(found_.V_highest, V_m);
  const double level = criteria_.crossing;
  if (any_ && !in_beat_ && V_ < level && V_m >= level) begin_beat(time_at(level, t_, V_, t, V_m));
  if (in_beat_) {
    // The end of the window for the first peak is a corner too, wherever the samples are.
    const double window = beat_.start + criteria_.first_peak_within;
    if (std::max(t_, beat_.start) < window && window < t) follow(window, V_ + (V_m - V_) * (window - t_) / (t - t_));
    if (V_m < level) {
      beat_.end = time_at(level, t_, V_, t, V_m);
      beat_.finished = true;
      if (is_beat(beat_)) found_.beats.push_back(beat_);
      in_beat_ = false;
    } else {
      follow(t, V_m);
    }
  }
  any_ = true;
  t_ = t;
  V_ = V_m;
}

RhythmReport BeatDetector::report() const {
  RhythmReport report = found_;
  if (in_beat_ && is_beat(beat_)) {
    report.beats.push_back(beat_);
    report.beats.back().end = t_;
  }
  if (!finite_) {
    report.rhythm = Rhythm::not_finite;
  } else if (!(report.V_highest - report.V_lowest >= criteria_.quiescent_range)) {
    report.rhythm = Rhythm::quiescent;
  } else if (report.V_lowest >= criteria_.crossing) {
    report.rhythm = Rhythm::repolarisation_failure;
  } else {
    report.rhythm = report.beats.empty() ? Rhythm::no_beat : Rhythm::beating;
  }
  return report;
}

RhythmReport rhythm_of(std::span<const double> t, std::span<const double> V_m, const BeatCriteria& criteria) {
  if (t.empty() || t.size() != V_m.size())
    throw Error(fmt::format("a trace of {} times and {} voltages; expected as many of both, at least one", t.size(),
                            V_m.size()));
  BeatDetector detector(criteria);
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (i > 0 && !(t[i] > t[i - 1]))
      throw Error(
          fmt::format("the times of a trace must ascend; {} ms is followed by {} ms at sample {}", t[i - 1], t[i], i));
    detector.add(t[i], V_m[i]);
  }
  return detector.report();
}

}  // namespace tawara::experiments
