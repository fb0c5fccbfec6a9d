#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "../tetrahedra.hpp"

namespace tawara::ecg {

inline constexpr std::size_t n_electrodes = 10;
enum Electrode : std::size_t { LA, RA, LL, RL, V1, V2, V3, V4, V5, V6 };
inline constexpr std::array<const char*, n_electrodes> electrode_names = {"LA", "RA", "LL", "RL", "V1",
                                                                          "V2", "V3", "V4", "V5", "V6"};

/// Positions in the order of electrode_names; mm, patient axes (+x left, +y back, +z head).
using ElectrodeSet = std::array<Point, n_electrodes>;

/// A torso as an upright elliptic cylinder about the heart. The heart lies left of the mid-line and towards the front,
/// so the cylinder's axis passes `heart_left` to the right of and `heart_front` behind the heart's centre of mass. All
/// mm.
struct TorsoRule {
  double half_width = 160;
  double half_depth = 110;
  double heart_left = 25;
  double heart_front = 25;
};

/// Where an electrode sits on the cylinder.
struct ElectrodeAngle {
  double angle;   ///< degrees about the axis: 0 front mid-line, +90 left side, -90 right side
  double height;  ///< mm above the heart's centre of mass
};

/// The one table of the rule. V1, V2: fourth intercostal space at the sternal borders (about 2 cm either side of the
/// mid-line); V4: fifth space, mid-clavicular line; V3 midway between V2 and V4; V5, V6: level with V4 at the anterior
/// and mid-axillary lines (Kligfield et al., Circulation 2007, doi:10.1161/CIRCULATIONAHA.106.180200, for the anatomy;
/// angles and heights are ours). Limb electrodes on the trunk, shoulders and hips, as Mason and Likar placed them.
inline constexpr std::array<ElectrodeAngle, n_electrodes> torso_table = {{
    {60, 180},    // LA
    {-60, 180},   // RA
    {50, -260},   // LL
    {-50, -260},  // RL
    {-8, 15},     // V1
    {8, 15},      // V2
    {20, 0},      // V3
    {33, -15},    // V4
    {58, -15},    // V5
    {85, -15},    // V6
}};

/// @param heart  centre of mass of the muscle, mm
[[nodiscard]] ElectrodeSet electrodes_by_rule(const Point& heart, const TorsoRule& rule);

/// Read name,x,y,z per row in any order (header optional), or ten rows x,y,z in the order of electrode_names. mm.
/// @throws DataError with file and line
[[nodiscard]] ElectrodeSet read_electrodes(const std::filesystem::path& file);

/// The first tetrahedron that holds the point (faces included), if any. O(m).
[[nodiscard]] std::optional<std::size_t> tetrahedron_at(std::span<const double> nodes,
                                                        std::span<const std::int32_t> tetrahedra, const Point& point);

/// The pseudo-ECG is singular at its electrodes. @throws GeometryError naming the first electrode inside the muscle
void require_outside(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                     const ElectrodeSet& electrodes);

}  // namespace tawara::ecg
