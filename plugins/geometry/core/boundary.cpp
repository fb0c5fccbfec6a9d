#include "boundary.hpp"

#include <algorithm>
#include <utility>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

struct Face {
  Triangle sorted;
  Triangle outwards;
  bool operator<(const Face& other) const { return sorted < other.sorted; }
};

Triangle sorted(Triangle t) {
  std::sort(t.begin(), t.end());
  return t;
}

/// Faces that belong to one tetrahedron only, by their sorted nodes.
std::vector<Face> boundary_faces(const HeartMesh& mesh) {
  std::vector<Face> faces;
  faces.reserve(4 * mesh.tetrahedra.size());
  for (const auto& [a, b, c, d] : mesh.tetrahedra)
    for (const Triangle& t : {Triangle{a, c, b}, Triangle{a, b, d}, Triangle{b, c, d}, Triangle{a, d, c}})
      faces.push_back({sorted(t), t});
  std::sort(faces.begin(), faces.end());
  std::vector<Face> boundary;
  for (std::size_t k = 0; k < faces.size();) {
    std::size_t next = k + 1;
    while (next < faces.size() && faces[next].sorted == faces[k].sorted) ++next;
    if (next == k + 1) boundary.push_back(faces[k]);
    k = next;
  }
  return boundary;
}

}  // namespace

void orient_and_check_boundary(HeartMesh& mesh) {
  for (Tetrahedron& t : mesh.tetrahedra)
    if (six_volumes(mesh, t) < 0) std::swap(t[2], t[3]);

  const auto at = [&](const Triangle& t) {
    return place((mesh.nodes[t[0]] + mesh.nodes[t[1]] + mesh.nodes[t[2]]) / 3);
  };
  const std::vector<Face> boundary = boundary_faces(mesh);
  std::vector<char> tagged(boundary.size(), 0);
  for (std::vector<Triangle>* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base})
    for (Triangle& triangle : *surface) {
      const Face wanted{sorted(triangle), triangle};
      const auto found = std::lower_bound(boundary.begin(), boundary.end(), wanted);
      if (found == boundary.end() || found->sorted != wanted.sorted)
        throw GeometryError("a surface triangle at " + at(triangle) + " is not on the boundary of the muscle");
      char& seen = tagged[found - boundary.begin()];
      if (seen) throw GeometryError("a surface triangle at " + at(triangle) + " belongs to two surfaces");
      seen = 1;
      triangle = found->outwards;
    }
  const auto bare = std::find(tagged.begin(), tagged.end(), 0);
  if (bare != tagged.end())
    throw GeometryError("the boundary of the muscle at " + at(boundary[bare - tagged.begin()].sorted) +
                        " belongs to no surface");
}

}  // namespace tawara::geometry
