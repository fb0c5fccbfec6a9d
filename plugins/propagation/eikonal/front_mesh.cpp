#include "front_mesh.hpp"

#include "fast_endocardium.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace tawara::propagation {

namespace {

constexpr std::array<std::array<int, 2>, 6> tetrahedron_sides{{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}};

/// Interleave the low 21 bits of three numbers.
std::uint64_t morton(const std::array<std::uint64_t, 3>& q) {
  std::uint64_t code = 0;
  for (int bit = 0; bit < 21; ++bit) {
    for (int k = 0; k < 3; ++k) code |= ((q[k] >> bit) & 1) << (3 * bit + k);
  }
  return code;
}

/// Numbering along a Morton curve through the bounding cube.
std::vector<std::int32_t> space_filling_order(const Muscle& muscle) {
  const std::size_t n = muscle.n_nodes();
  std::array<double, 3> low{};
  double extent = 0;
  for (int k = 0; k < 3; ++k) {
    double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
    for (std::size_t i = 0; i < n; ++i) {
      lowest = std::min(lowest, muscle.nodes[3 * i + k]);
      highest = std::max(highest, muscle.nodes[3 * i + k]);
    }
    low[k] = lowest;
    extent = std::max(extent, highest - lowest);
  }
  const double scale = extent > 0 ? ((1 << 21) - 1) / extent : 0;
  std::vector<std::uint64_t> code(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::array<std::uint64_t, 3> q{};
    for (int k = 0; k < 3; ++k) q[k] = static_cast<std::uint64_t>((muscle.nodes[3 * i + k] - low[k]) * scale);
    code[i] = morton(q);
  }
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::int32_t a, std::int32_t b) { return code[a] != code[b] ? code[a] < code[b] : a < b; });
  return order;
}

/// Squares of a displacement in the mean of the nodes' frames.
template <std::size_t N>
Square<double> square_in(const Muscle& muscle, const std::array<std::int32_t, N>& nodes,
                         const std::array<double, 3>& d) {
  Square<double> sum;
  for (const std::int32_t i : nodes) {
    const auto along = [&](std::span<const double> axis) {
      const double c = axis[3 * i] * d[0] + axis[3 * i + 1] * d[1] + axis[3 * i + 2] * d[2];
      return c * c;
    };
    sum.f += along(muscle.fibre);
    sum.s += along(muscle.sheet);
    sum.n += along(muscle.normal);
  }
  return {sum.f / N, sum.s / N, sum.n / N};
}

std::array<double, 3> difference(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
std::array<double, 3> cross(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Isotropic: only the sum of the three matters in a fast medium.
Square<double> length_square(const FrontMesh& mesh, std::int32_t a, std::int32_t b) {
  const auto d = difference(mesh.points[b], mesh.points[a]);
  return {dot(d, d), 0, 0};
}

template <class Element>
FrontMesh::Incidence incidence(std::size_t n_nodes, const std::vector<Element>& elements) {
  FrontMesh::Incidence at;
  at.begin.assign(n_nodes + 1, 0);
  for (const Element& e : elements) {
    for (const std::int32_t i : e.node) ++at.begin[i + 1];
  }
  std::partial_sum(at.begin.begin(), at.begin.end(), at.begin.begin());
  at.at_node.resize(at.begin.back());
  std::vector<std::int32_t> next(at.begin.begin(), at.begin.end() - 1);
  for (std::size_t e = 0; e < elements.size(); ++e) {
    for (const std::int32_t i : elements[e].node) at.at_node[next[i]++] = static_cast<std::int32_t>(e);
  }
  return at;
}

void add_tetrahedra(FrontMesh& mesh, const Muscle& muscle) {
  const std::size_t m = muscle.tetrahedra.size() / 4;
  mesh.tetrahedra.resize(m);
  for (std::size_t t = 0; t < m; ++t) {
    std::array<std::int32_t, 4>& node = mesh.tetrahedra[t].node;
    for (int k = 0; k < 4; ++k) node[k] = mesh.internal[muscle.tetrahedra[4 * t + k]];
    std::sort(node.begin(), node.end());
  }
  std::sort(mesh.tetrahedra.begin(), mesh.tetrahedra.end(),
            [](const Tetrahedron& a, const Tetrahedron& b) { return a.node < b.node; });
  for (Tetrahedron& t : mesh.tetrahedra) {
    std::array<std::int32_t, 4> original{};
    for (int k = 0; k < 4; ++k) original[k] = mesh.original[t.node[k]];
    for (int side = 0; side < 6; ++side) {
      const auto [a, b] = tetrahedron_sides[side];
      t.side[side] = square_in(muscle, original, difference(mesh.points[t.node[b]], mesh.points[t.node[a]]));
    }
  }
}

/// Faces that only one tetrahedron has, with that tetrahedron's sides.
void add_boundary(FrontMesh& mesh) {
  constexpr int corners[4][3] = {{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}};
  constexpr int sides[4][3] = {{0, 1, 3}, {0, 2, 4}, {1, 2, 5}, {3, 4, 5}};
  std::vector<Face> all;
  all.reserve(4 * mesh.tetrahedra.size());
  for (const Tetrahedron& t : mesh.tetrahedra) {
    for (int f = 0; f < 4; ++f) {
      Face face{{}, Medium::muscle, {}};
      for (int c = 0; c < 3; ++c) {
        face.node[c] = t.node[corners[f][c]];
        face.side[c] = t.side[sides[f][c]];
      }
      all.push_back(face);
    }
  }
  std::sort(all.begin(), all.end(), [](const Face& a, const Face& b) { return a.node < b.node; });
  mesh.on_boundary.assign(mesh.n_nodes(), 0);
  for (std::size_t f = 0; f < all.size();) {
    if (f + 1 < all.size() && all[f].node == all[f + 1].node) {
      f += 2;
      continue;
    }
    for (const std::int32_t i : all[f].node) mesh.on_boundary[i] = 1;
    mesh.faces.push_back(all[f++]);
  }
}

void add_axes(FrontMesh& mesh, const Muscle& muscle) {
  const std::array<std::span<const double>, 3> axes{muscle.fibre, muscle.sheet, muscle.normal};
  mesh.axes.assign(mesh.n_nodes(), {});
  for (std::size_t i = 0; i < mesh.n_nodes(); ++i) {
    const auto at = mesh.tetrahedra_at.of(i);
    for (const std::int32_t t : at) {
      for (const std::int32_t corner : mesh.tetrahedra[t].node) {
        const std::size_t o = 3 * static_cast<std::size_t>(mesh.original[corner]);
        for (int k = 0; k < 3; ++k) {
          const double x = axes[k][o], y = axes[k][o + 1], z = axes[k][o + 2];
          const Tensor product{x * x, y * y, z * z, x * y, x * z, y * z};
          for (int c = 0; c < 6; ++c) mesh.axes[i][k][c] += product[c] / (4.0 * static_cast<double>(at.size()));
        }
      }
    }
  }
}

void add_fast_endocardium(FrontMesh& mesh, const Muscle& muscle) {
  mesh.endo_normals.assign(mesh.n_nodes(), {});
  if (muscle.sets.empty()) return;
  for (const std::span<const std::int32_t> surface : {muscle.lv_endo, muscle.rv_endo}) {
    for (std::size_t k = 0; k + 2 < surface.size(); k += 3) {
      std::array<std::int32_t, 3> node{};
      for (int c = 0; c < 3; ++c) node[c] = mesh.internal[surface[k + c]];
      const std::array<double, 3> e1 = difference(mesh.points[node[1]], mesh.points[node[0]]),
                                  e2 = difference(mesh.points[node[2]], mesh.points[node[0]]), area = cross(e1, e2);
      for (const std::int32_t i : node) {
        for (int c = 0; c < 3; ++c) mesh.endo_normals[i][c] += area[c];
      }
      std::sort(node.begin(), node.end());
      for (const auto& [a, b] : {std::array{0, 1}, std::array{0, 2}, std::array{1, 2}}) {
        if (mesh.sets[node[a]] & mesh.sets[node[b]]) mesh.fast_edges.push_back({node[a], node[b]});
      }
      const Medium medium = medium_of(mesh.sets[node[0]] & mesh.sets[node[1]] & mesh.sets[node[2]]);
      if (medium == Medium::muscle) continue;
      mesh.faces.push_back({node,
                            medium,
                            {length_square(mesh, node[0], node[1]), length_square(mesh, node[0], node[2]),
                             length_square(mesh, node[1], node[2])}});
    }
  }
  for (auto& normal : mesh.endo_normals) {
    const double length = std::sqrt(dot(normal, normal));
    if (length > 0) {
      for (double& c : normal) c /= length;
    }
  }
  std::sort(mesh.fast_edges.begin(), mesh.fast_edges.end());
  mesh.fast_edges.erase(std::unique(mesh.fast_edges.begin(), mesh.fast_edges.end()), mesh.fast_edges.end());
}

}  // namespace

FrontMesh make_front_mesh(const Muscle& muscle) {
  FrontMesh mesh;
  const std::size_t n = muscle.n_nodes();
  mesh.original = space_filling_order(muscle);
  mesh.internal.resize(n);
  mesh.points.resize(n);
  mesh.sets.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t o = mesh.original[i];
    mesh.internal[o] = static_cast<std::int32_t>(i);
    mesh.points[i] = {muscle.nodes[3 * o], muscle.nodes[3 * o + 1], muscle.nodes[3 * o + 2]};
    if (!muscle.sets.empty()) mesh.sets[i] = muscle.sets[o];
  }
  add_tetrahedra(mesh, muscle);
  add_boundary(mesh);
  add_fast_endocardium(mesh, muscle);
  std::sort(mesh.faces.begin(), mesh.faces.end(),
            [](const Face& a, const Face& b) { return std::pair(a.medium, a.node) < std::pair(b.medium, b.node); });
  mesh.tetrahedra_at = incidence(n, mesh.tetrahedra);
  mesh.faces_at = incidence(n, mesh.faces);
  add_axes(mesh, muscle);
  return mesh;
}

}  // namespace tawara::propagation
