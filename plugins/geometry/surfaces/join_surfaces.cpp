#include "join_surfaces.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>

#include "mesh_quality.hpp"
#include "orient_sheet.hpp"
#include "surface_checks.hpp"
#include "tawara/error.hpp"
#include "weld.hpp"

namespace tawara::geometry {
namespace {

using Edge = std::array<std::int32_t, 2>;

using Files = std::array<const TriangleSurface*, 3>;

struct RimEdge {
  int patch;
  std::int32_t from, to;  ///< as its triangle runs
};

std::string millimetres(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f mm", value);
  return text;
}

/// All three surfaces with their vertices in one list, rim vertices of different files merged.
struct Joined {
  std::vector<Point> vertices;
  std::array<std::vector<Triangle>, 3> triangles;
  std::map<Edge, std::vector<RimEdge>> rim;  ///< by vertices, smaller first
};

Joined merge_rims(const Files& surfaces, double tolerance) {
  Joined joined;
  std::vector<std::int32_t> rim_vertices;
  for (int s = 0; s < 3; ++s) {
    const auto offset = static_cast<std::int32_t>(joined.vertices.size());
    joined.vertices.insert(joined.vertices.end(), surfaces[s]->vertices.begin(), surfaces[s]->vertices.end());
    for (const auto& [a, b, c] : surfaces[s]->triangles)
      joined.triangles[s].push_back({a + offset, b + offset, c + offset});
    for (const auto& [a, b] : rim_edges(joined.triangles[s])) rim_vertices.push_back(a);
  }
  std::vector<Point> rim_points;
  for (const std::int32_t vertex : rim_vertices) rim_points.push_back(joined.vertices[vertex]);
  const std::vector<std::int32_t> stands_for = weld(rim_points, tolerance);
  std::vector<std::int32_t> number(joined.vertices.size());
  for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<std::int32_t>(i);
  for (std::size_t k = 0; k < rim_vertices.size(); ++k) number[rim_vertices[k]] = rim_vertices[stands_for[k]];
  for (int s = 0; s < 3; ++s) {
    for (Triangle& t : joined.triangles[s])
      for (std::int32_t& vertex : t) vertex = number[vertex];
    for (const auto& [a, b] : rim_edges(joined.triangles[s]))
      joined.rim[{std::min(a, b), std::max(a, b)}].push_back({s, a, b});
  }
  return joined;
}

void check_rims_meet(const Joined& joined, const Files& surfaces, double tolerance) {
  for (const auto& [edge, users] : joined.rim) {
    const Point middle = (joined.vertices[edge[0]] + joined.vertices[edge[1]]) / 2;
    const std::string& name = surfaces[users[0].patch]->name;
    if (users.size() > 2 || (users.size() == 2 && users[0].patch == users[1].patch))
      throw GeometryError(name + ": more than two rims meet at " + place(middle) +
                          "; each rim of an endocardium must lie on one of the epicardium");
    if (users.size() == 2) continue;
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& [other, others] : joined.rim)
      if (others[0].patch != users[0].patch)
        for (const std::int32_t vertex : other)
          nearest = std::min(nearest, (joined.vertices[vertex] - joined.vertices[edge[0]]).norm());
    throw GeometryError(name + ": open at " + place(middle) +
                        ": no rim of another surface lies there (the nearest is " + millimetres(nearest) +
                        " away; rims join within rim_tolerance = " + millimetres(tolerance) + ")");
  }
}

/// Whether each surface must be turned to make all normals point out of the muscle.
std::array<bool, 3> find_turned(const Joined& joined, const Files& surfaces) {
  std::array<int, 3> against_epi{-1, -1, -1};
  against_epi[0] = 0;
  for (const auto& [edge, users] : joined.rim) {
    const RimEdge &first = users[0], &second = users[1];
    if (first.patch != 0)
      throw GeometryError(surfaces[first.patch]->name + ": its rim joins that of " + surfaces[second.patch]->name +
                          " at " + place(joined.vertices[edge[0]]) + ", where only the epicardium may join");
    // Two triangles agree when they run through their common edge in opposite directions.
    against_epi[second.patch] = first.from == second.from;
  }
  for (int s = 1; s < 3; ++s)
    if (against_epi[s] < 0)
      throw GeometryError(surfaces[s]->name + ": no rim of it lies on a rim of " + surfaces[0]->name);

  double six_volumes = 0;
  const Point middle = joined.vertices.front();
  for (int s = 0; s < 3; ++s)
    for (const auto& [a, b, c] : joined.triangles[s])
      six_volumes += (against_epi[s] ? -1 : 1) *
                     (joined.vertices[a] - middle).cross(joined.vertices[b] - middle).dot(joined.vertices[c] - middle);
  const bool all = six_volumes < 0;
  return {all, (against_epi[1] != 0) != all, (against_epi[2] != 0) != all};
}

void check_not_inside_out(const std::array<bool, 3>& turned, const Files& surfaces) {
  const auto first_place = [&](int s) {
    const TriangleSurface& surface = *surfaces[s];
    const auto& [a, b, c] = surface.triangles.front();
    return place((surface.vertices[a] + surface.vertices[b] + surface.vertices[c]) / 3);
  };
  if (turned[0])
    throw GeometryError(surfaces[0]->name + ": inverted: its normals point into the heart, for example at " +
                        first_place(0) + "; reverse its triangles");
  if (turned[1] != turned[2]) {
    // An endocardium need not be turned only when its normals point into the chamber.
    const int odd = turned[1] ? 2 : 1;
    throw GeometryError(surfaces[odd]->name + ": inverted: its normals point into its chamber, for example at " +
                        first_place(odd) + ", while those of " + surfaces[3 - odd]->name +
                        " point away from it; reverse its triangles");
  }
}

}  // namespace

ClosedSurface join_surfaces(TriangleSurface epi, TriangleSurface lv_endo, TriangleSurface rv_endo,
                            double rim_tolerance) {
  for (TriangleSurface* surface : {&epi, &lv_endo, &rv_endo}) {
    check_sheet(*surface);
    turn_parts_alike(*surface);
  }
  const Files surfaces{&epi, &lv_endo, &rv_endo};
  Joined joined = merge_rims(surfaces, rim_tolerance);
  check_rims_meet(joined, surfaces, rim_tolerance);
  const std::array<bool, 3> turned = find_turned(joined, surfaces);
  check_not_inside_out(turned, surfaces);

  const double outer = std::abs(enclosed_volume(epi.vertices, epi.triangles));
  for (const TriangleSurface* endo : {surfaces[1], surfaces[2]})
    if (std::abs(enclosed_volume(endo->vertices, endo->triangles)) >= outer)
      throw GeometryError(endo->name + ": encloses more than " + epi.name + " does; are the files swapped?");

  // Number the vertices that are still in use.
  ClosedSurface closed;
  closed.names = {epi.name, lv_endo.name, rv_endo.name};
  std::vector<std::int32_t> number(joined.vertices.size(), -1);
  for (int s = 0; s < 3; ++s)
    for (Triangle t : joined.triangles[s]) {
      if (turned[s]) std::swap(t[1], t[2]);
      for (std::int32_t& vertex : t) {
        if (number[vertex] < 0) {
          number[vertex] = static_cast<std::int32_t>(closed.vertices.size());
          closed.vertices.push_back(joined.vertices[vertex]);
        }
        vertex = number[vertex];
      }
      closed.triangles.push_back(t);
      closed.patches.push_back(static_cast<ClosedSurface::Patch>(s));
    }
  return closed;
}

}  // namespace tawara::geometry
