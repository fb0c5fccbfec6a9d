#pragma once
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"

namespace tawara::docs {

struct SiteFile {
  std::string name;  ///< all lie in one folder
  std::string bytes;
};

/// The reference as a static site that works from file://: index.html, a page per component, style.css, search.js.
/// Made from descriptors alone; the same components give the same bytes.
/// @param components  sorted by name, as Catalogue::components() gives them
[[nodiscard]] std::vector<SiteFile> reference_site(const std::vector<ComponentEntry>& components);

}  // namespace tawara::docs
