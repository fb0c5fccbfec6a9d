#include "experiments/beating.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::experiments {

std::string_view name_of(Beating label) {
  switch (label) {
    case Beating::not_finite:
      return "not finite";
    case Beating::quiescent:
      return "quiescent";
    case Beating::repolarisation_failure:
      return "repolarisation failure";
    case Beating::subthreshold:
      return "subthreshold";
    case Beating::beating:
      return "beating";
    case Beating::irregular:
      break;
  }
  return "irregular";
}

BeatingJudge::BeatingJudge(const BeatingCriteria& criteria)
    : criteria_(criteria), window_(criteria.beat), beats_(criteria.beat) {
  if (!(criteria.judged > 0) || !(criteria.duration >= criteria.judged))
    throw Error(
        fmt::format("a cell left alone for {} ms cannot be judged on its last {} ms; expected a window above 0 "
                    "and a run at least as long",
                    criteria.duration, criteria.judged));
}

void BeatingJudge::decide(Beating label, bool early) {
  verdict_ = label;
  early_ = early;
}

void BeatingJudge::add(double t, double V_m) {
  if (verdict_) return;
  if (!std::isfinite(V_m)) return decide(Beating::not_finite, t < criteria_.duration);
  const double begin = criteria_.duration - criteria_.judged;
  const auto at = [&](double time) { return V_ + (V_m - V_) * (time - t_) / (t - t_); };
  if (t >= begin) {
    if (any_ && t_ < begin) window_.add(begin, at(begin));
    if (t < criteria_.duration) {
      window_.add(t, V_m);
    } else {
      window_.add(criteria_.duration, any_ ? at(criteria_.duration) : V_m);
      return decide(of_window(criteria_.duration), false);
    }
  }
  if (criteria_.early) watch(t, V_m);
  any_ = true;
  t_ = t;
  V_ = V_m;
}

void BeatingJudge::watch(double t, double V_m) {
  if (!any_ || V_m > still_low_ + criteria_.still_within || V_m < still_high_ - criteria_.still_within) {
    still_since_ = t;
    still_low_ = still_high_ = V_m;
  }
  still_low_ = std::min(still_low_, V_m);
  still_high_ = std::max(still_high_, V_m);
  if (t - still_since_ >= criteria_.still_for) return decide(Beating::quiescent, true);

  const double level = criteria_.beat.crossing;
  if (any_ && V_ < level && V_m >= level) {
    end_cycle(t_ + (t - t_) * (level - V_) / (V_m - V_));
    beats_ = BeatDetector(criteria_.beat);
    beats_.add(t_, V_);
    if (alike_ >= criteria_.alike) return decide(Beating::beating, true);
  }
  beats_.add(t, V_m);
  cycle_.V_lowest = std::min(cycle_.V_lowest, V_m);
}

void BeatingJudge::end_cycle(double t) {
  const RhythmReport report = beats_.report();
  cycle_.length = t - cycle_.start;
  cycle_.V_peak = report.V_highest;
  const bool clear = cycle_.whole && report.beats.size() == 1 && report.beats[0].EADs.empty() &&
                     cycle_.V_peak >= criteria_.rises_to && cycle_.V_lowest <= criteria_.falls_to;
  const bool like = std::fabs(cycle_.length - last_.length) <= criteria_.alike_length * last_.length &&
                    std::fabs(cycle_.V_peak - last_.V_peak) <= criteria_.alike_V &&
                    std::fabs(cycle_.V_lowest - last_.V_lowest) <= criteria_.alike_V;
  alike_ = !clear ? 0 : alike_ > 0 && like ? alike_ + 1 : 1;
  last_ = cycle_;
  cycle_ = {.whole = true, .start = t};
}

Beating BeatingJudge::of_window(double t_end) const {
  const RhythmReport report = window_.report();
  switch (report.rhythm) {
    case Rhythm::not_finite:
      return Beating::not_finite;
    case Rhythm::quiescent:
      return Beating::quiescent;
    case Rhythm::repolarisation_failure:
      return Beating::repolarisation_failure;
    case Rhythm::no_beat:
      return Beating::subthreshold;
    case Rhythm::beating:
      break;
  }
  const auto& beats = report.beats;
  if (beats.size() < 2 || report.EADs() > 0) return Beating::irregular;
  bool regular = true;
  double longest = 0, before = 0;
  for (std::size_t b = 1; b < beats.size(); ++b) {
    const double interval = beats[b].start - beats[b - 1].start;
    if (b > 1) regular = regular && std::fabs(interval - before) <= criteria_.regular * before;
    longest = std::max(longest, interval);
    before = interval;
  }
  const double first_wait = beats.front().start - (t_end - criteria_.judged), last_wait = t_end - beats.back().start;
  regular = regular && std::max(first_wait, last_wait) <= (1 + criteria_.regular) * longest;
  return regular ? Beating::beating : Beating::irregular;
}

Beating beating_of(std::span<const double> t, std::span<const double> V_m, BeatingCriteria criteria) {
  if (t.size() != V_m.size() || t.empty() || t.back() < criteria.duration)
    throw Error(fmt::format("a trace of {} times and {} voltages up to {} ms; expected as many of both, up to {} ms",
                            t.size(), V_m.size(), t.empty() ? 0.0 : t.back(), criteria.duration));
  criteria.early = false;
  BeatingJudge judge(criteria);
  for (std::size_t i = 0; i < t.size() && !judge.verdict(); ++i) judge.add(t[i], V_m[i]);
  return *judge.verdict();
}

}  // namespace tawara::experiments
