#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  using my_component::remaining;
  check("without the drug", remaining(0, 100, 0.8), 1, 0);
  check("half the largest block at EC50", remaining(100, 100, 0.8), 0.6, 1e-15);
  check("the largest block", remaining(1e12, 100, 0.8), 0.2, 1e-9);
  return verdict();
}
