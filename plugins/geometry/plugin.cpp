#include "tawara/plugin.hpp"
#include "ellipsoid_biventricle.hpp"
#include "surfaces.hpp"

TAWARA_PLUGIN("tawara-geometry", tawara::project_version,
              "Tetrahedral hearts with fibres and ventricular coordinates") {
  plugin.licence = "GPL-3.0-or-later";  // Gmsh and CGAL
  plugin.add<tawara::geometry::EllipsoidBiventricle>();
  plugin.add<tawara::geometry::Surfaces>();
}
