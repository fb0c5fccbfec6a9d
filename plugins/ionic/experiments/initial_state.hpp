#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/ionic.hpp"

namespace tawara::experiments {

/// The model's own initial state.
[[nodiscard]] std::vector<double> published_state(const IonicModel& model);

/// Change states by name. @param cell  instance, for messages
/// @throws ScenarioError("initial")  an unknown state (with suggestions), a value that is no number, a negative
/// concentration, a V_m that no membrane stands (lowest_command..highest_command)
void set_states(const IonicModel& model, const std::string& cell,
                std::span<const std::pair<std::string, double>> values, std::span<double> state);

/// Change states by rows of a CSV with columns name and value. Where it has a column `index`, from 1, rows are matched
/// by that and names may be another code's. States that no row names stay.
/// @return how many were changed
/// @throws DataError(file:line)  as set_states(); a state twice; an index that is none, or another state's than the
/// name
std::size_t read_states_into(const std::filesystem::path& file, const IonicModel& model, std::span<double> state);

/// States without unit far outside 0 to 1, where gates and probabilities lie, in words for a warning; "" when there are
/// none. Fits overshoot by a per cent (fCa of Kernik reaches 1.006) and are not meant; nor is the membrane's own state.
[[nodiscard]] std::string doubtful_gates(const IonicModel& model, std::span<const double> state);

/// A state as such a file: index, name, value, unit.
[[nodiscard]] Table state_table(const IonicModel& model, std::span<const double> state);

}  // namespace tawara::experiments
