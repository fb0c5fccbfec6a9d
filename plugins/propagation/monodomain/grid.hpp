#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tawara::propagation::monodomain {

/// A regular grid: a cable (one axis with more than one node), a sheet (two) or a slab (three). Node (i, j, k) has
/// number i + nodes[0] (j + nodes[1] k).
struct Grid {
  std::array<std::size_t, 3> nodes = {1, 1, 1};
  std::array<double, 3> spacing = {1, 1, 1};  ///< mm
  /// Where the box ends: on its outermost nodes, which then stand for half a spacing, or half a spacing beyond them.
  bool ends_on_nodes = true;
  /// One per node, 0: no tissue (a scar, a hole), which nothing flows into. Empty: tissue everywhere.
  std::vector<std::uint8_t> tissue;

  [[nodiscard]] std::size_t size() const { return nodes[0] * nodes[1] * nodes[2]; }
  [[nodiscard]] std::size_t stride(std::size_t axis) const {
    return axis == 0 ? 1 : axis == 1 ? nodes[0] : nodes[0] * nodes[1];
  }
  [[nodiscard]] bool active(std::size_t node) const { return tissue.empty() || tissue[node] != 0; }
  /// Part of a spacing that a node stands for along one axis: 1, or 1/2 at the ends of a box that ends on nodes.
  [[nodiscard]] double share(std::size_t axis, std::size_t i) const {
    const bool at_end = i == 0 || i + 1 == nodes[axis];
    return ends_on_nodes && at_end && nodes[axis] > 1 ? 0.5 : 1.0;
  }
  /// Muscle that a node stands for, in cells of the grid: what sums over nodes are weighted with.
  [[nodiscard]] double volume(std::size_t node) const {
    return share(0, node % nodes[0]) * share(1, node / nodes[0] % nodes[1]) * share(2, node / (nodes[0] * nodes[1]));
  }
  /// The grid over a box that ends on its nodes. @param size  mm; 0: one node @param spacing  mm, size/spacing is
  /// rounded
  static Grid box(const std::array<double, 3>& size, double spacing) {
    Grid g;
    for (std::size_t d = 0; d < 3; ++d) {
      g.nodes[d] = 1 + static_cast<std::size_t>(size[d] / spacing + 0.5);
      g.spacing[d] = g.nodes[d] > 1 ? size[d] / static_cast<double>(g.nodes[d] - 1) : spacing;
    }
    return g;
  }
};

}  // namespace tawara::propagation::monodomain
