#pragma once
#include "tawara/array_files.hpp"

namespace tawara {

/// The service "array_files"; it keeps nothing.
[[nodiscard]] ArrayFiles& array_files();

}  // namespace tawara
