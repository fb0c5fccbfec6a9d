#include "anatomy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

Point area_centroid(const HeartMesh& mesh, const std::vector<Triangle>& surface) {
  Point sum = Point::Zero();
  double total = 0;
  for (const auto& [a, b, c] : surface) {
    const Point &p = mesh.nodes[a], &q = mesh.nodes[b], &r = mesh.nodes[c];
    const double area = (q - p).cross(r - p).norm() / 2;
    sum += area * (p + q + r) / 3;
    total += area;
  }
  return sum / total;
}

Point rim_centroid(const HeartMesh& mesh, const std::vector<Triangle>& surface) {
  Point sum = Point::Zero();
  double total = 0;
  for (const auto& [a, b] : rim_edges(surface)) {
    const double length = (mesh.nodes[a] - mesh.nodes[b]).norm();
    sum += length * (mesh.nodes[a] + mesh.nodes[b]) / 2;
    total += length;
  }
  if (total == 0) throw GeometryError("the left endocardium is closed: it needs an opening at its valves");
  return sum / total;
}

double distance_to_segment(const Point& x, const Point& a, const Point& b) {
  const Point along = b - a;
  const double length2 = along.squaredNorm();
  const double s = length2 > 0 ? std::clamp((x - a).dot(along) / length2, 0.0, 1.0) : 0;
  return (x - a - s * along).norm();
}

}  // namespace

std::vector<std::array<std::int32_t, 2>> rim_edges(const std::vector<Triangle>& surface) {
  std::map<std::array<std::int32_t, 2>, int> uses;  // +1 forwards, -1 backwards, keyed smaller node first
  const auto key = [](std::int32_t a, std::int32_t b) { return std::array{std::min(a, b), std::max(a, b)}; };
  for (const Triangle& t : surface)
    for (int k = 0; k < 3; ++k) ++uses[key(t[k], t[(k + 1) % 3])];
  std::vector<std::array<std::int32_t, 2>> rim;
  for (const Triangle& t : surface)
    for (int k = 0; k < 3; ++k)
      if (uses[key(t[k], t[(k + 1) % 3])] == 1) rim.push_back({t[k], t[(k + 1) % 3]});
  return rim;
}

std::vector<std::int32_t> nodes_of(const std::vector<Triangle>& surface) {
  std::vector<std::int32_t> nodes;
  nodes.reserve(3 * surface.size());
  for (const Triangle& t : surface) nodes.insert(nodes.end(), t.begin(), t.end());
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

double Anatomy::angle(const Point& x) const {
  const Point from_axis = x - lv_apex;
  return std::atan2(from_axis.dot(anterior), from_axis.dot(to_rv));
}

double Anatomy::height(const Point& x) const { return (x - lv_apex).dot(up) / (lv_base - lv_apex).norm(); }

Anatomy find_anatomy(const HeartMesh& mesh, double mean_edge) {
  for (const auto& [surface, name] :
       {std::pair{&mesh.epi, "epi"}, {&mesh.lv_endo, "lv_endo"}, {&mesh.rv_endo, "rv_endo"}, {&mesh.base, "base"}})
    if (surface->empty())
      throw GeometryError(std::string("the heart has no ") + name +
                          " surface left at this edge; ask for a smaller one");

  Anatomy anatomy;
  anatomy.lv_base = rim_centroid(mesh, mesh.lv_endo);
  anatomy.lv_centre = area_centroid(mesh, mesh.lv_endo);
  anatomy.rv_centre = area_centroid(mesh, mesh.rv_endo);
  anatomy.base = nodes_of(mesh.base);

  const std::vector<std::int32_t> lv_nodes = nodes_of(mesh.lv_endo), epi_nodes = nodes_of(mesh.epi);
  const std::int32_t endo_apex =
      *std::max_element(lv_nodes.begin(), lv_nodes.end(), [&](std::int32_t a, std::int32_t b) {
        return (mesh.nodes[a] - anatomy.lv_base).norm() < (mesh.nodes[b] - anatomy.lv_base).norm();
      });
  anatomy.lv_apex = mesh.nodes[endo_apex];
  anatomy.up = (anatomy.lv_base - anatomy.lv_apex).normalized();

  const Point between = anatomy.rv_centre - anatomy.lv_centre;
  const Point across = between - between.dot(anatomy.up) * anatomy.up;
  if (across.norm() < 0.1 * between.norm() || across.norm() == 0)
    throw GeometryError(
        "the right cavity lies along the long axis of the left one; are lv_endo and rv_endo the right surfaces?");
  anatomy.to_rv = across.normalized();
  anatomy.anterior = anatomy.up.cross(anatomy.to_rv).normalized();

  // The epicardial apex is where the long axis leaves the muscle.
  std::int32_t epi_apex = epi_nodes.front();
  double nearest = std::numeric_limits<double>::infinity();
  for (const std::int32_t node : epi_nodes) {
    const Point from_apex = mesh.nodes[node] - anatomy.lv_apex;
    const double beyond = -from_apex.dot(anatomy.up);
    const double off_axis = (from_apex + beyond * anatomy.up).norm();
    if (beyond > 0 && off_axis < nearest) {
      nearest = off_axis;
      epi_apex = node;
    }
  }
  for (std::size_t i = 0; i < mesh.nodes.size(); ++i)
    if (distance_to_segment(mesh.nodes[i], anatomy.lv_apex, mesh.nodes[epi_apex]) < 0.6 * mean_edge)
      anatomy.apex.push_back(static_cast<std::int32_t>(i));
  return anatomy;
}

}  // namespace tawara::geometry
