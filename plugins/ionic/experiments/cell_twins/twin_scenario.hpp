#pragma once
#include <optional>
#include <span>
#include <string>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// A scenario of one cell left alone, with all its values: runs as it is, wherever it lies.
/// @param arguments  of the cell
/// @param says       a comment for its first line
/// @return nothing for a cell that stands on other instances
[[nodiscard]] std::optional<std::string> twin_scenario(const Input& cell, std::span<const double> arguments,
                                                       double duration, double settle, const std::string& says);

}  // namespace tawara::experiments
