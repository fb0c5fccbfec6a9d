#pragma once
#include "heart_mesh.hpp"

/// A bar of cubes, six tetrahedra each, nodes at multiples of `spacing`.
inline tawara::geometry::HeartMesh make_bar(int nx, int ny, int nz, double spacing) {
  tawara::geometry::HeartMesh mesh;
  const auto number = [&](int x, int y, int z) { return (z * (ny + 1) + y) * (nx + 1) + x; };
  for (int z = 0; z <= nz; ++z)
    for (int y = 0; y <= ny; ++y)
      for (int x = 0; x <= nx; ++x) mesh.nodes.push_back(spacing * tawara::geometry::Point(x, y, z));
  // Walks along the three axes, in each order, from one corner of the cube to the opposite one.
  static constexpr int walks[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y)
      for (int x = 0; x < nx; ++x)
        for (const auto& walk : walks) {
          int at[3] = {x, y, z};
          tawara::geometry::Tetrahedron t;
          t[0] = number(at[0], at[1], at[2]);
          for (int k = 0; k < 3; ++k) {
            ++at[walk[k]];
            t[k + 1] = number(at[0], at[1], at[2]);
          }
          const bool odd = walk[0] == 0 ? walk[1] == 2 : walk[0] == 1 ? walk[1] == 0 : walk[1] == 1;
          if (odd) std::swap(t[2], t[3]);
          mesh.tetrahedra.push_back(t);
        }
  return mesh;
}
