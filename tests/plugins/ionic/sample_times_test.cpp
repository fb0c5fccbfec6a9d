#include "recordings/sample_times.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "../../message_of.hpp"
#include "protocols/quiet.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::recordings;

namespace {

using Steps = std::vector<Recordings::Step>;

std::vector<double> times(const SampleTimes& sampling, const Steps& steps) {
  const auto pieces = held_voltages(steps);
  const auto found = sampling.of(pieces);
  CHECK(sampling.count(pieces) == found.size());
  return found;
}

void check_times(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("samples are taken evenly through the whole command, and closer together after each jump") {
  check_times(times({.step = 2}, {{-80, 5}, {0, 5}}), {0, 2, 4, 6, 8});
  check_times(times({.step = 2, .onset = 1, .onset_step = 0.25}, {{-80, 5}, {0, 5}}),
              {0, 0.25, 0.5, 0.75, 2, 4, 5, 5.25, 5.5, 5.75, 6, 8});
  // The grid goes on through the jump at 5 ms, but not within the onset.
  check_times(times({.step = 2, .onset = 1.5, .onset_step = 0.5}, {{-80, 5}, {0, 5}}), {0, 0.5, 1, 2, 4, 5, 5.5, 6, 8});
}

TEST_CASE("two steps with the same voltage have no jump between them") {
  const SampleTimes sampling{.step = 2, .onset = 1, .onset_step = 0.5};
  check_times(times(sampling, {{-80, 3}, {-80, 4}, {0, 3}}), times(sampling, {{-80, 7}, {0, 3}}));
  // An onset that is longer than the first of the two goes on in the second.
  check_times(times({.step = 4, .onset = 3, .onset_step = 1}, {{-80, 1.5}, {-80, 6.5}}), {0, 1, 2, 4});
  CHECK(command_of(held_voltages(Steps{{-80, 3}, {-80, 4}, {0, 3}})) == Steps{{-80, 7}, {0, 3}});
}

TEST_CASE("an onset as long as the step leaves nothing of the grid, and edges need not be on it") {
  check_times(times({.step = 4, .onset = 10, .onset_step = 2}, {{-80, 5}, {0, 3.3}}), {0, 2, 4, 5, 7});
  check_times(times({.step = 1}, {{-80, 0.3}, {0, 0.3}, {10, 0.4}, {20, 1.5}}), {0, 1, 2});
}

TEST_CASE("a command is the same whether steps or a drive say it, at decimal durations too") {
  const protocols::ClampDrive drive({{-80, 33.3, {}}, {0, 46.7, {}}, {0, 0.1, {}}, {20, 20.2, {}}}, {});
  const Steps expected = {{-80, 33.3}, {0, 46.8}, {20, 20.2}};
  for (const int sweep : {0, 1, 7}) {
    const auto pieces = held_voltages(drive, drive.beat_start(sweep), drive.beat_start(sweep + 1));
    CHECK(pieces.size() == 4);
    CHECK(command_of(pieces) == expected);
  }
  const SampleTimes sampling{.step = 0.7, .onset = 2, .onset_step = 0.3};
  check_times(sampling.of(held_voltages(drive, 0, drive.beat_start(1))), times(sampling, expected));
}

TEST_CASE("ramps and protocols that do not clamp have no held voltages") {
  const protocols::ClampDrive ramp({{-80, 10, 20.0}}, {});
  CHECK(message_of([&] { (void)held_voltages(ramp, 0, 10); }).find("the command has ramps") == 0);
  CHECK(message_of([&] { (void)held_voltages(protocols::QuietDrive(), 0, 10); }).find("does not clamp") !=
        std::string::npos);
}
