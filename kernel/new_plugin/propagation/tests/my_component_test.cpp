#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  using my_component::travel_time;
  check("along the fibre", travel_time({6, 0, 0}, {1, 0, 0}, 0.6, 0.3), 10, 1e-12);
  check("across", travel_time({0, 6, 0}, {1, 0, 0}, 0.6, 0.3), 20, 1e-12);
  check("both: 3, 4, 5", travel_time({3, 2, 0}, {1, 0, 0}, 1, 0.5), 5, 1e-12);
  check("nowhere", travel_time({0, 0, 0}, {1, 0, 0}, 1, 1), 0, 0);
  return verdict();
}
