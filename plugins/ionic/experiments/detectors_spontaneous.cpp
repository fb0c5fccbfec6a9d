#include "experiments/detectors_spontaneous.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

using Samples = std::span<const double>;

/// A stretch of samples, first to last inclusive.
struct Stretch {
  std::size_t first, last;
};

std::size_t lowest(Samples x, Stretch s) {
  const auto begin = x.begin() + static_cast<std::ptrdiff_t>(s.first);
  return s.first +
         static_cast<std::size_t>(std::min_element(begin, x.begin() + static_cast<std::ptrdiff_t>(s.last) + 1) - begin);
}

std::size_t highest(Samples x, Stretch s) {
  const auto begin = x.begin() + static_cast<std::ptrdiff_t>(s.first);
  return s.first +
         static_cast<std::size_t>(std::max_element(begin, x.begin() + static_cast<std::ptrdiff_t>(s.last) + 1) - begin);
}

/// When x first falls through the level after sample s.first; NaN when not by s.last.
double falls_through(Samples t, Samples x, Stretch s, double level) {
  for (std::size_t i = s.first + 1; i <= s.last; ++i)
    if (x[i - 1] >= level && x[i] < level) return t[i - 1] + (t[i] - t[i - 1]) * (level - x[i - 1]) / (x[i] - x[i - 1]);
  return nan;
}

struct Upstroke {
  double t, dVdt;
  std::size_t sample;  // at or after it
};

Upstroke upstroke_in(const FreeTrace& trace, Stretch s) {
  if (!trace.dVdt.empty()) {
    const std::size_t i = highest(trace.dVdt, s);
    return {trace.t[i], trace.dVdt[i], i};
  }
  Upstroke steepest{trace.t[s.first], -std::numeric_limits<double>::infinity(), s.first};
  for (std::size_t i = s.first + 1; i <= s.last; ++i) {
    const double slope = (trace.V_m[i] - trace.V_m[i - 1]) / (trace.t[i] - trace.t[i - 1]);
    if (slope > steepest.dVdt) steepest = {0.5 * (trace.t[i] + trace.t[i - 1]), slope, i};
  }
  return steepest;
}

std::size_t first_at_or_after(Samples t, double time) {
  return static_cast<std::size_t>(std::lower_bound(t.begin(), t.end(), time) - t.begin());
}

void check_sizes(const FreeTrace& trace) {
  const auto check = [&](Samples column, const char* name) {
    if (!column.empty() && column.size() != trace.t.size())
      throw Error(fmt::format("a trace of {} times has {} samples of {}; expected as many", trace.t.size(),
                              column.size(), name));
  };
  check(trace.Ca_i, "Ca_i");
  check(trace.dVdt, "dVdt");
}

}  // namespace

std::vector<SpontaneousBeat> spontaneous_beats(const FreeTrace& trace, const BeatCriteria& criteria) {
  check_sizes(trace);
  const RhythmReport report = rhythm_of(trace.t, trace.V_m, criteria);
  if (report.rhythm != Rhythm::beating) return {};
  const auto& beats = report.beats;
  const Samples t = trace.t, V = trace.V_m;

  // The upstroke of every beat, the unfinished one included: it ends the cycle before.
  std::vector<Upstroke> upstrokes;
  for (std::size_t k = 0; k < beats.size(); ++k) {
    const std::size_t after = first_at_or_after(t, beats[k].start);
    const std::size_t from = k == 0 ? 0 : first_at_or_after(t, beats[k - 1].end);
    const std::size_t peak = std::max(after, first_at_or_after(t, beats[k].t_first_peak));
    upstrokes.push_back(upstroke_in(trace, {lowest(V, {std::min(from, after), after}), std::min(peak, t.size() - 1)}));
  }

  std::vector<SpontaneousBeat> found;
  for (std::size_t k = 0; k < beats.size() && beats[k].finished; ++k) {
    SpontaneousBeat b;
    const bool followed = k + 1 < beats.size();
    const std::size_t last = followed ? upstrokes[k + 1].sample : t.size() - 1;
    const std::size_t peak = highest(V, {first_at_or_after(t, beats[k].start), first_at_or_after(t, beats[k].end)});
    b.t_upstroke = upstrokes[k].t;
    b.dVdt_max = upstrokes[k].dVdt;
    b.V_peak = beats[k].V_peak;
    b.EADs = static_cast<int>(beats[k].EADs.size());
    if (followed) b.cycle_length = upstrokes[k + 1].t - b.t_upstroke;
    const std::size_t low = lowest(V, {peak, last});
    if (low < last) {  // otherwise V_m may have been still on its way down
      b.MDP = V[low];
      b.t_MDP = t[low];
      const auto APD = [&](double fraction) {
        return falls_through(t, V, {peak, last}, b.V_peak - fraction * b.amplitude()) - b.t_upstroke;
      };
      b.APD30 = APD(0.3);
      b.APD50 = APD(0.5);
      b.APD90 = APD(0.9);
    }
    if (!trace.Ca_i.empty()) {
      const std::size_t from = k == 0 ? 0 : upstrokes[k - 1].sample, here = upstrokes[k].sample;
      const std::size_t top = highest(trace.Ca_i, {here, last});
      b.Ca_diastole = trace.Ca_i[lowest(trace.Ca_i, {from, here})];
      if (top < last) {
        b.Ca_systole = trace.Ca_i[top];
        b.CaT_t_peak = t[top] - b.t_upstroke;
        b.CaTD90 = falls_through(t, trace.Ca_i, {top, last}, b.Ca_systole - 0.9 * b.CaT_amplitude()) - b.t_upstroke;
      }
    }
    found.push_back(b);
  }
  return found;
}

MeanAndSD mean_and_SD(std::span<const SpontaneousBeat> beats, double SpontaneousBeat::*quantity) {
  MeanAndSD result;
  double sum = 0;
  for (const auto& beat : beats)
    if (std::isfinite(beat.*quantity)) {
      sum += beat.*quantity;
      ++result.n;
    }
  if (result.n == 0) return result;
  result.mean = sum / result.n;
  if (result.n == 1) return result;
  double squares = 0;
  for (const auto& beat : beats)
    if (std::isfinite(beat.*quantity)) squares += std::pow(beat.*quantity - result.mean, 2);
  result.SD = std::sqrt(squares / (result.n - 1));
  return result;
}

Table spontaneous_table(std::span<const SpontaneousBeat> beats) {
  Table table;
  const auto add = [&](const char* name, const char* unit, auto&& value) {
    std::vector<double> numbers;
    for (const auto& beat : beats) numbers.push_back(value(beat));
    table.add(name, unit, std::move(numbers));
  };
  using B = const SpontaneousBeat&;
  add("t_upstroke", "ms", [](B b) { return b.t_upstroke; });
  add("cycle_length", "ms", [](B b) { return b.cycle_length; });
  add("V_peak", "mV", [](B b) { return b.V_peak; });
  add("MDP", "mV", [](B b) { return b.MDP; });
  add("t_MDP", "ms", [](B b) { return b.t_MDP; });
  add("amplitude", "mV", [](B b) { return b.amplitude(); });
  add("dVdt_max", "mV/ms", [](B b) { return b.dVdt_max; });
  add("APD30", "ms", [](B b) { return b.APD30; });
  add("APD50", "ms", [](B b) { return b.APD50; });
  add("APD90", "ms", [](B b) { return b.APD90; });
  add("Ca_diastole", "mmol/L", [](B b) { return b.Ca_diastole; });
  add("Ca_systole", "mmol/L", [](B b) { return b.Ca_systole; });
  add("CaT_amplitude", "mmol/L", [](B b) { return b.CaT_amplitude(); });
  add("CaT_t_peak", "ms", [](B b) { return b.CaT_t_peak; });
  add("CaTD90", "ms", [](B b) { return b.CaTD90; });
  add("EADs", "1", [](B b) { return static_cast<double>(b.EADs); });
  return table;
}

}  // namespace tawara::experiments
