#pragma once
#include "anatomy.hpp"
#include "wall.hpp"

namespace tawara::geometry {

/// Ventricular coordinates at the nodes, all in [0, 1].
struct Coordinates {
  Field ab;    ///< apex 0, base 1
  Field rt;    ///< rotation, see rotation.hpp
  Field tm;    ///< epicardium 0, endocardium 1 (right side of the septum 0)
  Field aprt;  ///< posterior 0, anterior 1
  Field rvlv;  ///< left 0, right 1
};

/// ab is the distance through the muscle from the apex divided by the distances to apex and base together, so it grows
/// evenly with arc length; a harmonic field would rise steeply next to the apex. aprt and rvlv are projections on the
/// short-axis directions of the anatomy, rescaled to their range over the mesh.
[[nodiscard]] Coordinates ventricular_coordinates(const Elements& elements, const Anatomy& anatomy, const Wall& wall);

}  // namespace tawara::geometry
