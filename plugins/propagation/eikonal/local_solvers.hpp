#pragma once
#include <cmath>
#include <limits>

namespace tawara::propagation {

/// Arrival at the last corner of a triangle from linear times on the opposite edge.
///
/// min over x on the edge of t(x) + time(x, corner 3), where that minimum lies inside the edge; +inf where it lies at
/// an end (links carry that case). With time t linear on the edge, its slope D = t2 - t1 fixes the in-line part of the
/// front's gradient and the eikonal equation the rest, so
///   t3 = t1 + (r D + sqrt((m12 - D^2)(m12 m13 - r^2))) / m12,   r = (x3 - x1).(x2 - x1) in the metric.
///
/// @param t1, t2         times at the edge's ends, ms
/// @param m12, m13, m23  squared travel times along the sides, ms^2
/// Source: the planar-front update of Kimmel and Sethian, PNAS 1998, in terms of side lengths only.
template <class Real>
[[nodiscard]] Real arrival_across_triangle(Real t1, Real t2, Real m12, Real m13, Real m23) {
  constexpr Real never = std::numeric_limits<Real>::infinity();
  const Real D = t2 - t1;
  const Real S = m12 - D * D;
  const Real r = Real(0.5) * (m12 + m13 - m23);
  const Real height = m12 * m13 - r * r;
  if (!(S > 0) || !(height > 0)) return never;
  const Real root = std::sqrt(S * height);
  const Real foot = r * S - root * D;  // times 1/(m12 S): where the characteristic crosses the edge, 0 at x1, 1 at x2
  if (!(foot >= 0) || !(foot <= m12 * S)) return never;
  return t1 + (r * D + root) / m12;
}

/// Squared travel times along the six sides of a tetrahedron, ms^2.
template <class Real>
struct Sides {
  Real m12, m13, m23;  ///< face the front comes from
  Real m14, m24, m34;  ///< to the corner it reaches
};

/// Arrival at corner 4 of a tetrahedron from linear times on the opposite face; +inf where the characteristic does not
/// come through the inside of that face (triangles and links carry that case).
///
/// The face's times fix the in-plane gradient g (slopes D2, D3 along its sides); what is left of the unit slowness acts
/// over the corner's height h: t4 = t1 + g.r + sqrt(1 - |g|^2) h, all in the metric.
/// Source: Fu, Kirby and Whitaker, SIAM J Sci Comput 2013 (the same minimum), written in side lengths.
template <class Real>
[[nodiscard]] Real arrival_across_tetrahedron(Real t1, Real t2, Real t3, const Sides<Real>& m) {
  constexpr Real never = std::numeric_limits<Real>::infinity();
  const Real half = Real(0.5);
  const Real D2 = t2 - t1, D3 = t3 - t1;
  const Real p = half * (m.m12 + m.m13 - m.m23);
  const Real r2 = half * (m.m12 + m.m14 - m.m24), r3 = half * (m.m13 + m.m14 - m.m34);
  const Real area = m.m12 * m.m13 - p * p;                        // Gram determinant of the face
  const Real d2 = m.m13 * D2 - p * D3, d3 = m.m12 * D3 - p * D2;  // area * in-plane gradient, in side coordinates
  const Real a2 = m.m13 * r2 - p * r3, a3 = m.m12 * r3 - p * r2;  // area * corner's projection, likewise
  const Real S = area - (D2 * d2 + D3 * d3);                      // area * (1 - |g|^2)
  const Real volume = area * m.m14 - (r2 * a2 + r3 * a3);         // area * h^2
  if (!(S > 0) || !(volume > 0)) return never;
  const Real root = std::sqrt(S * volume);
  const Real foot2 = a2 * S - root * d2, foot3 = a3 * S - root * d3;  // area * S * barycentric coordinates of the foot
  if (!(foot2 >= 0) || !(foot3 >= 0) || !(foot2 + foot3 <= area * S)) return never;
  return t1 + (r2 * d2 + r3 * d3 + root) / area;
}

}  // namespace tawara::propagation
