#include "experiments/initial_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/csv_rows.hpp"
#include "experiments/names.hpp"
#include "experiments/run_length.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

std::vector<std::string> names_of(const IonicModel& model) {
  std::vector<std::string> names;
  for (const auto& state : model.states()) names.push_back(state.name);
  return names;
}

/// The number of states when there is none of that name.
std::size_t find_state(const IonicModel& model, const std::string& name) {
  const auto states = model.states();
  const auto found = std::find_if(states.begin(), states.end(), [&](const auto& state) { return state.name == name; });
  return static_cast<std::size_t>(found - states.begin());
}

std::string unknown(const IonicModel& model, const std::string& name) {
  const std::vector<std::string> names = names_of(model);
  return fmt::format("the model has no state '{}'{} (it has: {})", name, did_you_mean(name, names), joined(names));
}

/// What is wrong with a value, "" when nothing is.
std::string objection(const IonicModel& model, std::size_t s, double value) {
  const IonicModel::State& state = model.states()[s];
  if (!std::isfinite(value))
    return fmt::format("{} is {:g}; an initial state must be a finite number", state.name, value);
  if (state.unit == "mmol/L" && value < 0)
    return fmt::format("{} is {:g} mmol/L; a concentration cannot be negative", state.name, value);
  if (s > 0) return "";
  const auto membrane = model.membrane();
  const double V = membrane.at_zero + membrane.per_unit * value;
  if (V < lowest_command || V > highest_command)
    return fmt::format("{} is {:g}{}; V_m of a membrane lies between {:g} and {:g} mV. Is the unit right?", state.name,
                       value, state.unit == "mV" ? " mV" : fmt::format(", V_m {:g} mV", V), lowest_command,
                       highest_command);
  return "";
}

}  // namespace

std::vector<double> published_state(const IonicModel& model) {
  std::vector<double> state;
  for (const auto& s : model.states()) state.push_back(s.initial);
  return state;
}

void set_states(const IonicModel& model, const std::string& cell,
                std::span<const std::pair<std::string, double>> values, std::span<double> state) {
  for (const auto& [name, value] : values) {
    const std::size_t s = find_state(model, name);
    if (s == state.size()) throw ScenarioError("initial", fmt::format("'{}': {}", cell, unknown(model, name)));
    if (const auto problem = objection(model, s, value); !problem.empty())
      throw ScenarioError("initial", fmt::format("'{}': {}", cell, problem));
    state[s] = value;
  }
}

std::size_t read_states_into(const std::filesystem::path& file, const IonicModel& model, std::span<double> state) {
  const auto states = model.states();
  std::vector<long> given(states.size(), 0);  // line
  std::size_t changed = 0;
  for (CsvRows rows(file, {"name", "value"}, {"index"}); rows.next(); ++changed) {
    const std::string& name = rows.text("name");
    std::size_t s = find_state(model, name);
    if (rows.has("index")) {
      const double i = rows.number("index");
      if (!(i >= 1 && i <= static_cast<double>(states.size())) || i != std::floor(i))
        rows.fail(fmt::format("index {} is not one of the model's states, 1 to {}", rows.text("index"), states.size()));
      const auto by_index = static_cast<std::size_t>(i) - 1;
      if (s < states.size() && s != by_index)
        rows.fail(
            fmt::format("state {} of the model is {}, not {}; correct index or name, or leave the column index "
                        "out",
                        by_index + 1, states[by_index].name, name));
      s = by_index;
    }
    if (s == states.size()) rows.fail(unknown(model, name));
    if (given[s]) rows.fail(fmt::format("{} is given twice, first in line {}", states[s].name, given[s]));
    const double value = rows.number("value");
    if (const auto problem = objection(model, s, value); !problem.empty()) rows.fail(problem);
    given[s] = rows.line();
    state[s] = value;
  }
  return changed;
}

std::string doubtful_gates(const IonicModel& model, std::span<const double> state) {
  constexpr double overshoot = 0.05;
  const auto states = model.states();
  std::vector<std::string> found;
  for (std::size_t s = 1; s < state.size(); ++s)
    if (states[s].unit == "1" && states[s].tolerance_scale == 1 && (state[s] < -overshoot || state[s] > 1 + overshoot))
      found.push_back(fmt::format("{} = {:g}", states[s].name, state[s]));
  if (found.empty()) return "";
  return joined(found) + "; gates and probabilities lie between 0 and 1. Is the value right?";
}

Table state_table(const IonicModel& model, std::span<const double> state) {
  std::vector<double> index;
  std::vector<std::string> name, unit;
  for (const auto& s : model.states()) {
    index.push_back(static_cast<double>(index.size() + 1));
    name.push_back(s.name);
    unit.push_back(s.unit);
  }
  Table table;
  table.add("index", "1", std::move(index));
  table.add_text("name", std::move(name));
  table.add("value", "1", {state.begin(), state.end()});
  table.add_text("unit", std::move(unit));
  return table;
}

}  // namespace tawara::experiments
