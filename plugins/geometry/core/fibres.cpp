#include "fibres.hpp"

#include <cmath>
#include <numbers>
#include <optional>

namespace tawara::geometry {
namespace {

using Frame = Eigen::Quaterniond;  // columns of its matrix: circumferential, longitudinal, transmural

/// The frame of a wall; nothing where a direction is undefined (at the apex, or far from the surface a field belongs
/// to).
std::optional<Frame> frame_of(const Point& up, const Point& outward) {
  const double length = outward.norm();
  if (!(length > 1e-12)) return std::nullopt;
  Eigen::Matrix3d axes;
  axes.col(2) = outward / length;
  const Point along = up - up.dot(axes.col(2)) * axes.col(2);
  if (!(along.norm() > 1e-6 * up.norm())) return std::nullopt;
  axes.col(1) = along.normalized();
  axes.col(0) = axes.col(1).cross(axes.col(2));
  return Frame(axes).normalized();
}

/// Turn about the transmural axis by the helix angle, then about the fibre by the sheet angle (degrees).
Frame turned(const Frame& frame, double helix, double sheet) {
  constexpr double degree = std::numbers::pi / 180;
  return frame * Eigen::AngleAxisd(helix * degree, Point::UnitZ()) * Eigen::AngleAxisd(-sheet * degree, Point::UnitX());
}

/// Slerp to whichever of the frames equivalent to `to` (axes as lines: half turns about its axes) is nearest.
Frame interpolate(const Frame& from, const Frame& to, double fraction) {
  const Frame half_turns[] = {Frame(1, 0, 0, 0), Frame(0, 1, 0, 0), Frame(0, 0, 1, 0), Frame(0, 0, 0, 1)};
  Frame nearest = to;
  double best = -1;
  for (const Frame& half_turn : half_turns) {
    const Frame candidate = to * half_turn;
    if (const double likeness = std::abs(from.dot(candidate)); likeness > best) {
      best = likeness;
      nearest = candidate;
    }
  }
  return from.slerp(fraction, nearest).normalized();
}

std::optional<Frame> blend(const std::optional<Frame>& from, const std::optional<Frame>& to, double fraction) {
  if (from && to) return interpolate(*from, *to, fraction);
  return from ? from : to;
}

}  // namespace

Fibres rule_based_fibres(const Elements& elements, const Anatomy& anatomy, const Wall& wall, const Field& ab,
                         const FibreAngles& angles) {
  const std::vector<Point> up = elements.gradient_at_nodes(ab), to_epi = elements.gradient_at_nodes(wall.phi_epi),
                           to_lv = elements.gradient_at_nodes(wall.phi_lv),
                           to_rv = elements.gradient_at_nodes(wall.phi_rv);
  const std::size_t n = elements.mesh.nodes.size();
  Fibres result{std::vector<Point>(n), std::vector<Point>(n), std::vector<Point>(n)};

  for (std::size_t i = 0; i < n; ++i) {
    const double depth = wall.phi_epi[i];  // 0 at either endocardium, 1 at the epicardium
    const double cavities = wall.phi_lv[i] + wall.phi_rv[i];
    const double right = cavities > 0 ? wall.phi_rv[i] / cavities : 0.5;

    const double helix = (1 - depth) * angles.helix_endo + depth * angles.helix_epi;
    const double sheet = (1 - depth) * angles.sheet_endo + depth * angles.sheet_epi;
    // Across the septum the angles go from +endo on the left to -endo on the right. The right frame points into its
    // cavity, that is backwards in the right free wall, where a negative angle is therefore a positive helix.
    const double septal_helix = (1 - depth) * angles.helix_endo * (1 - 2 * right);
    const double septal_sheet = (1 - depth) * angles.sheet_endo * (1 - 2 * right);
    const auto turn = [](const std::optional<Frame>& frame, double h, double s) {
      return frame ? std::optional(turned(*frame, h, s)) : std::nullopt;
    };
    const auto left = turn(frame_of(up[i], -to_lv[i]), septal_helix + depth * angles.helix_epi,
                           septal_sheet + depth * angles.sheet_epi);
    const auto rv = turn(frame_of(up[i], to_rv[i]), septal_helix - depth * angles.helix_epi,
                         septal_sheet - depth * angles.sheet_epi);
    const auto epi = turn(frame_of(up[i], to_epi[i]), helix, sheet);
    std::optional<Frame> frame = blend(blend(left, rv, right), epi, depth);
    // On the long axis itself no circumference exists; any direction across it will do.
    if (!frame) frame = frame_of(anatomy.to_rv, -anatomy.up);

    const Eigen::Matrix3d axes = frame->toRotationMatrix();
    Point fibre = axes.col(0), across = axes.col(2);
    const Point from_axis = elements.mesh.nodes[i] - anatomy.lv_apex;
    const Point radial = from_axis - from_axis.dot(anatomy.up) * anatomy.up;
    if (fibre.dot(anatomy.up.cross(radial)) < 0) fibre = -fibre;
    if (across.dot(radial) < 0) across = -across;
    result.fibre[i] = fibre;
    result.sheet[i] = across;
    result.normal[i] = fibre.cross(across);
  }
  return result;
}

}  // namespace tawara::geometry
