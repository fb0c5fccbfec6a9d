#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  const double nodes[] = {0, 0, 0, 10, 0, 0, 0, 10, 0};
  check("nearest", my_component::nearest_node(nodes, {6, 1, 3}), 1, 0);
  check("the first of equals", my_component::nearest_node(nodes, {5, 5, 0}), 0, 0);
  return verdict();
}
