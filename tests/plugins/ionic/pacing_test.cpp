#include "protocols/pacing.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tawara;
using protocols::PacingDrive;

TEST_CASE("pulses act from their onset up to, not including, their end") {
  const PacingDrive drive(1000, 2, -40, 5);
  CHECK(drive.I_stim(0) == 0);
  CHECK(drive.I_stim(5) == -40);
  CHECK(drive.I_stim(6.999) == -40);
  CHECK(drive.I_stim(7) == 0);
  CHECK(drive.I_stim(1005) == -40);
}

TEST_CASE("edges of pacing are the ends of pulses and the beginnings of beats") {
  const PacingDrive drive(1000, 2, -40, 5);
  CHECK(drive.next_edge(0) == 5);
  CHECK(drive.next_edge(5) == 7);
  CHECK(drive.next_edge(7) == 1005);
  CHECK(drive.next_edge(1006) == 1007);
}

TEST_CASE("walking from edge to edge visits every pulse once, whatever the rounding of the period") {
  const double period = 60000.0 / 74;
  const PacingDrive drive(period, 1, -53, 0);
  double t = 0;
  for (int n = 0; n < 5000; ++n) {
    REQUIRE(t == drive.beat_start(n));
    REQUIRE(drive.I_stim(t) == -53);
    t = drive.next_edge(t);
    REQUIRE(t == drive.beat_start(n) + 1);
    REQUIRE(drive.I_stim(t) == 0);
    t = drive.next_edge(t);
  }
}

TEST_CASE("a pulse as long as the period is refused, with both numbers") {
  std::string message;
  try {
    PacingDrive(500, 500, -10, 0);
  } catch (const ScenarioError& error) {
    CHECK(error.parameter() == "duration");
    message = error.what();
  }
  CHECK(message.find("500") != std::string::npos);
  CHECK(message.find("shorten duration or lengthen period") != std::string::npos);
}
