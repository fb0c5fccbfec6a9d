#pragma once
#include <functional>

#include "join_surfaces.hpp"

namespace tawara::geometry {

/// Tetrahedra inside a closed surface, whose triangles are kept as they are.
///
/// The surface has no faces at its base: endocardium and epicardium meet at the valve rims. The triangles that touch a
/// rim become the base, so that, as in a heart cut flat, the other surfaces do not touch one another.
/// @param size          element size inside, mm
/// @param interruption  asked now and then; may throw to stop it
[[nodiscard]] HeartMesh fill_with_tetrahedra(const ClosedSurface& surface, double size,
                                             const std::function<void()>& interruption);

}  // namespace tawara::geometry
