#include "ellipsoid_biventricle.hpp"

#include "ellipsoid_mesh.hpp"
#include "heart_component.hpp"

namespace tawara::geometry {

Descriptor EllipsoidBiventricle::describe() {
  Descriptor d("geometry.ellipsoid_biventricle", "Two ventricles as truncated ellipsoids, with fibres and coordinates");
  d.doc =
      "Four ellipsoids united and cut by OpenCASCADE, meshed by Gmsh (Delaunay, optimised) at a true mean edge "
      "length.\n\n"
      "Semi-axes in mm before scaling: left ventricle 34, 34, 78 outside and 24, 24, 68 inside; right ventricle 42, "
      "38, 68 "
      "outside and 38, 34, 63.5 inside, 26 to the side; cut flat 20 above the centre. Posed in patient axes: base to "
      "apex along "
      "(0.62, -0.52, -0.59), right ventricle to the right and front, the centre of the left ellipsoids at the "
      "origin.\n\n"
      "A flat base without outflow tracts; no papillary muscles.";
  d.citations = {"Geuzaine and Remacle, Int J Numer Methods Eng 2009, doi:10.1002/nme.2579",
                 "Bayer et al., Ann Biomed Eng 2012, doi:10.1007/s10439-012-0593-5",
                 "Crane, Weischedel and Wardetzky, ACM Trans Graph 2013, doi:10.1145/2516971.2516977"};
  d.number("scale", "1", 0.8)
      .allowed(0.2, 2)
      .usual(0.7, 0.95)
      .may_vary()
      .says("Scale of all lengths. 0.8 gives 98 ml of muscle, a normal adult heart.");
  describe_heart(d);
  return d;
}

std::unique_ptr<const Prepared> EllipsoidBiventricle::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const auto progress = context.host().progress("mesh of the ventricles");
  const Checkpoint check = checkpoint(context.host(), *progress);
  HeartMesh mesh = mesh_ellipsoid_biventricle(settings.number("edge"), settings.number("scale"), check);
  check(0.9, "coordinates and fibres");
  publish(context, complete_heart(std::move(mesh), fibre_angles(settings)));
  return nullptr;
}

}  // namespace tawara::geometry
