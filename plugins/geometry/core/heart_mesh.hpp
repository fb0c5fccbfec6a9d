#pragma once
#include <Eigen/Geometry>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::geometry {

using Point = Eigen::Vector3d;  ///< mm, patient axes: +x left, +y back, +z head
using Triangle = std::array<std::int32_t, 3>;
using Tetrahedron = std::array<std::int32_t, 4>;

/// The muscle of both ventricles. Tetrahedra have positive volume; the four surfaces cover the boundary exactly once,
/// with normals out of the muscle.
struct HeartMesh {
  std::vector<Point> nodes;
  std::vector<Tetrahedron> tetrahedra;
  std::vector<Triangle> epi, lv_endo, rv_endo, base;
};

/// Called between the stages of long work with the fraction done; may throw to stop it.
using Checkpoint = std::function<void(double fraction, std::string_view stage)>;

}  // namespace tawara::geometry
