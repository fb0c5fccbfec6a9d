#include "protocols/s1s2.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "../../message_of.hpp"
#include "../../one_component.hpp"

using namespace tawara;
using protocols::S1S2;
using protocols::S1S2Drive;

namespace {

constexpr IonicModel::Stimulus pulse = {.amplitude = -40, .duration = 2};

const Protocol& protocol(const OneComponent<S1S2>& it) {
  return *static_cast<const Protocol*>(it.prepared->ability("protocol"));
}

}  // namespace

TEST_CASE("S2 is the beat after the train, an interval after the last S1, and nothing follows it") {
  const S1S2Drive drive({.S1_beats = 3, .period = 500, .S2_interval = 320, .start = 10}, pulse);
  CHECK(drive.beat_start(0) == 10);
  CHECK(drive.beat_start(2) == 1010);
  CHECK(drive.beat_start(3) == 1330);
  CHECK(drive.beat_start(4) == 1830);
  CHECK(drive.beat_start(5) == INFINITY);
  CHECK(drive.I_stim(1330) == -40);
  CHECK(drive.I_stim(1331.999) == -40);
  CHECK(drive.I_stim(1332) == 0);
  CHECK(drive.I_stim(1510) == 0);  // where a fourth S1 would be
  CHECK(drive.I_stim(1830) == 0);
  CHECK_FALSE(drive.V_command(0));
  CHECK(drive.piecewise_constant());
}

TEST_CASE("edges of S1 and S2 are the beginnings and ends of their pulses, visited once each") {
  const double period = 60000.0 / 74;
  const int beats = 3000;
  const S1S2Drive drive({.S1_beats = beats, .period = period, .S2_interval = 333.3, .start = 0}, pulse);
  double t = 0;
  for (int n = 0; n <= beats; ++n) {
    REQUIRE(t == drive.beat_start(n));
    REQUIRE(drive.I_stim(t) == -40);
    REQUIRE(drive.I_stim(std::nextafter(t, 0.0)) == (n == 0 ? -40 : 0));
    t = drive.next_edge(t);
    REQUIRE(t == drive.beat_start(n) + 2);
    REQUIRE(drive.I_stim(t) == 0);
    REQUIRE(drive.I_stim(std::nextafter(t, 0.0)) == -40);
    t = drive.next_edge(t);
  }
  CHECK(t == INFINITY);
  CHECK(drive.beat_start(beats) == (beats - 1) * period + 333.3);
}

TEST_CASE("an S2 later than the period comes after a pause") {
  const S1S2Drive drive({.S1_beats = 2, .period = 500, .S2_interval = 1200, .start = 0}, pulse);
  CHECK(drive.next_edge(502) == 1700);
  CHECK(drive.I_stim(1000) == 0);
  CHECK(drive.I_stim(1700) == -40);
}

TEST_CASE("S1 and S2 take amplitude and duration from the model unless told") {
  OneComponent<S1S2> it;
  it.set("S1_beats", 1).set("S2_interval", 300.0).prepare();
  auto drive = protocol(it).drive({.amplitude = -53, .duration = 1});
  CHECK(drive->I_stim(300.5) == -53);
  CHECK(drive->next_edge(300) == 301);
  it.set("amplitude", -20.0).set("duration", 5.0).prepare();
  drive = protocol(it).drive({.amplitude = -53, .duration = 1});
  CHECK(drive->I_stim(304) == -20);
  CHECK(drive->next_edge(300) == 305);
}

TEST_CASE("a pulse that does not fit before S2 is refused, with both numbers") {
  OneComponent<S1S2> it;
  it.set("duration", 5.0).set("S2_interval", 4.0);
  CHECK(message_of([&] { it.prepare(); })
            .find("the stimulus lasts 5 ms, which is not less than the S2_interval of 4 ms; shorten duration or "
                  "lengthen S2_interval") != std::string::npos);
  it.set("S2_interval", 400.0).set("period", 5.0);
  CHECK(message_of([&] { it.prepare(); }).find("not less than the period of 5 ms") != std::string::npos);
}
