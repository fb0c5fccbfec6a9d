#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace tawara::ecg {

using Point = std::array<double, 3>;

inline Point operator+(const Point& a, const Point& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
inline Point operator-(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
inline Point operator*(double s, const Point& a) { return {s * a[0], s * a[1], s * a[2]}; }
inline double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
inline double norm(const Point& a) { return std::sqrt(dot(a, a)); }
inline Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Corners of tetrahedron c. @param nodes n x 3, mm  @param tetrahedra m x 4
inline std::array<Point, 4> corners(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                                    std::size_t c) {
  std::array<Point, 4> p;
  for (std::size_t k = 0; k < 4; ++k) {
    const double* x = &nodes[3 * static_cast<std::size_t>(tetrahedra[4 * c + k])];
    p[k] = {x[0], x[1], x[2]};
  }
  return p;
}

/// Positive when the corners are in the order Tawara's meshes keep.
inline double volume(const std::array<Point, 4>& p) { return dot(p[1] - p[0], cross(p[2] - p[0], p[3] - p[0])) / 6; }

inline Point centroid(const std::array<Point, 4>& p) { return 0.25 * (p[0] + p[1] + p[2] + p[3]); }

/// Gradients of the four linear shape functions, 1/mm; they sum to zero.
inline std::array<Point, 4> shape_gradients(const std::array<Point, 4>& p) {
  const Point a = p[1] - p[0], b = p[2] - p[0], c = p[3] - p[0];
  const double scale = 1 / dot(a, cross(b, c));
  const Point ga = scale * cross(b, c), gb = scale * cross(c, a), gc = scale * cross(a, b);
  return {-1.0 * (ga + gb + gc), ga, gb, gc};
}

/// Centre of mass of the muscle, mm.
inline Point centre_of_mass(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra) {
  Point sum{};
  double total = 0;
  for (std::size_t c = 0; c < tetrahedra.size() / 4; ++c) {
    const auto p = corners(nodes, tetrahedra, c);
    const double v = volume(p);
    sum = sum + v * centroid(p);
    total += v;
  }
  return (1 / total) * sum;
}

}  // namespace tawara::ecg
