#pragma once
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::ecg {

/// Small tools for reading text files, where every complaint must name a line.

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n\"") - first + 1);
}

inline std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

/// Cells of one CSV line, trimmed of blanks and quotes.
inline std::vector<std::string_view> cells(std::string_view line, char separator = ',') {
  std::vector<std::string_view> result;
  for (;;) {
    const auto end = line.find(separator);
    result.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) return result;
    line.remove_prefix(end + 1);
  }
}

/// Words between blanks.
inline std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  for (;;) {
    const auto begin = line.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return result;
    const auto end = std::min(line.find_first_of(" \t\r\n", begin), line.size());
    result.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

/// The whole text as one number, or nothing. Never looks at the locale.
template <class T>
std::optional<T> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace tawara::ecg
