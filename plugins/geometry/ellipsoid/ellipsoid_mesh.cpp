#include "ellipsoid_mesh.hpp"

#include <gmsh.h>

#include <Eigen/Dense>
#include <cmath>

#include "boundary.hpp"
#include "edge_iteration.hpp"
#include "flat_tetrahedra.hpp"
#include "gmsh_process.hpp"
#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

struct Ellipsoid {
  double shift;  ///< along x
  Point semi_axes;

  /// 0 on the surface, negative inside; about the relative distance.
  [[nodiscard]] double level(const Point& x) const {
    return (x - Point(shift, 0, 0)).cwiseQuotient(semi_axes).norm() - 1;
  }
  [[nodiscard]] int add() const {
    const int tag = gmsh::model::occ::addSphere(0, 0, 0, 1);
    gmsh::model::occ::dilate({{3, tag}}, 0, 0, 0, semi_axes.x(), semi_axes.y(), semi_axes.z());
    gmsh::model::occ::translate({{3, tag}}, shift, 0, 0);
    return tag;
  }
};

/// In its own axes: z from apex to base, x to the right ventricle.
struct Shape {
  explicit Shape(double scale)
      : lv_outer{0, scale * Point(34, 34, 78)},
        lv_inner{0, scale * Point(24, 24, 68)},
        rv_outer{26 * scale, scale * Point(42, 38, 68)},
        rv_inner{26 * scale, scale * Point(38, 34, 63.5)},
        cut(20 * scale) {}
  Ellipsoid lv_outer, lv_inner, rv_outer, rv_inner;
  double cut;
};

/// @return tag of the muscle's volume
int build(const Shape& shape) {
  namespace occ = gmsh::model::occ;
  gmsh::vectorpair lv_outer{{3, shape.lv_outer.add()}}, rv_outer{{3, shape.rv_outer.add()}};
  gmsh::vectorpair lv_inner{{3, shape.lv_inner.add()}}, rv_inner{{3, shape.rv_inner.add()}};
  gmsh::vectorpair both, rv_cavity, muscle;
  std::vector<gmsh::vectorpair> history;
  occ::cut(rv_inner, lv_outer, rv_cavity, history, -1, true, false);
  occ::fuse(lv_outer, rv_outer, both, history);
  gmsh::vectorpair holes = lv_inner;
  holes.insert(holes.end(), rv_cavity.begin(), rv_cavity.end());
  // Everything above the valve plane goes too.
  const double size = 4 * shape.lv_outer.semi_axes.z();
  holes.emplace_back(3, occ::addBox(-size / 2, -size / 2, shape.cut, size, size, size));
  occ::cut(both, holes, muscle, history);
  occ::synchronize();
  if (muscle.size() != 1)
    throw GeometryError("the ellipsoids leave " + std::to_string(muscle.size()) +
                        " pieces of muscle where one was expected");
  return muscle.front().second;
}

/// The surface a boundary face belongs to, from its nodes, which lie on it exactly.
std::vector<Triangle>& surface_of(const Shape& shape, const GmshMesh& mesh, const std::vector<Triangle>& face,
                                  HeartMesh& heart) {
  double off_cut = 0, off_lv_inner = 0, off_rv_inner = 0, off_lv_outer = 0;
  Point centre = Point::Zero();
  for (const Triangle& triangle : face)
    for (const std::int32_t node : triangle) {
      const Point& x = mesh.nodes[node];
      off_cut = std::max(off_cut, std::abs(x.z() / shape.cut - 1));
      off_lv_inner = std::max(off_lv_inner, std::abs(shape.lv_inner.level(x)));
      off_rv_inner = std::max(off_rv_inner, std::abs(shape.rv_inner.level(x)));
      off_lv_outer = std::max(off_lv_outer, std::abs(shape.lv_outer.level(x)));
      centre += x / (3.0 * static_cast<double>(face.size()));
    }
  constexpr double on_it = 1e-4;
  if (off_cut < on_it) return heart.base;
  if (off_lv_inner < on_it) return heart.lv_endo;
  if (off_rv_inner < on_it) return heart.rv_endo;
  // The outer left ellipsoid is the septum's right side where it borders the right cavity, epicardium elsewhere.
  if (off_lv_outer < on_it && centre.x() > 0) return heart.rv_endo;
  return heart.epi;
}

HeartMesh mesh_of(const Shape& shape, double size, GmshSession& gmsh) {
  int muscle = 0;
  gmsh.run("unite the ellipsoids", [&] { muscle = build(shape); });
  gmsh.run("mesh the surfaces", [&] {
    set_element_size(size);
    gmsh::model::mesh::generate(2);
  });
  fill_volume(gmsh);
  HeartMesh result;
  gmsh.run("return the mesh", [&] {
    const GmshMesh mesh = read_mesh();
    if (mesh.tetrahedra.empty())
      throw GeometryError("Gmsh found no tetrahedra for the ellipsoids at this edge; ask for a smaller one");
    result.nodes = mesh.nodes;
    result.tetrahedra = mesh.tetrahedra;
    gmsh::vectorpair faces;
    gmsh::model::getBoundary({{3, muscle}}, faces, true, false);
    for (const auto& [dimension, tag] : faces) {
      const std::vector<Triangle> face = mesh.triangles(tag);
      std::vector<Triangle>& surface = surface_of(shape, mesh, face, result);
      surface.insert(surface.end(), face.begin(), face.end());
    }
  });
  return result;
}

/// Columns: the patient directions of the shape's x, y and z.
Eigen::Matrix3d pose() {
  const Point up = -Point(0.62, -0.52, -0.59).normalized();
  const Point right_and_front(-1, -1, 0);
  Eigen::Matrix3d axes;
  axes.col(2) = up;
  axes.col(0) = (right_and_front - right_and_front.dot(up) * up).normalized();
  axes.col(1) = axes.col(2).cross(axes.col(0));
  return axes;
}

}  // namespace

HeartMesh mesh_ellipsoid_biventricle(double edge, double scale, const Checkpoint& checkpoint) {
  const Shape shape(scale);
  // Measured; thin walls give many short edges across when the edge is large.
  const double usual_ratio = std::max(1.37 - 0.055 * edge / (scale / 0.8), 0.9);
  int attempt = 0;
  HeartMesh heart = mesh_at_mean_edge(edge, usual_ratio, [&](double size) {
    HeartMesh result = mesh_in_process([&](GmshSession& gmsh) { return mesh_of(shape, size, gmsh); },
                                       [&] { checkpoint(0.1 + 0.2 * attempt, "mesh"); });
    ++attempt;
    orient_and_check_boundary(result);
    return result;
  });

  mend_flat_tetrahedra(heart, flattest_wanted);
  const Eigen::Matrix3d axes = pose();
  for (Point& node : heart.nodes) node = axes * node;
  return heart;
}

}  // namespace tawara::geometry
