#pragma once
#include "anatomy.hpp"
#include "laplace.hpp"
#include "wall.hpp"

namespace tawara::geometry {

/// Rotational coordinate of each ventricle, in [0, 1) and wrapping: 0 at the posterior junction of the ventricles, 0.35
/// at the centre of the free wall, 0.6 at the anterior junction, 0.85 at the centre of the septum.
///
/// Piecewise linear in the angle about the long axis of the left ventricle. The junctions are the outermost angles of
/// the right endocardium, seen from that axis, as a function of height; held constant towards the apex, where the right
/// ventricle narrows, and above the left base. The right free wall runs from junction to junction over the same angles
/// as the septum.
[[nodiscard]] Field rotation(const HeartMesh& mesh, const Anatomy& anatomy, const Wall& wall);

}  // namespace tawara::geometry
