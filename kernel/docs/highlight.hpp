#pragma once
#include <string>

namespace tawara::docs {

/// Code as HTML with comments (class "c"), strings ("s"), numbers ("n"), keywords ("k") and keys ("a") marked.
/// @param language  sh, toml, cpp or cmake; anything else comes back as plain text
[[nodiscard]] std::string highlighted(const std::string& code, const std::string& language);

/// A block of code as it stands on a page, with a button that copies it.
/// @param caption  a line above it, "" for none
[[nodiscard]] std::string code_block(const std::string& code, const std::string& language,
                                     const std::string& caption = "");

}  // namespace tawara::docs
