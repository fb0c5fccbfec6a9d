#include "solvers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>

#include "arrival_buckets.hpp"
#include "local_solvers.hpp"

namespace tawara::propagation {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
using Heap =
    std::priority_queue<std::pair<double, std::int32_t>, std::vector<std::pair<double, std::int32_t>>, std::greater<>>;

void start(std::span<const Source> sources, std::vector<double>& times, Heap& heap) {
  for (const Source& s : sources) {
    if (s.onset < times[s.node]) {
      times[s.node] = s.onset;
      heap.emplace(s.onset, s.node);
    }
  }
}

constexpr int side_of[4][4] = {{-1, 0, 1, 2}, {0, -1, 3, 4}, {1, 3, -1, 5}, {2, 4, 5, -1}};

/// Squared travel times along the six sides.
struct Element {
  double m[6];
  Element(const Tetrahedron& t, const std::array<double, 3>& slowness) {
    for (int side = 0; side < 6; ++side) m[side] = t.side[side].time_squared(slowness);
  }
  [[nodiscard]] double side(int a, int b) const { return m[side_of[a][b]]; }
};

double across_face(const Element& e, const Tetrahedron& t, std::span<const double> times, int a, int b, int to) {
  return arrival_across_triangle(times[t.node[a]], times[t.node[b]], e.side(a, b), e.side(a, to), e.side(b, to));
}

/// Arrival at one corner from the other three: through the inside of the face, else over one of its sides.
double arrival_at_corner(const Element& e, const Tetrahedron& t, std::span<const double> times, int a, int b, int c,
                         int to) {
  const double inside = arrival_across_tetrahedron(
      times[t.node[a]], times[t.node[b]], times[t.node[c]],
      Sides<double>{e.side(a, b), e.side(a, c), e.side(b, c), e.side(a, to), e.side(b, to), e.side(c, to)});
  if (inside < never) return inside;
  return std::min(
      {across_face(e, t, times, a, b, to), across_face(e, t, times, a, c, to), across_face(e, t, times, b, c, to)});
}

/// By more than rounding, so that the label-correcting loop ends.
bool improves(double candidate, double time) { return candidate * (1 + 1e-14) + 1e-14 < time; }

double across_side(const Face& f, std::span<const double> times, double slowness, int a, int b, int to) {
  constexpr int side_of_face[3][3] = {{-1, 0, 1}, {0, -1, 2}, {1, 2, -1}};
  const auto m = [&](int i, int j) { return slowness * f.side[side_of_face[i][j]]; };
  return arrival_across_triangle(times[f.node[a]], times[f.node[b]], m(a, b), m(a, to), m(b, to));
}

}  // namespace

std::vector<double> times_over_links(const LinkGraph& graph, const Speeds& speeds, std::span<const Source> sources) {
  const auto w = slownesses_squared<double>(speeds);
  std::vector<double> times(graph.begin.size() - 1, never);
  Heap heap;
  start(sources, times, heap);
  while (!heap.empty()) {
    const auto [time, i] = heap.top();
    heap.pop();
    if (time > times[i]) continue;
    for (const Link& link : graph.of(i)) {
      const double there = time + std::sqrt(link.square.time_squared(w[static_cast<int>(link.medium)]));
      if (there < times[link.to]) {
        times[link.to] = there;
        heap.emplace(there, link.to);
      }
    }
  }
  return times;
}

std::vector<double> times_over_tetrahedra(const FrontMesh& mesh, const Speeds& speeds,
                                          std::span<const Source> sources) {
  const auto w = slownesses_squared<double>(speeds);
  std::vector<double> times(mesh.n_nodes(), never);
  Heap heap;
  start(sources, times, heap);
  const auto offer = [&](std::int32_t node, double time) {
    if (!improves(time, times[node])) return;
    times[node] = time;
    heap.emplace(time, node);
  };
  while (!heap.empty()) {
    const auto [time, i] = heap.top();
    heap.pop();
    if (time > times[i]) continue;
    for (const std::int32_t k : mesh.tetrahedra_at.of(i)) {
      const Tetrahedron& t = mesh.tetrahedra[k];
      const Element e(t, w[0]);
      const int from = static_cast<int>(std::find(t.node.begin(), t.node.end(), i) - t.node.begin());
      for (int to = 0; to < 4; ++to) {
        if (to == from || times[t.node[to]] <= time) continue;
        int other[2], n = 0;
        for (int c = 0; c < 4; ++c) {
          if (c != to && c != from) other[n++] = c;
        }
        offer(t.node[to], time + std::sqrt(e.side(from, to)));
        offer(t.node[to], arrival_at_corner(e, t, times, from, other[0], other[1], to));
      }
    }
    for (const std::int32_t k : mesh.faces_at.of(i)) {
      const Face& f = mesh.faces[k];
      const double slowness = w[static_cast<int>(f.medium)][0];
      const int from = static_cast<int>(std::find(f.node.begin(), f.node.end(), i) - f.node.begin());
      for (int to = 0; to < 3; ++to) {
        if (to == from) continue;
        const int other = 3 - to - from;
        const double length_squared = f.side[to + from - 1];
        offer(f.node[to], time + std::sqrt(slowness * length_squared));
        offer(f.node[to], across_side(f, times, slowness, from, other, to));
      }
    }
  }
  return times;
}

namespace {

/// One update of the ordered pass: corner order[3] of a tetrahedron from the other three, or order[2] from the first
/// two.
struct Update {
  int bucket;
  bool whole;  ///< tetrahedron (true) or its earliest face
  std::int32_t tetrahedron;
  std::array<std::int8_t, 4> order;  ///< corners by arrival
};

std::pair<std::int32_t, double> carry_out(const Update& u, const FrontMesh& mesh, const std::array<double, 3>& slowness,
                                          std::span<const double> times) {
  const Tetrahedron& t = mesh.tetrahedra[u.tetrahedron];
  const Element e(t, slowness);
  const auto [a, b, c, d] = u.order;
  if (u.whole) return {t.node[d], arrival_at_corner(e, t, times, a, b, c, d)};
  return {t.node[c], across_face(e, t, times, a, b, c)};
}

}  // namespace

void improve_in_order_of_arrival(const FrontMesh& mesh, const Speeds& speeds, std::span<double> times) {
  const auto w = slownesses_squared<double>(speeds);
  const ArrivalBuckets<double> buckets(times);
  const auto earlier = [&](std::int32_t a, std::int32_t b) {
    return times[a] != times[b] ? times[a] < times[b] : a < b;
  };
  std::vector<Update> updates;
  for (std::size_t k = 0; k < mesh.tetrahedra.size(); ++k) {
    const auto& node = mesh.tetrahedra[k].node;
    std::array<std::int8_t, 4> order{0, 1, 2, 3};
    std::sort(order.begin(), order.end(), [&](int a, int b) { return earlier(node[a], node[b]); });
    const auto index = static_cast<std::int32_t>(k);
    if (times[node[order[2]]] < never) updates.push_back({buckets.of(times[node[order[2]]]), false, index, order});
    if (times[node[order[3]]] < never) updates.push_back({buckets.of(times[node[order[3]]]), true, index, order});
  }
  struct Side {
    int bucket;
    std::int32_t face;
    std::array<std::int8_t, 3> order;
  };
  std::vector<Side> sides;
  for (std::size_t k = 0; k < mesh.faces.size(); ++k) {
    const auto& node = mesh.faces[k].node;
    std::array<std::int8_t, 3> order{0, 1, 2};
    std::sort(order.begin(), order.end(), [&](int a, int b) { return earlier(node[a], node[b]); });
    if (times[node[order[2]]] < never) {
      sides.push_back({buckets.of(times[node[order[2]]]), static_cast<std::int32_t>(k), order});
    }
  }
  const auto by_bucket = [](const auto& a, const auto& b) { return a.bucket < b.bucket; };
  std::stable_sort(updates.begin(), updates.end(), by_bucket);
  std::stable_sort(sides.begin(), sides.end(), by_bucket);

  std::vector<std::pair<std::int32_t, double>> arrivals;
  std::size_t u = 0, s = 0;
  for (int bucket = 0; bucket < ArrivalBuckets<double>::count; ++bucket) {
    arrivals.clear();
    for (; u < updates.size() && updates[u].bucket == bucket; ++u) {
      arrivals.push_back(carry_out(updates[u], mesh, w[0], times));
    }
    for (; s < sides.size() && sides[s].bucket == bucket; ++s) {
      const Face& f = mesh.faces[sides[s].face];
      const auto [a, b, c] = sides[s].order;
      arrivals.emplace_back(f.node[c], across_side(f, times, w[static_cast<int>(f.medium)][0], a, b, c));
    }
    for (const auto& [node, time] : arrivals) times[node] = std::min(times[node], time);
  }
}

}  // namespace tawara::propagation
