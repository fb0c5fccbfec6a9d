#pragma once
#include <span>
#include <string>

namespace tawara::experiments {

/// "a, b, c" for messages.
inline std::string joined(std::span<const std::string> names, const char* separator = ", ") {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : separator) + name;
  return text;
}

}  // namespace tawara::experiments
