#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kernel/docs/guides.hpp"
#include "kernel/docs/markdown.hpp"

namespace tawara::docs {

/// A document of the tree as a page.
struct GuidePage {
  std::string path;     ///< in the tree: "sdk/tutorials/ionic.md"
  std::string file;     ///< of the page: "guide-sdk-tutorials-ionic.html"
  std::string title;    ///< its first heading
  std::string summary;  ///< the beginning of what follows
  RenderedMarkdown content;
};

/// Links between documents lead from page to page, folders to their README.md, and code that names a document or a
/// component becomes a link as well. What is not on the site is named without a link.
/// @param components  pages of the components by their names
[[nodiscard]] std::vector<GuidePage> guide_pages(std::span<const Guide> guides,
                                                 const std::map<std::string, std::string>& components);

/// Everything between header and footer of a document's page.
[[nodiscard]] std::string guide_body(const GuidePage& guide);

/// The documents by what they are for, for the index. "" when there are none.
[[nodiscard]] std::string guide_overview(const std::vector<GuidePage>& guides);

}  // namespace tawara::docs
