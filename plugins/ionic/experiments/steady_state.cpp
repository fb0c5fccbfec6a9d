#include "experiments/steady_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tawara::experiments {

SteadyStateSearch::SteadyStateSearch(const IonicModel& model, double tolerance)
    : model_(model), tolerance_(tolerance) {}

SteadyStateSearch::Change SteadyStateSearch::change(std::span<const double> from, std::span<const double> to) const {
  constexpr double part_of_typical_size = 0.01;
  Change largest;
  for (std::size_t s = 0; s < to.size(); ++s) {
    const double size =
        std::max({std::fabs(from[s]), std::fabs(to[s]), part_of_typical_size * model_.states()[s].tolerance_scale});
    const double change = std::fabs(to[s] - from[s]) / size;
    if (change > largest.change) largest = {s, change};
  }
  return largest;
}

bool SteadyStateSearch::add(std::span<const double> state) {
  if (!last_.empty()) {
    const Change since_last = change(last_, state);
    quiet_beats_ = since_last.change < tolerance_ ? quiet_beats_ + 1 : 0;
    found_ = {.reached = quiet_beats_ >= 2,
              .alternating = quiet_beats_ == 0 && !before_.empty() && change(before_, state).change < tolerance_,
              .state = since_last.state,
              .change = since_last.change};
  }
  before_ = std::move(last_);
  last_.assign(state.begin(), state.end());
  return found_.reached;
}

std::string not_steady(const IonicModel& model, const std::string& cell, const SteadyState& steady, double tolerance,
                       int beats) {
  const std::string& state = model.states()[steady.state].name;
  if (steady.alternating)
    return fmt::format(
        "{} is not steady after {} beats: it alternates. {} differs by {:.2g} (relative) from beat to "
        "beat, every second beat is the same",
        cell, beats, state, steady.change);
  return fmt::format(
      "{} is not steady after {} beats: {} still changes by {:.2g} (relative) per beat, more than "
      "steady_tolerance = {:g}. Raise beats, or loosen steady_tolerance",
      cell, beats, state, steady.change, tolerance);
}

}  // namespace tawara::experiments
