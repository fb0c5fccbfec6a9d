#pragma once
#include "laplace.hpp"

namespace tawara::geometry {

/// Where a node lies between the three surfaces of the muscle: harmonic measures, each 1 on its own surface and 0 on
/// the other two. They sum to 1.
struct Wall {
  Field phi_epi, phi_lv, phi_rv;
  /// Nodes of rv_endo that face the left ventricle rather than the epicardium: more of their flux goes there. A
  /// definition that needs no angle and no hand-drawn line.
  std::vector<char> septal_rv_endo;

  /// Nodes of the right ventricle's free wall: nearer to the right cavity than to the left one, and facing the
  /// epicardium.
  std::vector<char> rv_free_wall;
};

[[nodiscard]] Wall divide_wall(const Elements& elements);

/// Transmural coordinate: harmonic, 0 on the epicardium and on the right side of the septum, 1 on the endocardium of
/// the left ventricle and of the right free wall.
[[nodiscard]] Field transmural(const Elements& elements, const Wall& wall);

}  // namespace tawara::geometry
