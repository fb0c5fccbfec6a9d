#pragma once
#include <filesystem>
#include <optional>

namespace tawara::conformance {

/// A plugin shipped with the suite, outside of the ordinary search: components so simple that what a third party's
/// component must make of them is known. Its names begin with the kind they serve: `geometry.toy_bar`,
/// `experiment.toy_gaussian`, ...
/// @returns nothing when the installation lacks it
[[nodiscard]] std::optional<std::filesystem::path> toys_plugin();

}  // namespace tawara::conformance
