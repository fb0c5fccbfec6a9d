#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "metric.hpp"

namespace tawara::propagation {

/// A muscle as the geometry gives it; views. `sets` is fast_endocardial_sets() or empty (no fast layer).
struct Muscle {
  std::span<const double> nodes;                             ///< n x 3, mm
  std::span<const std::int32_t> tetrahedra;                  ///< m x 4
  std::span<const double> fibre, sheet, normal;              ///< n x 3, orthonormal
  std::span<const std::int32_t> lv_endo = {}, rv_endo = {};  ///< k x 3
  std::span<const std::uint8_t> sets = {};                   ///< n
  [[nodiscard]] std::size_t n_nodes() const { return nodes.size() / 3; }
};

/// Straight way from a node to another.
struct Link {
  std::int32_t to;
  Medium medium;
  Square<double> square;
};

/// Links of all nodes, both directions, those of node i at begin[i] .. begin[i + 1], sorted by (medium, node).
struct LinkGraph {
  std::vector<std::int32_t> begin;
  std::vector<Link> links;
  [[nodiscard]] std::span<const Link> of(std::size_t i) const {
    return {links.data() + begin[i], static_cast<std::size_t>(begin[i + 1] - begin[i])};
  }
};

/// Sides 01 02 03 12 13 23.
struct Tetrahedron {
  std::array<std::int32_t, 4> node;
  std::array<Square<double>, 6> side;
};

/// Triangle of the boundary, as muscle, or of a fast set, as that. Sides 01 02 12.
struct Face {
  std::array<std::int32_t, 3> node;
  Medium medium;
  std::array<Square<double>, 3> side;
};

/// Symmetric 3 x 3 tensor: xx yy zz xy xz yz.
using Tensor = std::array<double, 6>;

/// What fronts travel along. Nodes are renumbered along a space-filling curve, so that neighbours in space are
/// neighbours in memory and nothing depends on how the geometry numbered them; tetrahedra and faces follow.
struct FrontMesh {
  std::vector<std::int32_t> original;  ///< geometry's number of each node here
  std::vector<std::int32_t> internal;  ///< and back
  std::vector<std::array<double, 3>> points;
  std::vector<std::uint8_t> sets;
  std::vector<std::array<Tensor, 3>> axes;  ///< f f^T, s s^T, n n^T, averaged over the tetrahedra at the node
  std::vector<Tetrahedron> tetrahedra;
  std::vector<Face> faces;                              ///< sorted by (medium, nodes)
  std::vector<char> on_boundary;                        ///< nodes of faces that belong to one tetrahedron only
  std::vector<std::array<std::int32_t, 2>> fast_edges;  ///< endocardial surface edges with both ends in one set
  std::vector<std::array<double, 3>> endo_normals;      ///< unit normals at endocardial nodes, zero elsewhere
  /// Tetrahedra (faces) at node i: at_node[begin[i] .. begin[i + 1]].
  struct Incidence {
    std::vector<std::int32_t> begin, at_node;
    [[nodiscard]] std::span<const std::int32_t> of(std::size_t i) const {
      return {at_node.data() + begin[i], static_cast<std::size_t>(begin[i + 1] - begin[i])};
    }
  };
  Incidence tetrahedra_at, faces_at;
  [[nodiscard]] std::size_t n_nodes() const { return points.size(); }
};

[[nodiscard]] FrontMesh make_front_mesh(const Muscle& muscle);

/// Mesh edges. An edge with both ends in one fast set is fast, as in the published graph model.
[[nodiscard]] LinkGraph edge_links(const FrontMesh& mesh);

/// Mesh edges, chords to the neighbours' neighbours, and both again over the surface of each fast set.
/// Chords that leave the muscle (or fold over, for the surface) are left out.
[[nodiscard]] LinkGraph two_ring_links(const FrontMesh& mesh);

}  // namespace tawara::propagation
