#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::experiments {

/// "a, b, c" for messages.
inline std::string joined(std::span<const std::string> names, const char* separator = ", ") {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : separator) + name;
  return text;
}

/// "; did you mean Na_i?", with up to three of the names a mistyped word may have meant, or "". Case and '_' do not
/// count (other codes write nai), swapped neighbours are one mistake, and max(1, length/3) mistakes are forgiven.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> names);

}  // namespace tawara::experiments
