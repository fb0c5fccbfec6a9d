#include "solvers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
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

/// Arrival at corner `to` of a surface triangle over its opposite side.
double across_side(const Face& f, const std::array<double, 3>& slowness, std::span<const double> times, int a, int b,
                   int to) {
  constexpr int side_of_face[3][3] = {{-1, 0, 1}, {0, -1, 2}, {1, 2, -1}};
  const auto m = [&](int i, int j) { return f.side[side_of_face[i][j]].time_squared(slowness); };
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
        if (to == from) continue;
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
      if (f.medium == Medium::muscle) continue;  // its tetrahedron has it
      const auto& slowness = w[static_cast<int>(f.medium)];
      const int from = static_cast<int>(std::find(f.node.begin(), f.node.end(), i) - f.node.begin());
      for (int to = 0; to < 3; ++to) {
        if (to == from) continue;
        offer(f.node[to], time + std::sqrt(f.side[to + from - 1].time_squared(slowness)));
        offer(f.node[to], across_side(f, slowness, times, from, 3 - to - from, to));
      }
    }
  }
  return times;
}

namespace {

/// Corners of an element by their times; ties by node.
template <std::size_t N>
std::array<std::int8_t, N> by_arrival(const std::array<std::int32_t, N>& node, std::span<const double> times) {
  std::array<std::int8_t, N> order{};
  std::iota(order.begin(), order.end(), std::int8_t{0});
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const double ta = times[node[a]], tb = times[node[b]];
    return ta != tb ? ta < tb : a < b;
  });
  return order;
}

/// Elements by the bucket of their latest node; unreached ones are left out.
template <class Element>
std::vector<std::pair<int, std::int32_t>> by_bucket(const std::vector<Element>& elements,
                                                    std::span<const double> times) {
  const ArrivalBuckets<double> buckets(times);
  std::vector<std::pair<int, std::int32_t>> queue;
  for (std::size_t k = 0; k < elements.size(); ++k) {
    double last = -never;
    for (const std::int32_t i : elements[k].node) last = std::max(last, times[i]);
    if (last < never) queue.emplace_back(buckets.of(last), static_cast<std::int32_t>(k));
  }
  std::sort(queue.begin(), queue.end());
  return queue;
}

}  // namespace

void improve_in_order_of_arrival(const FrontMesh& mesh, const Speeds& speeds, std::span<double> times) {
  const auto w = slownesses_squared<double>(speeds);
  const auto tetrahedra = by_bucket(mesh.tetrahedra, times), faces = by_bucket(mesh.faces, times);
  std::vector<std::pair<std::int32_t, double>> arrivals;
  auto next_tetrahedron = tetrahedra.begin();
  auto next_face = faces.begin();
  for (int bucket = 0; bucket < ArrivalBuckets<double>::count; ++bucket) {
    arrivals.clear();
    for (; next_tetrahedron != tetrahedra.end() && next_tetrahedron->first == bucket; ++next_tetrahedron) {
      const Tetrahedron& t = mesh.tetrahedra[next_tetrahedron->second];
      const auto [a, b, c, d] = by_arrival(t.node, times);
      arrivals.emplace_back(t.node[d], arrival_at_corner(Element(t, w[0]), t, times, a, b, c, d));
    }
    for (; next_face != faces.end() && next_face->first == bucket; ++next_face) {
      const Face& f = mesh.faces[next_face->second];
      const auto [a, b, c] = by_arrival(f.node, times);
      arrivals.emplace_back(f.node[c], across_side(f, w[static_cast<int>(f.medium)], times, a, b, c));
    }
    for (const auto& [node, time] : arrivals) times[node] = std::min(times[node], time);
  }
}

}  // namespace tawara::propagation
