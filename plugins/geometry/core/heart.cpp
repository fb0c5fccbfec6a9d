#include "heart.hpp"

namespace tawara::geometry {

Heart complete_heart(HeartMesh mesh, const FibreAngles& angles) {
  Heart heart;
  heart.mesh = std::move(mesh);
  heart.quality = measure_quality(heart.mesh);
  const Elements elements(heart.mesh);
  heart.anatomy = find_anatomy(heart.mesh, heart.quality.mean_edge);
  const Wall wall = divide_wall(elements);
  heart.coordinates = ventricular_coordinates(elements, heart.anatomy, wall);
  heart.fibres = rule_based_fibres(elements, heart.anatomy, wall, heart.coordinates.ab, angles);
  return heart;
}

}  // namespace tawara::geometry
