#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

/// A box of muscle cut into six tetrahedra per cube, centred at `centre`.
struct BoxMesh {
  std::vector<double> nodes;             // n x 3, mm
  std::vector<std::int32_t> tetrahedra;  // m x 4, positive volume

  [[nodiscard]] std::size_t n_nodes() const { return nodes.size() / 3; }
};

inline BoxMesh box_mesh(std::array<int, 3> cubes, double edge, std::array<double, 3> centre = {0, 0, 0}) {
  BoxMesh mesh;
  const auto id = [&](int i, int j, int k) { return (i * (cubes[1] + 1) + j) * (cubes[2] + 1) + k; };
  for (int i = 0; i <= cubes[0]; ++i)
    for (int j = 0; j <= cubes[1]; ++j)
      for (int k = 0; k <= cubes[2]; ++k) {
        mesh.nodes.push_back(centre[0] + (i - cubes[0] / 2.0) * edge);
        mesh.nodes.push_back(centre[1] + (j - cubes[1] / 2.0) * edge);
        mesh.nodes.push_back(centre[2] + (k - cubes[2] / 2.0) * edge);
      }
  // Kuhn: one tetrahedron per order in which the three axes are walked from one corner of the cube to the opposite one.
  constexpr int orders[6][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}};
  for (int i = 0; i < cubes[0]; ++i)
    for (int j = 0; j < cubes[1]; ++j)
      for (int k = 0; k < cubes[2]; ++k)
        for (int o = 0; o < 6; ++o) {
          std::array<int, 3> at = {i, j, k};
          std::array<int, 4> corner = {id(i, j, k), 0, 0, 0};
          for (int s = 0; s < 3; ++s) {
            ++at[orders[o][s]];
            corner[s + 1] = id(at[0], at[1], at[2]);
          }
          if (o >= 3) std::swap(corner[2], corner[3]);  // odd orders come out mirrored
          mesh.tetrahedra.insert(mesh.tetrahedra.end(), corner.begin(), corner.end());
        }
  return mesh;
}
