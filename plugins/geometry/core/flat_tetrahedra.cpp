#include "flat_tetrahedra.hpp"

#include <algorithm>
#include <map>

#include "boundary.hpp"
#include "mesh_quality.hpp"

namespace tawara::geometry {
namespace {

/// Smallest dihedral angle of a tetrahedron with positive volume, 0 otherwise.
double angle_of(const HeartMesh& mesh, const Tetrahedron& t) {
  if (!(six_volumes(mesh, t) > 0)) return 0;
  return smallest_dihedral({mesh.nodes[t[0]], mesh.nodes[t[1]], mesh.nodes[t[2]], mesh.nodes[t[3]]});
}

Triangle sorted(Triangle t) {
  std::sort(t.begin(), t.end());
  return t;
}

/// Drop flat tetrahedra with two boundary faces on the same surface; their other two faces take over.
void peel(HeartMesh& mesh, double wanted) {
  struct Tag {
    std::vector<Triangle>* surface;
    std::size_t index;
  };
  std::map<Triangle, Tag> tags;
  for (auto* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base})
    for (std::size_t k = 0; k < surface->size(); ++k) tags[sorted((*surface)[k])] = {surface, k};
  const auto dropped = std::erase_if(mesh.tetrahedra, [&](const Tetrahedron& t) {
    if (angle_of(mesh, t) >= wanted) return false;
    std::vector<Tag> outside;
    std::vector<Triangle> inside;
    for (const Triangle& face : {Triangle{t[0], t[2], t[1]}, Triangle{t[0], t[1], t[3]}, Triangle{t[1], t[2], t[3]},
                                 Triangle{t[0], t[3], t[2]}})
      if (const auto found = tags.find(sorted(face)); found != tags.end())
        outside.push_back(found->second);
      else
        inside.push_back(face);
    if (outside.size() != 2 || outside[0].surface != outside[1].surface) return false;
    for (int k = 0; k < 2; ++k) {
      Triangle& old = (*outside[k].surface)[outside[k].index];
      tags.erase(sorted(old));
      old = inside[k];
      tags[sorted(old)] = outside[k];
    }
    return true;
  });
  if (dropped > 0) orient_and_check_boundary(mesh);
}

/// Where a node may go: nowhere (on two surfaces), in a plane (on one), or anywhere.
struct Freedom {
  bool fixed = false, on_surface = false;
  Point normal{0, 0, 0};
};

std::vector<Freedom> freedoms(const HeartMesh& mesh) {
  std::vector<Freedom> result(mesh.nodes.size());
  std::vector<int> surface_of(mesh.nodes.size(), -1);
  int s = 0;
  for (const auto* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base}) {
    for (const auto& [a, b, c] : *surface) {
      const Point normal = (mesh.nodes[b] - mesh.nodes[a]).cross(mesh.nodes[c] - mesh.nodes[a]);
      for (const std::int32_t node : {a, b, c}) {
        result[node].fixed = result[node].fixed || (result[node].on_surface && surface_of[node] != s);
        result[node].on_surface = true;
        result[node].normal += normal;
        surface_of[node] = s;
      }
    }
    ++s;
  }
  for (Freedom& freedom : result) freedom.normal.normalize();
  return result;
}

class Mover {
 public:
  explicit Mover(HeartMesh& mesh) : mesh_(mesh), freedoms_(freedoms(mesh)), around_(mesh.nodes.size()) {
    for (std::size_t e = 0; e < mesh.tetrahedra.size(); ++e)
      for (const std::int32_t node : mesh.tetrahedra[e]) around_[node].push_back(static_cast<std::int32_t>(e));
  }

  [[nodiscard]] bool is_inner(std::int32_t node) const { return !freedoms_[node].on_surface; }

  /// Compass search for the best position of one node.
  void improve(std::int32_t node) {
    const Freedom& freedom = freedoms_[node];
    if (freedom.fixed) return;
    double reach = 0;
    for (const std::int32_t e : around_[node])
      for (const std::int32_t other : mesh_.tetrahedra[e])
        reach = std::max(reach, (mesh_.nodes[other] - mesh_.nodes[node]).norm());
    double best = flattest_around(node);
    for (double step = reach / (freedom.on_surface ? 16 : 4); step > reach / 200;) {
      const Point start = mesh_.nodes[node];
      Point better = start;
      for (int x = -1; x <= 1; ++x)
        for (int y = -1; y <= 1; ++y)
          for (int z = -1; z <= 1; ++z) {
            Point move = step * Point(x, y, z);
            if (freedom.on_surface) move -= move.dot(freedom.normal) * freedom.normal;
            mesh_.nodes[node] = start + move;
            if (const double angle = flattest_around(node); angle > best) {
              best = angle;
              better = mesh_.nodes[node];
            }
          }
      mesh_.nodes[node] = better;
      if (better == start) step /= 2;
    }
  }

 private:
  [[nodiscard]] double flattest_around(std::int32_t node) const {
    double smallest = 180;
    for (const std::int32_t e : around_[node]) smallest = std::min(smallest, angle_of(mesh_, mesh_.tetrahedra[e]));
    return smallest;
  }
  HeartMesh& mesh_;
  std::vector<Freedom> freedoms_;
  std::vector<std::vector<std::int32_t>> around_;
};

}  // namespace

void mend_flat_tetrahedra(HeartMesh& mesh, double wanted) {
  const auto flat = [&] {
    std::vector<Tetrahedron> result;
    for (const Tetrahedron& t : mesh.tetrahedra)
      if (angle_of(mesh, t) < wanted) result.push_back(t);
    return result;
  };
  if (flat().empty()) return;
  peel(mesh, wanted);
  Mover mover(mesh);
  constexpr int sweeps = 4;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (const Tetrahedron& t : flat())
      for (const bool inner : {true, false})  // the boundary only when nothing else helps
        for (const std::int32_t node : t)
          if (mover.is_inner(node) == inner && angle_of(mesh, t) < wanted) mover.improve(node);
}

}  // namespace tawara::geometry
