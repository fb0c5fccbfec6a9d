#pragma once
#include <span>
#include <string_view>

namespace tawara::docs {

/// A Markdown document of the tree.
struct Guide {
  std::string_view path;  ///< from the root of the tree: "sdk/README.md"
  std::string_view text;
};

/// What is embedded in the program, in the order in which it is listed: for users, tutorials, for authors of plugins,
/// folders.
[[nodiscard]] std::span<const Guide> guides();

}  // namespace tawara::docs
