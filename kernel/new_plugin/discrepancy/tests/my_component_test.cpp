#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  using my_component::outside;
  check("inside", outside(300, 250, 350), 0, 0);
  check("on the edge", outside(350, 250, 350), 0, 0);
  check("half a width above", outside(400, 250, 350), 1, 1e-15);
  check("a tenth of that below", outside(245, 250, 350), 0.1, 1e-15);
  return verdict();
}
