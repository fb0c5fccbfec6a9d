#include "protocols/quiet.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../one_component.hpp"

using namespace tawara;

TEST_CASE("a cell left alone has no stimulus, no edge and one beat that never ends") {
  OneComponent<protocols::Quiet> it;
  it.prepare();
  const auto& protocol = *static_cast<const Protocol*>(it.prepared->ability("protocol"));
  const auto drive = protocol.drive({.amplitude = -53, .duration = 1});
  for (const double t : {0.0, 0.5, 1000.0, 1e9}) {
    CHECK(drive->I_stim(t) == 0);
    CHECK_FALSE(drive->V_command(t));
    CHECK(drive->next_edge(t) == INFINITY);
  }
  CHECK(drive->piecewise_constant());
  CHECK(drive->beat_start(0) == 0);
  CHECK(drive->beat_start(1) == INFINITY);
}
