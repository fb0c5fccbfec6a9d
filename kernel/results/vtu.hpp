#pragma once
#include <string>
#include <utility>
#include <vector>

#include "tawara/array.hpp"

namespace tawara {

/// A tetrahedral mesh with node fields as a VTK XML unstructured grid (raw appended data), for ParaView and meshio.
/// @param nodes       n x 3 f64, mm
/// @param tetrahedra  m x 4 i32
/// @param fields      name and Array of n or n x 3
[[nodiscard]] std::string to_vtu(const Array& nodes, const Array& tetrahedra,
                                 const std::vector<std::pair<std::string, Array>>& fields);

}  // namespace tawara
