#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include "conduction/greedy_sites.hpp"

using tawara::propagation::greedy_sites;

namespace {

/// A dome of triangles; ab grows with height.
struct Dome {
  std::vector<double> nodes, ab;
  std::vector<std::int32_t> surface;
};

Dome dome() {
  Dome d;
  constexpr int rings = 24, around = 60;
  for (int r = 0; r < rings; ++r) {
    for (int k = 0; k < around; ++k) {
      const double phi = 2 * 3.141592653589793 * k / around, z = 60.0 * r / rings,
                   radius = 22 * std::sqrt(z / 60 + 0.02);
      d.nodes.insert(d.nodes.end(), {radius * std::cos(phi), radius * std::sin(phi), z});
      d.ab.push_back(z / 60);
      if (r + 1 < rings) {
        const int a = r * around + k, b = r * around + (k + 1) % around;
        for (const int i : {a, b, a + around, b, b + around, a + around}) d.surface.push_back(i);
      }
    }
  }
  return d;
}

double distance(const Dome& d, int a, int b) {
  return std::hypot(d.nodes[3 * a] - d.nodes[3 * b], d.nodes[3 * a + 1] - d.nodes[3 * b + 1],
                    d.nodes[3 * a + 2] - d.nodes[3 * b + 2]);
}

}  // namespace

TEST_CASE("sites keep their distance, leave no gap and stay below ab_max") {
  const Dome d = dome();
  const auto sites = greedy_sites(d.nodes, d.ab, d.surface, 15, 0.8);
  CHECK(sites.size() > 8);
  for (const auto a : sites) {
    CHECK(d.ab[a] <= 0.8);
    for (const auto b : sites) {
      if (a != b) CHECK(distance(d, a, b) > 15);
    }
  }
  for (const auto i : d.surface) {
    if (d.ab[i] > 0.8) continue;
    CHECK(std::any_of(sites.begin(), sites.end(), [&](auto s) { return distance(d, s, i) <= 15; }));
  }
  CHECK(std::is_sorted(sites.begin(), sites.end(), [&](auto a, auto b) { return d.ab[a] < d.ab[b]; }));
}

TEST_CASE("renumbering the nodes gives the same sites in the same order") {
  const Dome d = dome();
  std::vector<std::int32_t> now(d.ab.size());
  std::iota(now.begin(), now.end(), 0);
  std::shuffle(now.begin(), now.end(), std::mt19937(2));
  Dome other = d;
  for (std::size_t i = 0; i < now.size(); ++i) {
    other.ab[now[i]] = d.ab[i];
    for (int c = 0; c < 3; ++c) other.nodes[3 * now[i] + c] = d.nodes[3 * i + c];
  }
  for (auto& i : other.surface) i = now[i];
  auto sites = greedy_sites(d.nodes, d.ab, d.surface, 15, 0.8);
  for (auto& i : sites) i = now[i];
  CHECK(greedy_sites(other.nodes, other.ab, other.surface, 15, 0.8) == sites);
}

TEST_CASE("a surface above ab_max has no sites") {
  const Dome d = dome();
  CHECK(greedy_sites(d.nodes, std::vector<double>(d.ab.size(), 0.9), d.surface, 15, 0.8).empty());
}
