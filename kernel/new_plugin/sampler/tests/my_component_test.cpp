#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  tawara::Prior a, b;
  a.path = "cell.a";
  a.a = 0;
  a.b = 10;
  b.path = "cell.b";
  b.a = -1;
  b.b = 1;
  const std::vector<tawara::Prior> priors = {a, b};
  const auto rows = my_component::one_at_a_time(priors, 0.1);
  check("rows", static_cast<double>(rows.size()), 5, 0);
  check("median of a", rows[0][0][0], 5, 1e-12);
  check("a low", rows[1][0][0], 1, 1e-12);
  check("b stays", rows[1][1][0], 0, 1e-12);
  check("b high", rows[4][1][0], 0.8, 1e-12);
  check("a stays", rows[4][0][0], 5, 1e-12);
  return verdict();
}
