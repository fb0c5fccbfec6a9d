#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  // One tetrahedron of volume 1/6 with its centre at (1, 1, 1)/4.
  const double nodes[] = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  const std::int32_t tetrahedra[] = {0, 1, 2, 3};
  const auto w = my_component::weights(nodes, tetrahedra, {10.25, 0.25, 0.25});
  check("V_m counts up to a constant", w[0] + w[1] + w[2] + w[3], 0, 1e-15);
  // V_m = -x, a wave that comes towards the electrode 10 mm away: volume/10^2.
  check("towards the electrode", -w[1], 1.0 / 6 / 100, 1e-12);
  check("across", w[2], 0, 1e-15);
  return verdict();
}
