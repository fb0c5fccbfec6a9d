#pragma once
#include <span>
#include <string>
#include <vector>

#include "kernel/docs/guides.hpp"
#include "kernel/plugins/catalogue.hpp"

namespace tawara::docs {

struct SiteFile {
  std::string name;  ///< all lie in one folder
  std::string bytes;
};

/// The reference and the documents as a static site that works from file://: index.html, a page per component and per
/// document, style.css, search.js. The same components and documents give the same bytes.
/// @param components  sorted by name, as Catalogue::components() gives them
[[nodiscard]] std::vector<SiteFile> reference_site(const std::vector<ComponentEntry>& components,
                                                   std::span<const Guide> documents = guides());

}  // namespace tawara::docs
