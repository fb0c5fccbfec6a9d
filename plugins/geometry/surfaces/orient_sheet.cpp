#include "orient_sheet.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

struct Neighbour {
  std::size_t triangle;
  bool against;  ///< both run through the common edge in the same direction
};

std::vector<std::vector<Neighbour>> find_neighbours(const std::vector<Triangle>& triangles) {
  struct User {
    std::size_t triangle;
    bool forwards;
  };
  std::map<std::array<std::int32_t, 2>, std::vector<User>> users;
  for (std::size_t k = 0; k < triangles.size(); ++k)
    for (int corner = 0; corner < 3; ++corner) {
      const std::int32_t a = triangles[k][corner], b = triangles[k][(corner + 1) % 3];
      users[{std::min(a, b), std::max(a, b)}].push_back({k, a < b});
    }
  std::vector<std::vector<Neighbour>> neighbours(triangles.size());
  for (const auto& [edge, pair] : users) {
    if (pair.size() != 2) continue;
    const bool against = pair[0].forwards == pair[1].forwards;
    neighbours[pair[0].triangle].push_back({pair[1].triangle, against});
    neighbours[pair[1].triangle].push_back({pair[0].triangle, against});
  }
  return neighbours;
}

}  // namespace

void turn_parts_alike(TriangleSurface& surface) {
  const std::size_t n = surface.triangles.size();
  const auto neighbours = find_neighbours(surface.triangles);
  const auto at = [&](std::size_t k) {
    const auto& [a, b, c] = surface.triangles[k];
    return place((surface.vertices[a] + surface.vertices[b] + surface.vertices[c]) / 3);
  };

  std::vector<signed char> turned(n, -1);  // against the first triangle of its piece
  std::size_t n_turned = 0;
  for (std::size_t first = 0; first < n; ++first) {
    if (turned[first] >= 0) continue;
    turned[first] = 0;
    for (std::deque<std::size_t> queue{first}; !queue.empty(); queue.pop_front())
      for (const auto& [next, against] : neighbours[queue.front()]) {
        const auto wanted = static_cast<signed char>(against != (turned[queue.front()] == 1));
        if (turned[next] < 0) {
          turned[next] = wanted;
          n_turned += wanted;
          queue.push_back(next);
        } else if (turned[next] != wanted) {
          throw GeometryError(surface.name + ": has one side only, like a Moebius strip, at " + at(next));
        }
      }
  }
  const signed char minority = n_turned <= n / 2 ? 1 : 0;

  // Parts of the minority: triangles that agree with one another.
  std::vector<char> visited(n, 0);
  for (std::size_t first = 0; first < n; ++first) {
    if (visited[first] || turned[first] != minority) continue;
    std::vector<std::size_t> part{first};
    visited[first] = 1;
    for (std::size_t k = 0; k < part.size(); ++k)
      for (const auto& [next, against] : neighbours[part[k]])
        if (!against && !visited[next]) {
          visited[next] = 1;
          part.push_back(next);
        }
    if (20 * part.size() < n)
      throw GeometryError(surface.name + ": " + std::to_string(part.size()) +
                          " inverted triangle(s), turned against their neighbours, at " + at(first) +
                          "; reverse them or smooth the fold they belong to");
    for (const std::size_t k : part) std::swap(surface.triangles[k][1], surface.triangles[k][2]);
  }
}

}  // namespace tawara::geometry
