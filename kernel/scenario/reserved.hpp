#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::scenario {

/// Every other top-level table is a component instance, and its name is the user's.
inline const std::vector<std::string> reserved_tables = {"tawara", "run", "output", "sweep", "define"};

[[nodiscard]] inline bool is_reserved(std::string_view name) {
  return std::find(reserved_tables.begin(), reserved_tables.end(), name) != reserved_tables.end();
}

}  // namespace tawara::scenario
