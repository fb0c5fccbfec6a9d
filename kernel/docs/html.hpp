#pragma once
#include <string>

namespace tawara::docs {

// Everything a descriptor says passes through one of these on its way into a page.

/// Text as it may stand between tags and in quoted attributes.
[[nodiscard]] std::string html_text(const std::string& text);
/// The same, with DOIs ("10.7554/eLife.48890") and web addresses as links.
[[nodiscard]] std::string html_cited(const std::string& text);
/// The same, with `code` and **strong**.
[[nodiscard]] std::string html_line(const std::string& text);
/// The little Markdown of descriptors: paragraphs, lists of "- ", tables, ``` blocks, `code`, **strong**; no markup of
/// its own.
[[nodiscard]] std::string html_doc(const std::string& markdown);
/// A word as it may be part of a file name, an id or a fragment: what is not a letter, digit, '_', '-' or an inner '.'
/// becomes "-xx" (hexadecimal).
[[nodiscard]] std::string safe_name(const std::string& text);

[[nodiscard]] std::string html_code(const std::string& text);
/// A link; `href` is of our own making and must need no escaping.
[[nodiscard]] std::string html_link(const std::string& href, const std::string& inner_html);

}  // namespace tawara::docs
