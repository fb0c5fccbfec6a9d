#include "experiments/dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/beat.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

bool has_duration(const Variant& v) { return !v.AP.empty(); }

Variant run_variant(const IonicModel& model, const std::string& name, std::span<const double> base,
                    const Protocol::Drive& drive, const DictionaryRecipe& recipe, std::span<const double> state,
                    double multiplier) {
  Variant variant;
  variant.multiplier = multiplier;
  std::vector<double> parameters(base.begin(), base.end());
  parameters[recipe.varied] *= multiplier;
  const Stretch span = Stretch::of(drive, recipe.baseline_beats);
  try {
    cvode::CellIntegrator integrator(model, name, parameters, recipe.tolerances);
    integrator.set_state(span.start, state);
    CellReader reader(model, parameters);
    const Beat beat = record_beat(integrator, reader, drive, recipe.baseline_beats);
    variant.biomarkers = biomarkers_of(beat);
    if (!std::isnan(variant.biomarkers.APD90))
      variant.AP = aligned_action_potential(beat, variant.biomarkers.t_up50, static_cast<std::size_t>(span.duration()));
  } catch (const SolverError& error) {
    variant.biomarkers.problem = error.what();
  }
  return variant;
}

/// Multipliers to add between neighbours that are too far apart in APD90, or of which only one repolarises.
std::vector<double> gaps(const std::vector<Variant>& variants, std::size_t entries) {
  double lowest = INFINITY, highest = -INFINITY;
  for (const Variant& v : variants)
    if (has_duration(v)) {
      lowest = std::min(lowest, v.biomarkers.APD90);
      highest = std::max(highest, v.biomarkers.APD90);
    }
  std::vector<double> add;
  for (std::size_t i = 1; i < variants.size(); ++i) {
    const Variant &a = variants[i - 1], &b = variants[i];
    const double ratio = b.multiplier / a.multiplier;
    constexpr double finest = 1.0001;  // beyond that the jump is in the cell, not in the sampling
    if (ratio < finest || (!has_duration(a) && !has_duration(b))) continue;
    const double step = (highest - lowest) / static_cast<double>(entries);
    const bool edge = has_duration(a) != has_duration(b);
    if (edge ? ratio > 1.01 : std::fabs(a.biomarkers.APD90 - b.biomarkers.APD90) > step)
      add.push_back(std::sqrt(a.multiplier * b.multiplier));
  }
  return add;
}

}  // namespace

std::vector<float> aligned_action_potential(const Beat& beat, double t_up50, std::size_t samples) {
  std::vector<float> AP(samples);
  std::size_t i = 1;
  for (std::size_t j = 0; j < samples; ++j) {
    const double t = t_up50 + (static_cast<double>(j) - upstroke_sample);
    double V = beat.V_m.back();
    if (t <= beat.t.front()) {
      V = beat.V_m.front();
    } else if (t < beat.t.back()) {
      while (beat.t[i] < t) ++i;
      const double part = (t - beat.t[i - 1]) / (beat.t[i] - beat.t[i - 1]);
      V = beat.V_m[i - 1] + part * (beat.V_m[i] - beat.V_m[i - 1]);
    }
    AP[j] = static_cast<float>(V);
  }
  return AP;
}

std::vector<Variant> explore_variants(const IonicModel& model, const std::string& name, std::span<const double> base,
                                      const Protocol::Drive& drive, const DictionaryRecipe& recipe,
                                      const ForEach& for_each) {
  cvode::CellIntegrator baseline(model, name, base, recipe.tolerances);
  baseline.advance(drive, drive.beat_start(recipe.baseline_beats));
  const std::vector<double> state(baseline.state().begin(), baseline.state().end());

  std::vector<Variant> variants;
  constexpr std::size_t coarse = 33;
  std::vector<double> multipliers;
  for (std::size_t i = 0; i < coarse; ++i)
    multipliers.push_back(recipe.low * std::pow(recipe.high / recipe.low, static_cast<double>(i) / (coarse - 1)));
  multipliers.back() = recipe.high;
  const std::size_t most = coarse + 6 * recipe.entries;
  while (!multipliers.empty() && variants.size() + multipliers.size() <= most) {
    std::vector<Variant> batch(multipliers.size());
    for_each(multipliers.size(),
             [&](std::size_t i) { batch[i] = run_variant(model, name, base, drive, recipe, state, multipliers[i]); });
    variants.insert(variants.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    std::sort(variants.begin(), variants.end(), [](auto& a, auto& b) { return a.multiplier < b.multiplier; });
    multipliers = gaps(variants, recipe.entries);
  }
  return variants;
}

std::string refusal(const Biomarkers& b) {
  if (!b.problem.empty()) return b.problem;
  struct Range {
    const char* name;
    const char* unit;
    double value, low, high;
  };
  const bool calcium = !std::isnan(b.Ca_peak);
  const Range ranges[] = {
      {"APD40", "ms", b.APD40, 85, 320},
      {"APD50", "ms", b.APD50, 110, 350},
      {"APD90", "ms", b.APD90, 180, 440},
      {"APD90 - APD40", "ms", b.APD90 - b.APD40, 50, 150},
      {"dVdt_max", "mV/ms", b.dVdt_max, 100, 1000},
      {"V_peak", "mV", b.V_peak, 10, INFINITY},
      {"V_rest", "mV", b.V_rest, -95, -80},
      {"CaTD50", "ms", calcium ? b.CaTD50 : 120, 120, 420},
      {"CaTD90", "ms", calcium ? b.CaTD90 : 220, 220, 785},
  };
  for (const Range& range : ranges)
    if (!(range.value >= range.low && range.value <= range.high))
      return range.high < INFINITY
                 ? fmt::format("{} outside {:g}..{:g} {}", range.name, range.low, range.high, range.unit)
                 : fmt::format("{} below {:g} {}", range.name, range.low, range.unit);
  return "";
}

std::vector<Variant> thin(std::vector<Variant> variants, std::size_t entries) {
  const auto APD90 = [](const Variant& v) { return v.biomarkers.APD90; };
  std::stable_sort(variants.begin(), variants.end(), [&](auto& a, auto& b) { return APD90(a) < APD90(b); });
  const auto same = [&](auto& a, auto& b) { return APD90(a) == APD90(b); };
  variants.erase(std::unique(variants.begin(), variants.end(), same), variants.end());
  if (variants.size() <= entries) return variants;

  const double lowest = APD90(variants.front()), highest = APD90(variants.back());
  std::vector<Variant> kept;
  std::size_t i = 0;
  for (std::size_t e = 0; e < entries; ++e) {
    const double wanted = lowest + (highest - lowest) * static_cast<double>(e) / static_cast<double>(entries - 1);
    const auto distance = [&](std::size_t k) { return std::fabs(APD90(variants[k]) - wanted); };
    while (i + 1 < variants.size() && (variants[i].AP.empty() || distance(i + 1) <= distance(i))) ++i;
    if (variants[i].AP.empty()) continue;  // already taken
    kept.push_back(std::move(variants[i]));
    variants[i].AP.clear();
  }
  return kept;
}

}  // namespace tawara::experiments
