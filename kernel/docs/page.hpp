#pragma once
#include <string>

namespace tawara::docs {

/// A whole page: header with search, the body, and what it was made by.
[[nodiscard]] std::string page(const std::string& title, const std::string& body);

}  // namespace tawara::docs
