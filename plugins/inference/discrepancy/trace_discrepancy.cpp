#include "trace_discrepancy.hpp"

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::discrepancy {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Scale to 0..1; samples that are NaN do not count and stay. False for a flat trace.
bool normalise(std::span<double> x) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : x)
    if (!std::isnan(v)) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  if (!(high > low)) return false;
  for (double& v : x) v = (v - low) / (high - low);
  return true;
}

std::string number(double x) {
  std::string text = std::to_string(x);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

double upstroke_time(std::span<const double> t, std::span<const double> value) {
  if (value.empty()) return nan;
  const auto [low, high] = std::minmax_element(value.begin(), value.end());
  const double level = 0.5 * (*low + *high);
  for (std::size_t i = 1; i < value.size(); ++i)
    if (value[i - 1] < level && value[i] >= level)
      return t[i - 1] + (t[i] - t[i - 1]) * (level - value[i - 1]) / (value[i] - value[i - 1]);
  return nan;
}

TraceTarget::TraceTarget(Recording recording, const TraceComparison& how, const std::string& where) : how_(how) {
  recording_.unit = recording.unit;
  double total = 0;
  for (std::size_t i = 0; i < recording.t.size(); ++i) {
    const double t = recording.t[i];
    if (t < how.from || t > how.to) continue;
    double weight = recording.weight[i];
    for (const auto& e : how.emphasis)
      if (t >= e.from && t <= e.to) weight *= e.weight;
    recording_.t.push_back(t);
    recording_.value.push_back(recording.value[i]);
    recording_.weight.push_back(weight);
    total += weight;
  }
  if (recording_.t.size() < 2)
    throw DataError(where + ": " + std::to_string(recording_.t.size()) + " samples between " + number(how.from) +
                    " and " + number(how.to) + " ms; the recording goes from " + number(recording.t.front()) + " to " +
                    number(recording.t.back()) + " ms: widen `window`");
  if (!(total > 0)) throw DataError(where + ": no sample that is compared has a weight above 0");
  shown_ = recording_.value;
  if (how.normalise && !normalise(shown_))
    throw DataError(where + ": the recording is flat in the window, so its amplitude cannot be normalised");
  if (how.align_upstrokes) {
    upstroke_ = upstroke_time(recording_.t, recording_.value);
    if (std::isnan(upstroke_))
      throw DataError(where +
                      ": the recording has no upstroke in the window to be aligned by; begin the window before "
                      "it, or set align = \"none\"");
  }
}

TraceTarget::Fit TraceTarget::fit(std::span<const double> t, std::span<const double> value, double factor,
                                  std::vector<double>& compared) const {
  Fit fit;
  const auto failed = [&](const char* cause, std::string text) {
    fit.cause = cause;
    fit.text = std::move(text);
    return fit;
  };
  for (std::size_t i = 0; i < t.size(); ++i)
    if (!std::isfinite(value[i])) return failed("nan", "the simulated trace is not finite at " + number(t[i]) + " ms");
  if (how_.align_upstrokes) {
    const double upstroke = upstroke_time(t, value);
    if (std::isnan(upstroke)) return failed("no_upstroke", "the simulated trace has no upstroke to be aligned by");
    fit.shift = upstroke_ - upstroke;
  }

  const std::size_t n = recording_.t.size();
  compared.assign(n, nan);
  double covered = 0, all = 0;
  std::size_t next = 1;
  for (std::size_t i = 0; i < n; ++i) {
    all += recording_.weight[i];
    const double at = recording_.t[i] - fit.shift;
    if (t.size() < 2 || at < t.front() || at > t.back()) continue;
    while (next + 1 < t.size() && t[next] < at) ++next;
    const double x = (at - t[next - 1]) / (t[next] - t[next - 1]);
    compared[i] = factor * (value[next - 1] + x * (value[next] - value[next - 1]));
    covered += recording_.weight[i];
  }
  if (!(covered > 0) || covered < how_.min_covered * all) {
    std::string text = t.empty() ? std::string("the simulated trace is empty")
                                 : "the simulated trace, " + number(t.front() + fit.shift) + " to " +
                                       number(t.back() + fit.shift) + " ms, covers " + number(100 * covered / all) +
                                       " % of the recording's samples by weight, " + number(recording_.t.front()) +
                                       " to " + number(recording_.t.back()) + " ms";
    return failed("no_overlap", text + "; at least " + number(100 * how_.min_covered) +
                                    " % are wanted: narrow `window`, or simulate longer");
  }
  // A flat simulated trace stays flat: at 0, as far below its peak as a normalised one can be.
  if (how_.normalise && !normalise(compared))
    for (double& v : compared)
      if (!std::isnan(v)) v = 0;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (!std::isnan(compared[i])) sum += recording_.weight[i] * std::pow(compared[i] - shown_[i], 2);
  fit.rmse = std::sqrt(sum / covered);
  return fit;
}

}  // namespace tawara::discrepancy
