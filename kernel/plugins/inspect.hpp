#pragma once
#include <filesystem>
#include <string>

#include "kernel/plugins/catalogue.hpp"

namespace tawara {

/// Judge a file by what it says about itself, without opening it as a library. Never throws for the file's sake.
/// @param asked_for  named by the user: a library that is no plugin is then refused aloud
[[nodiscard]] PluginFile inspect(const std::filesystem::path& path, const std::string& found_by, bool asked_for);

/// Fill in a refusal: verdict, reason, and the block a user sees (plugin, kernel, reason, try, note).
void refuse(PluginFile& file, const std::string& reason, const std::string& remedy);

/// The block alone, for a library that was fine until it was opened.
[[nodiscard]] std::string refusal_block(const PluginFile& file, const std::string& reason, const std::string& remedy);

}  // namespace tawara
