#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "front_mesh.hpp"

namespace tawara::propagation {

// Reference solvers in double precision, one evaluation each. Times in ms over the nodes of the FrontMesh, +inf where
// no front arrives.

struct Source {
  std::int32_t node;  ///< of the FrontMesh
  double onset;       ///< ms
};

/// Shortest times over links (Dijkstra): the only ways are the links themselves.
[[nodiscard]] std::vector<double> times_over_links(const LinkGraph& graph, const Speeds& speeds,
                                                   std::span<const Source> sources);

/// The first-order solution of the eikonal equation on the tetrahedra: every node's time is the least over the opposite
/// faces of its tetrahedra (Fermat's principle with linear times on faces), and over its sides in the fast endocardium.
/// Label-correcting with a heap. Exact times of several nodes near a source may be given as sources (a start ball);
/// that holds only inside one homogeneous medium, so never at an endocardial root node.
[[nodiscard]] std::vector<double> times_over_tetrahedra(const FrontMesh& mesh, const Speeds& speeds,
                                                        std::span<const Source> sources);

/// One pass of tetrahedron updates over times that are already nearly right (from links), in the order of arrival they
/// give: times improve along the whole path of the front, at the price of one update per tetrahedron.
void improve_in_order_of_arrival(const FrontMesh& mesh, const Speeds& speeds, std::span<double> times);

}  // namespace tawara::propagation
