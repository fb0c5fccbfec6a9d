#pragma once
#include <span>

#include "heart_mesh.hpp"

namespace tawara::geometry {

/// For each point the first one (lowest index) within `tolerance` of it that stands for itself; itself where there is
/// none.
[[nodiscard]] std::vector<std::int32_t> weld(std::span<const Point> points, double tolerance);

}  // namespace tawara::geometry
