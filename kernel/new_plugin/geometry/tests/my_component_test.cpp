#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  const auto mesh = my_component::box({3, 2, 1}, 0.5);
  check("nodes", static_cast<double>(mesh.nodes.size()), 3 * 4 * 3 * 2, 0);
  check("tetrahedra", static_cast<double>(mesh.tetrahedra.size()), 4 * 6 * 3 * 2 * 1, 0);
  for (std::size_t i = 0; i < mesh.tetrahedra.size() / 4; ++i)
    check("each a sixth of a cube, none inside out", my_component::volume(mesh, i), 0.125 / 6, 1e-15);
  return verdict();
}
