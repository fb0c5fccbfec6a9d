#pragma once
#include <map>
#include <string>
#include <vector>

namespace tawara::documents {

/// One fenced block of a Markdown file and what is to be done with it, as its info string says (README.md).
struct Block {
  int line = 0;          ///< of the opening fence, from 1
  std::string language;  ///< the first word of the info string
  /// The other words: `fails` is {"fails", ""}, `file=x` and `skip="why not"` are key and value.
  std::map<std::string, std::string> tags;
  std::string text;  ///< without the fences and their indentation

  [[nodiscard]] bool has(const std::string& tag) const { return tags.contains(tag); }
  [[nodiscard]] std::string tag(const std::string& name) const {
    const auto found = tags.find(name);
    return found == tags.end() ? "" : found->second;
  }
};

struct Problem {
  int line;
  std::string words;
};

struct Document {
  std::vector<Block> blocks;
  std::vector<Problem> problems;  ///< in the info strings, before anything is run
};

/// Nothing is left unchecked by accident: a block that no rule covers is a problem, and so is code by indentation.
[[nodiscard]] Document read_document(const std::string& markdown);

/// The text as lines, without their ends.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
[[nodiscard]] std::string trimmed(const std::string& line);

}  // namespace tawara::documents
