#include "coordinates.hpp"

#include "distance.hpp"
#include "rotation.hpp"

namespace tawara::geometry {
namespace {

Field apex_to_base(const Elements& elements, const Anatomy& anatomy) {
  const double reach = (anatomy.lv_base - anatomy.lv_apex).norm() / 8;
  const Field from_apex = distance_from(elements, anatomy.apex, reach);
  const Field from_base = distance_from(elements, anatomy.base, reach);
  return from_apex.array() / (from_apex + from_base).array();
}

Field projection(const HeartMesh& mesh, const Point& direction) {
  Field along(mesh.nodes.size());
  for (std::size_t i = 0; i < mesh.nodes.size(); ++i) along[i] = mesh.nodes[i].dot(direction);
  const double low = along.minCoeff(), high = along.maxCoeff();
  return (along.array() - low) / (high - low);
}

}  // namespace

Coordinates ventricular_coordinates(const Elements& elements, const Anatomy& anatomy, const Wall& wall) {
  return {.ab = apex_to_base(elements, anatomy),
          .rt = rotation(elements.mesh, anatomy, wall),
          .tm = transmural(elements, wall),
          .aprt = projection(elements.mesh, anatomy.anterior),
          .rvlv = projection(elements.mesh, (anatomy.rv_centre - anatomy.lv_centre).normalized())};
}

}  // namespace tawara::geometry
