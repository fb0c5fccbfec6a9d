#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"

namespace tawara::conformance {

/// A scenario a component might be checked in.
struct Candidate {
  std::string toml;            ///< when worked out
  std::filesystem::path file;  ///< when given
};

/// The author's own scenarios first, since they make sense; then what descriptors alone give, with toys wherever they
/// fit, because toys are cheap: beside toys the component alone, its whole plugin, everything.
/// @param toys  the file of the toys plugin within the catalogue, or nullptr
[[nodiscard]] std::vector<Candidate> candidates(const Catalogue& catalogue, const ComponentEntry& component,
                                                const PluginFile* toys,
                                                const std::vector<std::filesystem::path>& scenarios);

/// A candidate the component stands in, as it can be loaded anywhere.
struct Found {
  std::string toml, instance;
};
/// Load it and construct its components. @returns nothing when the component is not used in it
/// @throws ScenarioProblems, PluginError
[[nodiscard]] std::optional<Found> accepted(const Catalogue& catalogue, const ComponentEntry& component,
                                            const Candidate& candidate);

}  // namespace tawara::conformance
