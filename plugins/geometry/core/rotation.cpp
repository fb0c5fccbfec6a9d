#include "rotation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tawara::geometry {
namespace {

constexpr double turn = 2 * std::numbers::pi;

/// Angles of the two junctions at some heights, linear between.
struct Junctions {
  double lowest = 0, spacing = 1;
  std::vector<double> posterior, anterior;

  [[nodiscard]] std::array<double, 2> at(double height) const {
    const double last = static_cast<double>(posterior.size() - 1);
    const double position = std::clamp((height - lowest) / spacing, 0.0, last);
    const auto k = static_cast<std::size_t>(std::min(std::floor(position), last - 1));
    const double w = position - static_cast<double>(k);
    return {(1 - w) * posterior[k] + w * posterior[k + 1], (1 - w) * anterior[k] + w * anterior[k + 1]};
  }
};

Junctions find_junctions(const HeartMesh& mesh, const Anatomy& anatomy) {
  const std::vector<std::int32_t> nodes = nodes_of(mesh.rv_endo);
  double bottom = std::numeric_limits<double>::infinity(), top = -bottom;
  for (const std::int32_t node : nodes) {
    const double height = anatomy.height(mesh.nodes[node]);
    bottom = std::min(bottom, height);
    top = std::max(top, height);
  }
  top = std::min(top, 1.0);

  // Six heights are enough for a smooth outline and leave many nodes for each, even on a coarse mesh.
  constexpr int n_heights = 6;
  Junctions junctions;
  junctions.lowest = bottom + 0.3 * (top - bottom);
  junctions.spacing = (top - junctions.lowest) / (n_heights - 1);
  for (int k = 0; k < n_heights; ++k) {
    const double height = junctions.lowest + k * junctions.spacing;
    double posterior = 0, anterior = 0;
    for (const std::int32_t node : nodes) {
      if (std::abs(anatomy.height(mesh.nodes[node]) - height) > junctions.spacing / 2) continue;
      const double angle = anatomy.angle(mesh.nodes[node]);
      posterior = std::min(posterior, angle);
      anterior = std::max(anterior, angle);
    }
    // A right ventricle narrower than this is a sliver that the mesh does not resolve; it also keeps the divisions
    // below safe.
    constexpr double least = turn / 36;
    junctions.posterior.push_back(std::min(posterior, -least));
    junctions.anterior.push_back(std::max(anterior, least));
  }
  return junctions;
}

double free_wall(double fraction) { return fraction < 0.5 ? 0.7 * fraction : 0.35 + 0.5 * (fraction - 0.5); }
double septum(double fraction) { return fraction < 0.5 ? 0.6 + 0.5 * fraction : 0.85 + 0.3 * (fraction - 0.5); }

}  // namespace

Field rotation(const HeartMesh& mesh, const Anatomy& anatomy, const Wall& wall) {
  const Junctions junctions = find_junctions(mesh, anatomy);
  Field rt(mesh.nodes.size());
  for (std::size_t i = 0; i < mesh.nodes.size(); ++i) {
    const double angle = anatomy.angle(mesh.nodes[i]);
    const auto [posterior, anterior] = junctions.at(anatomy.height(mesh.nodes[i]));
    const double septal_span = anterior - posterior;
    double value;
    if (wall.rv_free_wall[i])
      value = free_wall(std::clamp((angle - posterior) / septal_span, 0.0, 1.0));
    else if (angle >= posterior && angle <= anterior)
      value = septum((anterior - angle) / septal_span);
    else
      value = free_wall((angle < posterior ? posterior - angle : posterior - angle + turn) / (turn - septal_span));
    rt[i] = value - std::floor(value);
  }
  return rt;
}

}  // namespace tawara::geometry
