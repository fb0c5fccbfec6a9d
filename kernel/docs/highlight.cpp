#include "kernel/docs/highlight.hpp"

#include <cctype>
#include <set>

#include "kernel/docs/html.hpp"

namespace tawara::docs {
namespace {

bool begins_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

const std::set<std::string>& keywords(const std::string& language) {
  static const std::set<std::string> none;
  static const std::set<std::string> cpp{
      "auto",   "bool",     "break",     "case",   "class",    "const",         "constexpr", "continue", "double",
      "else",   "enum",     "explicit",  "false",  "final",    "float",         "for",       "if",       "inline",
      "int",    "long",     "namespace", "new",    "noexcept", "nullptr",       "override",  "private",  "protected",
      "public", "requires", "return",    "sizeof", "static",   "static_assert", "struct",    "switch",   "template",
      "throw",  "true",     "typename",  "using",  "virtual",  "void",          "while"};
  static const std::set<std::string> toml{"true", "false"};
  static const std::set<std::string> sh{"cd", "for", "do", "done", "if", "then", "else", "fi", "export", "while", "in"};
  return language == "cpp" ? cpp : language == "toml" ? toml : language == "sh" ? sh : none;
}

/// Walks over code; each step takes one token.
struct Painter {
  const std::string& code;
  const std::string& language;
  std::string out;
  std::size_t at = 0;

  void mark(char kind, std::size_t end) {
    out += std::string("<span class=\"") + kind + "\">" + html_text(code.substr(at, end - at)) + "</span>";
    at = end;
  }
  void plain(std::size_t end) {
    out += html_text(code.substr(at, end - at));
    at = end;
  }
  [[nodiscard]] std::size_t end_of_line() const { return std::min(code.find('\n', at), code.size()); }
  [[nodiscard]] bool starts_line() const {
    const std::size_t before = at == 0 ? code.npos : code.find_last_not_of(" \t", at - 1);
    return before == code.npos || code[before] == '\n';
  }
  [[nodiscard]] bool comment() const {
    if (language == "cpp") return code.compare(at, 2, "//") == 0;
    // In a shell, a # within a word is no comment.
    return code[at] == '#' && (language != "sh" || at == 0 || std::isspace(static_cast<unsigned char>(code[at - 1])));
  }
  [[nodiscard]] std::size_t end_of_string() const {
    std::size_t end = at + 1;
    while (end < code.size() && code[end] != code[at] && (code[end] != '\n' || language == "sh"))
      end += code[end] == '\\' && code[at] == '"' ? 2 : 1;
    return std::min(end + 1, code.size());
  }

  void step() {
    const char c = code[at];
    if (comment()) return mark('c', end_of_line());
    if (language == "cpp" && c == '#' && starts_line()) {
      std::size_t end = at + 1;
      while (end < code.size() && in_word(code[end])) ++end;
      return mark('k', end);
    }
    if (c == '"' || (c == '\'' && language != "cmake")) return mark('s', end_of_string());
    if (language == "toml" && c == '[' && starts_line()) return mark('k', end_of_line());
    if (is_digit(c)) {
      std::size_t end = at + 1;
      while (end < code.size() && (in_word(code[end]) || code[end] == '.' ||
                                   ((code[end] == '-' || code[end] == '+') && (code[end - 1] | 32) == 'e' &&
                                    end + 1 < code.size() && is_digit(code[end + 1]))))
        ++end;
      return language == "sh" ? plain(end) : mark('n', end);
    }
    if (begins_word(c)) {
      std::size_t end = at + 1;
      while (end < code.size() && in_word(code[end])) ++end;
      const std::size_t next = std::min(code.find_first_not_of(' ', end), code.size() - 1);
      if (keywords(language).contains(code.substr(at, end - at))) return mark('k', end);
      if (language == "toml" && code[next] == '=') return mark('a', end);
      if (language == "cmake" && code[next] == '(') return mark('k', end);
      return plain(end);
    }
    plain(at + 1);
  }
};

}  // namespace

std::string highlighted(const std::string& code, const std::string& language) {
  static const std::set<std::string> known{"sh", "toml", "cpp", "cmake"};
  if (!known.contains(language)) return html_text(code);
  Painter painter{code, language, {}};
  while (painter.at < code.size()) painter.step();
  return painter.out;
}

std::string code_block(const std::string& code, const std::string& language, const std::string& caption) {
  return "<div class=\"code\">" + (caption.empty() ? "" : "<p class=\"caption\">" + html_text(caption) + "</p>") +
         "<pre class=\"" + html_text(language) + "\">" + highlighted(code, language) + "</pre></div>\n";
}

}  // namespace tawara::docs
