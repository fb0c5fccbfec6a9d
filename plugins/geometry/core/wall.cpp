#include "wall.hpp"

namespace tawara::geometry {

Wall divide_wall(const Elements& elements) {
  const HeartMesh& mesh = elements.mesh;
  const std::size_t n = mesh.nodes.size();
  const auto harmonic = [&](double epi, double lv, double rv) {
    Fixed fixed(n);
    fixed.set(mesh.epi, epi);
    fixed.set(mesh.lv_endo, lv);
    fixed.set(mesh.rv_endo, rv);
    return solve_laplace(elements, fixed);
  };
  Wall wall;
  wall.phi_epi = harmonic(1, 0, 0);
  wall.phi_lv = harmonic(0, 1, 0);
  wall.phi_rv = harmonic(0, 0, 1);

  const Field flux_from_epi = elements.stiffness * wall.phi_epi;
  const Field flux_from_lv = elements.stiffness * wall.phi_lv;
  wall.septal_rv_endo.assign(n, 0);
  for (const Triangle& triangle : mesh.rv_endo)
    for (const std::int32_t node : triangle) wall.septal_rv_endo[node] = flux_from_lv[node] < flux_from_epi[node];

  // The epicardium is free here, so that its nodes too belong to the cavity they enclose.
  Fixed cavities(n);
  cavities.set(mesh.lv_endo, 0);
  cavities.set(mesh.rv_endo, 1);
  const Field lv_to_rv = solve_laplace(elements, cavities);
  wall.rv_free_wall.resize(n);
  for (std::size_t i = 0; i < n; ++i) wall.rv_free_wall[i] = lv_to_rv[i] > 0.5 && wall.phi_epi[i] >= wall.phi_lv[i];
  for (const Triangle& triangle : mesh.rv_endo)
    for (const std::int32_t node : triangle) wall.rv_free_wall[node] = !wall.septal_rv_endo[node];
  return wall;
}

Field transmural(const Elements& elements, const Wall& wall) {
  const HeartMesh& mesh = elements.mesh;
  Fixed fixed(mesh.nodes.size());
  fixed.set(mesh.epi, 0);
  fixed.set(mesh.lv_endo, 1);
  for (const Triangle& triangle : mesh.rv_endo)
    for (const std::int32_t node : triangle) fixed.set(node, wall.septal_rv_endo[node] ? 0 : 1);
  return solve_laplace(elements, fixed);
}

}  // namespace tawara::geometry
