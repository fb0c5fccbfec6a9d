#pragma once
#include <filesystem>
#include <vector>

#include "kernel/docs/site.hpp"

namespace tawara::docs {

/// The file that marks a folder as ours, with the names of what was written.
inline constexpr const char* marker = "tawara-docs.files";

/// Written beside `folder` under another name, then renamed: the site is whole or as it was before. A site that was
/// written here earlier is replaced.
/// @throws CommandLineError with the remedy when the folder holds anything else; Error with the system's reason
void write_site(const std::filesystem::path& folder, const std::vector<SiteFile>& files);

}  // namespace tawara::docs
