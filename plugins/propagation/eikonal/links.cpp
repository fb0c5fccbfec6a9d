#include <algorithm>
#include <cmath>
#include <utility>

#include "fast_endocardium.hpp"
#include "front_mesh.hpp"

namespace tawara::propagation {

namespace {

/// Neighbour lists; ring i is node[begin[i]] .. node[begin[i + 1] - 1], sorted.
struct Rings {
  std::vector<std::int32_t> begin, node;
  [[nodiscard]] std::span<const std::int32_t> of(std::size_t i) const {
    return {node.data() + begin[i], static_cast<std::size_t>(begin[i + 1] - begin[i])};
  }
};

Rings rings_of(std::size_t n, std::vector<std::array<std::int32_t, 2>> edges) {
  const std::size_t one_way = edges.size();
  for (std::size_t e = 0; e < one_way; ++e) edges.push_back({edges[e][1], edges[e][0]});
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  Rings rings;
  rings.begin.assign(n + 1, 0);
  for (const auto& [from, to] : edges) {
    ++rings.begin[from + 1];
    rings.node.push_back(to);
  }
  for (std::size_t i = 0; i < n; ++i) rings.begin[i + 1] += rings.begin[i];
  return rings;
}

std::vector<std::array<std::int32_t, 2>> mesh_edges(const FrontMesh& mesh) {
  std::vector<std::array<std::int32_t, 2>> edges;
  edges.reserve(6 * mesh.tetrahedra.size());
  for (const Tetrahedron& t : mesh.tetrahedra) {
    for (int a = 0; a < 4; ++a) {
      for (int b = a + 1; b < 4; ++b) edges.push_back({t.node[a], t.node[b]});
    }
  }
  return edges;
}

std::array<double, 3> displacement(const FrontMesh& mesh, std::int32_t from, std::int32_t to) {
  const auto &a = mesh.points[from], &b = mesh.points[to];
  return {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
}

double quadratic_form(const Tensor& A, const std::array<double, 3>& d) {
  return A[0] * d[0] * d[0] + A[1] * d[1] * d[1] + A[2] * d[2] * d[2] +
         2 * (A[3] * d[0] * d[1] + A[4] * d[0] * d[2] + A[5] * d[1] * d[2]);
}

/// Mean over the tetrahedra that hold the edge. Never below the least of them, so that times from links are never below
/// those a tetrahedron would give: updates only lower times, and could not repair that.
Square<double> edge_square(const FrontMesh& mesh, std::int32_t i, std::int32_t j) {
  constexpr int side_of[4][4] = {{-1, 0, 1, 2}, {0, -1, 3, 4}, {1, 3, -1, 5}, {2, 4, 5, -1}};
  Square<double> sum;
  int count = 0;
  for (const std::int32_t t : mesh.tetrahedra_at.of(i)) {
    const auto& node = mesh.tetrahedra[t].node;
    const auto a = std::find(node.begin(), node.end(), i) - node.begin();
    const auto b = std::find(node.begin(), node.end(), j) - node.begin();
    if (b == 4) continue;
    const Square<double>& side = mesh.tetrahedra[t].side[side_of[a][b]];
    sum.f += side.f;
    sum.s += side.s;
    sum.n += side.n;
    ++count;
  }
  return {sum.f / count, sum.s / count, sum.n / count};
}

Square<double> chord_square(const FrontMesh& mesh, std::int32_t i, std::int32_t j) {
  const std::array<double, 3> d = displacement(mesh, i, j);
  const auto along = [&](int k) {
    return 0.5 * (quadratic_form(mesh.axes[i][k], d) + quadratic_form(mesh.axes[j][k], d));
  };
  return {along(0), along(1), along(2)};
}

/// Isotropic: only the sum of the three matters in a fast medium.
Square<double> length_square(const FrontMesh& mesh, std::int32_t i, std::int32_t j) {
  const std::array<double, 3> d = displacement(mesh, i, j);
  return {d[0] * d[0] + d[1] * d[1] + d[2] * d[2], 0, 0};
}

/// Is x inside tetrahedron t, or outside by less than a tenth of its height? Chords over a curved wall leave it by that
/// much at most; chords across a groove leave it by more.
bool nearly_inside(const FrontMesh& mesh, const Tetrahedron& t, const std::array<double, 3>& x) {
  constexpr double slack = -0.1;
  const auto& p0 = mesh.points[t.node[0]];
  const auto e1 = displacement(mesh, t.node[0], t.node[1]), e2 = displacement(mesh, t.node[0], t.node[2]),
             e3 = displacement(mesh, t.node[0], t.node[3]);
  const std::array<double, 3> d{x[0] - p0[0], x[1] - p0[1], x[2] - p0[2]};
  const auto det = [](const auto& a, const auto& b, const auto& c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  };
  const double volume = det(e1, e2, e3);
  const double l1 = det(d, e2, e3) / volume, l2 = det(e1, d, e3) / volume, l3 = det(e1, e2, d) / volume;
  return l1 >= slack && l2 >= slack && l3 >= slack && 1 - l1 - l2 - l3 >= slack;
}

/// Do points along the chord lie in tetrahedra at the nodes it passes by?
bool inside_muscle(const FrontMesh& mesh, std::int32_t i, std::int32_t j, std::span<const std::int32_t> common) {
  const auto &a = mesh.points[i], &b = mesh.points[j];
  for (const double s : {0.5, 0.25, 0.75}) {
    const std::array<double, 3> x{a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1]), a[2] + s * (b[2] - a[2])};
    const bool inside = std::any_of(common.begin(), common.end(), [&](std::int32_t k) {
      const auto at = mesh.tetrahedra_at.of(k);
      return std::any_of(at.begin(), at.end(),
                         [&](std::int32_t t) { return nearly_inside(mesh, mesh.tetrahedra[t], x); });
    });
    if (!inside) return false;
  }
  return true;
}

/// Call visit(j, common neighbours of i and j) for every j two steps away from i.
template <class Visit>
void for_second_ring(const Rings& rings, std::int32_t i, std::vector<std::pair<std::int32_t, std::int32_t>>& steps,
                     std::vector<std::int32_t>& common, Visit visit) {
  const auto ring = rings.of(i);
  steps.clear();
  for (const std::int32_t k : ring) {
    for (const std::int32_t j : rings.of(k)) {
      if (j != i && !std::binary_search(ring.begin(), ring.end(), j)) steps.emplace_back(j, k);
    }
  }
  std::sort(steps.begin(), steps.end());
  for (std::size_t s = 0; s < steps.size();) {
    const std::int32_t j = steps[s].first;
    common.clear();
    for (; s < steps.size() && steps[s].first == j; ++s) common.push_back(steps[s].second);
    visit(j);
  }
}

void finish_node(LinkGraph& graph, std::size_t first) {
  std::sort(graph.links.begin() + static_cast<std::ptrdiff_t>(first), graph.links.end(),
            [](const Link& a, const Link& b) { return std::pair(a.medium, a.to) < std::pair(b.medium, b.to); });
  graph.begin.push_back(static_cast<std::int32_t>(graph.links.size()));
}

}  // namespace

LinkGraph edge_links(const FrontMesh& mesh) {
  const Rings rings = rings_of(mesh.n_nodes(), mesh_edges(mesh));
  LinkGraph graph;
  graph.begin.push_back(0);
  for (std::size_t i = 0; i < mesh.n_nodes(); ++i) {
    const std::size_t first = graph.links.size();
    const auto from = static_cast<std::int32_t>(i);
    for (const std::int32_t j : rings.of(i)) {
      const Medium medium = medium_of(mesh.sets[i] & mesh.sets[j]);
      const bool slow = medium == Medium::muscle;
      graph.links.push_back({j, medium, slow ? edge_square(mesh, from, j) : length_square(mesh, from, j)});
    }
    finish_node(graph, first);
  }
  return graph;
}

LinkGraph two_ring_links(const FrontMesh& mesh) {
  constexpr double fold = 0.5;  // cosine between the surface normals at a chord's ends
  const Rings rings = rings_of(mesh.n_nodes(), mesh_edges(mesh));
  const Rings fast = rings_of(mesh.n_nodes(), mesh.fast_edges);
  std::vector<std::pair<std::int32_t, std::int32_t>> steps;
  std::vector<std::int32_t> common;
  LinkGraph graph;
  graph.begin.push_back(0);
  for (std::size_t node = 0; node < mesh.n_nodes(); ++node) {
    const auto i = static_cast<std::int32_t>(node);
    const std::size_t first = graph.links.size();
    for (const std::int32_t j : rings.of(i)) graph.links.push_back({j, Medium::muscle, edge_square(mesh, i, j)});
    for_second_ring(rings, i, steps, common, [&](std::int32_t j) {
      if ((mesh.on_boundary[i] || mesh.on_boundary[j]) && !inside_muscle(mesh, i, j, common)) return;
      graph.links.push_back({j, Medium::muscle, chord_square(mesh, i, j)});
    });
    for (const std::int32_t j : fast.of(i)) {
      graph.links.push_back({j, medium_of(mesh.sets[i] & mesh.sets[j]), length_square(mesh, i, j)});
    }
    for_second_ring(fast, i, steps, common, [&](std::int32_t j) {
      const auto one_set = [&](std::int32_t k) { return mesh.sets[i] & mesh.sets[j] & mesh.sets[k]; };
      const auto way = std::find_if(common.begin(), common.end(), one_set);
      const auto &a = mesh.endo_normals[i], &b = mesh.endo_normals[j];
      if (way == common.end() || a[0] * b[0] + a[1] * b[1] + a[2] * b[2] < fold) return;
      graph.links.push_back({j, medium_of(static_cast<std::uint8_t>(one_set(*way))), length_square(mesh, i, j)});
    });
    finish_node(graph, first);
  }
  return graph;
}

}  // namespace tawara::propagation
