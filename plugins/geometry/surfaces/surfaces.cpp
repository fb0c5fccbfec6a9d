#include "surfaces.hpp"

#include "heart_component.hpp"
#include "read_surface.hpp"
#include "surfaces_mesh.hpp"

namespace tawara::geometry {

Descriptor Surfaces::describe() {
  Descriptor d("geometry.surfaces", "Two ventricles between three triangle surfaces, with fibres and coordinates");
  d.doc =
      "Reads the epicardium and both endocardia (OBJ, STL, or legacy VTK in text), joins them at the valve rims, "
      "remeshes the "
      "closed surface isotropically with CGAL and fills it with tetrahedra by Gmsh at a true mean edge length.\n\n"
      "Coordinates are in mm in patient axes (+x left, +y back, +z head). Normals of each file point away from the "
      "chamber it "
      "encloses; endocardia that both point into their chambers are accepted too. A surface that is open elsewhere "
      "than at its "
      "valves, intersects itself, has triangles against one another or is inverted is refused with the place.\n\n"
      "Such surfaces have no cut base: the triangles that touch a valve rim are the base, where ab is 1.";
  d.citations = {"Botsch and Kobbelt, Symposium on Geometry Processing 2004",
                 "Geuzaine and Remacle, Int J Numer Methods Eng 2009, doi:10.1002/nme.2579",
                 "Bayer et al., Ann Biomed Eng 2012, doi:10.1007/s10439-012-0593-5",
                 "Crane, Weischedel and Wardetzky, ACM Trans Graph 2013, doi:10.1145/2516971.2516977"};
  d.path("epi").says("Outer surface of both ventricles, open at the valves.");
  d.path("lv_endo").says("Left endocardium, open at the mitral and aortic valves.");
  d.path("rv_endo").says("Right endocardium, septum and free wall, open at the tricuspid and pulmonary valves.");
  d.number("rim_tolerance", "mm", 0.05)
      .allowed(0, 1)
      .says("Rim vertices of different surfaces closer than this are one.");
  describe_heart(d);
  return d;
}

std::unique_ptr<const Prepared> Surfaces::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  Host& host = context.host();
  const auto progress = host.progress("mesh between the surfaces");
  const Checkpoint check = checkpoint(host, *progress);
  const ClosedSurface surface =
      join_surfaces(read_surface(settings.path("epi")), read_surface(settings.path("lv_endo")),
                    read_surface(settings.path("rv_endo")), settings.number("rim_tolerance"));
  HeartMesh mesh = mesh_between_surfaces(surface, settings.number("edge"), check);
  check(0.9, "coordinates and fibres");
  const Heart heart = complete_heart(std::move(mesh), fibre_angles(settings));
  if (heart.anatomy.rv_centre.x() > heart.anatomy.lv_centre.x())
    host.warn(
        "the right ventricle lies to the left of the left one: are lv_endo and rv_endo swapped, or the axes not +x "
        "left?");
  publish(context, heart);
  return nullptr;
}

}  // namespace tawara::geometry
