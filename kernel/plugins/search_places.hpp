#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"

namespace tawara {

/// A file or folder to look at, and who asked for it.
struct Place {
  std::filesystem::path path;  ///< absolute, except an entry to be refused
  std::string found_by;
  bool asked_for = false;  ///< by --plugin or the scenario: must exist
};

/// Where plugins are looked for, in order: --plugin, the scenario, TAWARA_PLUGIN_PATH, the user's folder, the folder
/// next to the executable, the installation. Never the current directory.
[[nodiscard]] std::vector<Place> search_places(const DiscoveryOptions& options);

/// The libraries of a folder, sorted by name, not those of its subfolders. @param refusal set when it must not be
/// searched
[[nodiscard]] std::vector<std::filesystem::path> libraries_in(const std::filesystem::path& folder,
                                                              std::string& refusal);

}  // namespace tawara
