#pragma once
#include <string_view>

namespace tawara::docs {

extern const std::string_view style_sheet;
/// Search over `entries`, which is defined before it in the same file; further behaviour of the pages.
extern const std::string_view search_script;

}  // namespace tawara::docs
