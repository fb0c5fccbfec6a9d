#pragma once
#include "anatomy.hpp"
#include "wall.hpp"

namespace tawara::geometry {

/// Degrees. Helix: fibre against the circumference, positive when it climbs to the base anticlockwise seen from the
/// base. Sheet: sheet direction against the outward transmural direction, about the fibre, positive when it tilts to
/// the base.
struct FibreAngles {
  double helix_endo = 60, helix_epi = -60;
  double sheet_endo = -65, sheet_epi = 25;
};

/// Right-handed orthonormal triads at the nodes: along the fibre, across it in the sheet, and normal to the sheet.
struct Fibres {
  std::vector<Point> fibre, sheet, normal;
};

/// Rule-based fibres: frames from the gradients of the wall's harmonic fields and of the long-axis coordinate, turned
/// by the angles of their depth, blended over the wall by quaternion interpolation that treats fibres as lines, not
/// arrows.
///
/// Source: Bayer, Blake, Plank and Trayanova, Ann Biomed Eng 2012. Two departures: both ends of every
/// interpolation carry the angle of that depth, so the helix angle is linear in depth (the published blend makes it
/// quadratic); and the transmural direction is kept while the long axis gives way, so fibres stay tangential to both
/// surfaces at zero sheet angle. Signs are chosen last: fibres run anticlockwise seen from the base, sheets away from
/// the long axis.
/// @param ab  long-axis coordinate, growing from apex to base
[[nodiscard]] Fibres rule_based_fibres(const Elements& elements, const Anatomy& anatomy, const Wall& wall,
                                       const Field& ab, const FibreAngles& angles);

}  // namespace tawara::geometry
