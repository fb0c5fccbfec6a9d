#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "beats.hpp"
#include "filters.hpp"
#include "tawara/error.hpp"

namespace tawara::ecg {
namespace {

constexpr std::size_t before_R = 250;   // ms seen before R: P wave and the level before QRS onset
constexpr std::size_t most_shift = 20;  // ms by which alignment may move a beat

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

TwelveLeads cut(const TwelveLeads& x, std::size_t start, std::size_t length) {
  TwelveLeads beat;
  for (std::size_t l = 0; l < n_leads; ++l)
    beat[l].assign(x[l].begin() + static_cast<std::ptrdiff_t>(start),
                   x[l].begin() + static_cast<std::ptrdiff_t>(start + length));
  return beat;
}

std::vector<TwelveLeads> cut(const TwelveLeads& x, const std::vector<std::size_t>& starts, std::size_t length) {
  std::vector<TwelveLeads> beats;
  for (const std::size_t start : starts) beats.push_back(cut(x, start, length));
  return beats;
}

/// Sample by sample over beats of one length.
TwelveLeads average(const std::vector<TwelveLeads>& beats, Average how) {
  TwelveLeads result;
  std::vector<double> values(beats.size());
  for (std::size_t l = 0; l < n_leads; ++l)
    for (std::size_t j = 0; j < beats[0][l].size(); ++j) {
      for (std::size_t b = 0; b < beats.size(); ++b) values[b] = beats[b][l][j];
      result[l].push_back(how == Average::median ? median(values)
                                                 : std::accumulate(values.begin(), values.end(), 0.0) /
                                                       static_cast<double>(values.size()));
    }
  return result;
}

/// Pearson correlation of a stretch of a recording with a template, all independent leads strung together.
double likeness(const TwelveLeads& x, std::size_t start, const TwelveLeads& pattern, std::size_t first,
                std::size_t last) {
  double xx = 0, yy = 0, xy = 0;
  for (const std::size_t l : independent_rows) {
    double x_mean = 0, y_mean = 0;
    for (std::size_t j = first; j < last; ++j) {
      x_mean += x[l][start + j];
      y_mean += pattern[l][j];
    }
    x_mean /= static_cast<double>(last - first);
    y_mean /= static_cast<double>(last - first);
    for (std::size_t j = first; j < last; ++j) {
      const double a = x[l][start + j] - x_mean, b = pattern[l][j] - y_mean;
      xx += a * a;
      yy += b * b;
      xy += a * b;
    }
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// RR intervals within 20 % of their median.
bool normal_interval(std::size_t RR, double usual) { return std::abs(static_cast<double>(RR) - usual) <= 0.2 * usual; }

struct Rhythm {
  double RR;                  ///< mean of the normal intervals, ms
  std::vector<bool> regular;  ///< per peak: the intervals on both sides are normal
};

Rhythm rhythm(const std::vector<std::size_t>& peaks) {
  std::vector<double> intervals;
  for (std::size_t k = 1; k < peaks.size(); ++k) intervals.push_back(static_cast<double>(peaks[k] - peaks[k - 1]));
  const double usual = median(intervals);
  Rhythm result{0, std::vector<bool>(peaks.size(), true)};
  std::size_t n = 0;
  for (std::size_t k = 1; k < peaks.size(); ++k) {
    if (normal_interval(peaks[k] - peaks[k - 1], usual)) {
      result.RR += static_cast<double>(peaks[k] - peaks[k - 1]);
      ++n;
    } else {
      result.regular[k - 1] = result.regular[k] = false;
    }
  }
  result.RR /= static_cast<double>(n);
  return result;
}

/// Move each start to where the complex fits the template best.
void align(const TwelveLeads& x, std::vector<std::size_t>& starts, const TwelveLeads& pattern, std::size_t length) {
  const std::size_t first = before_R - 100, last = before_R + 100;
  for (std::size_t& start : starts) {
    double best = -2;
    std::size_t best_start = start;
    const std::size_t low = start > most_shift ? start - most_shift : 0;
    for (std::size_t s = low; s <= start + most_shift && s + length <= x[0].size(); ++s)
      if (const double fit = likeness(x, s, pattern, first, last); fit > best) {
        best = fit;
        best_start = s;
      }
    start = best_start;
  }
}

/// Subtract the line through the level before this beat's QRS onset (mean over 15 ms) and that before the next one's.
void remove_baseline(TwelveLeads& beat, const TwelveLeads& x, std::size_t onset, std::size_t next_onset) {
  constexpr std::size_t pause = 15;
  for (std::size_t l = 0; l < n_leads; ++l) {
    const auto level = [&](std::size_t at) {
      return std::accumulate(&x[l][at - pause], &x[l][at], 0.0) / static_cast<double>(pause);
    };
    const double here = level(onset), slope = (level(next_onset) - here) / static_cast<double>(next_onset - onset);
    for (std::size_t j = 0; j < beat[l].size(); ++j) beat[l][j] -= here + slope * static_cast<double>(j);
  }
}

}  // namespace

Beat average_beat(const TwelveLeads& recording, const BeatOptions& options, const std::string& file) {
  const auto peaks = r_peaks(recording);
  if (peaks.empty())
    throw DataError(fmt::format("{}: no R peak found in {} ms; is this an ECG?", file, recording[0].size()));
  if (peaks.size() < 3)
    throw DataError(fmt::format("{}: {} R peak(s) found in {} ms; averaging needs at least three beats", file,
                                peaks.size(), recording[0].size()));
  const Rhythm beats = rhythm(peaks);
  if (static_cast<double>(options.duration) > beats.RR)
    throw ScenarioError("duration",
                        fmt::format("{} ms is longer than the beats of {}, which follow one another every {:.0f} ms",
                                    options.duration, file, beats.RR));

  // Whole beats only, each with its successor's onset in sight.
  const std::size_t length = before_R + std::max<std::size_t>(options.duration, 350);
  std::vector<std::size_t> starts, next_peaks;
  Beat result;
  for (std::size_t k = 0; k + 1 < peaks.size(); ++k) {
    if (peaks[k] < before_R + most_shift || peaks[k] - before_R + length + most_shift > recording[0].size()) continue;
    if (!beats.regular[k]) {
      ++result.beats_rejected;
      continue;
    }
    starts.push_back(peaks[k] - before_R);
    next_peaks.push_back(peaks[k + 1] - peaks[k]);
  }
  if (starts.empty()) throw DataError(fmt::format("{}: none of {} beats is whole and regular", file, peaks.size()));

  align(recording, starts, average(cut(recording, starts, length), Average::median), length);
  const TwelveLeads typical = average(cut(recording, starts, length), Average::median);
  const std::size_t found = starts.size();
  for (std::size_t b = found; b-- > 0;)
    if (likeness(recording, starts[b], typical, before_R - 60, before_R + 350) < 0.9) {
      starts.erase(starts.begin() + static_cast<std::ptrdiff_t>(b));
      next_peaks.erase(next_peaks.begin() + static_cast<std::ptrdiff_t>(b));
      ++result.beats_rejected;
    }
  if (2 * starts.size() < found)
    throw DataError(
        fmt::format("{}: only {} of {} beats look alike; the recording is too noisy or too irregular to average", file,
                    starts.size(), found));

  const QrsBounds qrs = qrs_bounds(average(cut(recording, starts, length), options.average), before_R);
  std::vector<TwelveLeads> normal;
  for (std::size_t b = 0; b < starts.size(); ++b) {
    const std::size_t onset = starts[b] + qrs.onset;
    normal.push_back(cut(recording, onset, options.duration));
    remove_baseline(normal.back(), recording, onset, onset + next_peaks[b]);
  }
  result.leads = average(normal, options.average);
  result.RR = beats.RR;
  result.QRS_duration = static_cast<double>(qrs.end - qrs.onset);
  result.beats_used = starts.size();
  return result;
}

}  // namespace tawara::ecg
