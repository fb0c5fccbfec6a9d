#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::docs {

/// A Markdown document as it is shown.
struct RenderedMarkdown {
  struct Section {
    int level;            ///< of its heading, 1 to 6; 0 for what stands before the first one
    std::string heading;  ///< as plain text
    std::string id;       ///< as other sites that show Markdown make it: "Your own twin" is "your-own-twin"
    std::string text;     ///< what stands below it, plain, up to the next heading
  };
  std::string html;
  std::vector<Section> sections;
};

/// Headings with ids, tables, code blocks with captions (see tests/docs/README.md for their tags), DOIs as links.
/// Markup in the text stays text.
/// @param resolve  where a link of the document, or code that names something, leads; "" for nowhere
[[nodiscard]] RenderedMarkdown render_markdown(
    std::string_view markdown, const std::function<std::string(const std::string& target, bool is_code)>& resolve);

}  // namespace tawara::docs
