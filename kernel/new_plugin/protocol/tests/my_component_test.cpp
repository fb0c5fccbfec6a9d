#include "../src/my_component.hpp"
#include "check.hpp"

int main() {
  const my_component::PairedDrive drive(1000, 400, {.amplitude = -30, .duration = 2});
  check("before the first beat", drive.I_stim(-1), 0, 0);
  check("first stimulus", drive.I_stim(0), -30, 0);
  check("when it ends", drive.I_stim(2), 0, 0);
  check("second stimulus, later beat", drive.I_stim(3401), -30, 0);
  // From edge to edge through two beats.
  const double edges[] = {0, 2, 400, 402, 1000, 1002, 1400, 1402, 2000};
  double t = -1;
  for (const double edge : edges) check("edge", t = drive.next_edge(t), edge, 0);
  check("third beat", drive.beat_start(2), 2000, 0);
  return verdict();
}
