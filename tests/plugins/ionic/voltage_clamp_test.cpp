#include "protocols/voltage_clamp.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "../../tawara_command.hpp"

using namespace tawara;
using protocols::ClampDrive;
using protocols::ClampStep;
using protocols::VoltageClamp;

namespace {

constexpr double inf = INFINITY;

std::unique_ptr<Protocol::Drive> drive_of(OneComponent<VoltageClamp>& it) {
  it.prepare();
  return static_cast<const Protocol*>(it.prepared->ability("protocol"))->drive({.amplitude = -53, .duration = 1});
}

Value step(double V, double duration) { return Record{{"V", V}, {"duration", duration}, {"ramp_to", Value()}}; }

std::filesystem::path csv(const std::string& text) {
  const auto file = fresh_folder("voltage_clamp") / "steps.csv";
  std::ofstream(file) << text;
  return file;
}

#define CHECK_SAYS(action, text)                             \
  {                                                          \
    const std::string message = message_of([&] { action; }); \
    INFO(message);                                           \
    CHECK(message.find(text) != std::string::npos);          \
  }

}  // namespace

TEST_CASE("a clamp commands each step from its onset up to, not including, its end") {
  const ClampDrive drive({{-100, 250, {}}, {0, 10.5, {}}, {40, 250, {}}}, {});
  CHECK(drive.V_command(0) == -100);
  CHECK(drive.V_command(std::nextafter(250, 0)) == -100);
  CHECK(drive.V_command(250) == 0);
  CHECK(drive.V_command(std::nextafter(260.5, 0)) == 0);
  CHECK(drive.V_command(260.5) == 40);
  CHECK(drive.next_edge(0) == 250);
  CHECK(drive.next_edge(250) == 260.5);
  CHECK(drive.next_edge(260.5) == 510.5);
  CHECK(drive.I_stim(250) == 0);
  CHECK(drive.piecewise_constant());
}

TEST_CASE("sweeps of a clamp are its beats, and repeat it") {
  const ClampDrive drive({{-100, 300, {}}, {20, 200, {}}}, {});
  CHECK(drive.beat_start(0) == 0);
  CHECK(drive.beat_start(1) == 500);
  CHECK(drive.beat_start(7) == 3500);
  CHECK(drive.V_command(500) == -100);
  CHECK(drive.V_command(3799) == -100);
  CHECK(drive.V_command(3800) == 20);
}

TEST_CASE("the holding potential stands before the steps and until the next sweep") {
  const ClampDrive drive({{0, 100, {}}}, {.V = -75, .before = 20, .sweep_interval = 1000});
  CHECK(drive.V_command(0) == -75);
  CHECK(drive.V_command(20) == 0);
  CHECK(drive.V_command(120) == -75);
  CHECK(drive.V_command(999) == -75);
  CHECK(drive.next_edge(0) == 20);
  CHECK(drive.next_edge(20) == 120);
  CHECK(drive.next_edge(120) == 1000);
  CHECK(drive.next_edge(1000) == 1020);
  CHECK(drive.beat_start(3) == 3000);
}

TEST_CASE("a ramp is a straight line, and joins what follows") {
  const ClampDrive drive({{-80, 50, {}}, {-80, 100, 20}, {20, 50, {}}}, {});
  CHECK_FALSE(drive.piecewise_constant());
  CHECK(*drive.V_command(50) == -80);
  CHECK(*drive.V_command(75) == doctest::Approx(-55));
  CHECK(*drive.V_command(100) == doctest::Approx(-30));
  CHECK(*drive.V_command(std::nextafter(150, 0)) == doctest::Approx(20));
  CHECK(*drive.V_command(150) == 20);
  CHECK(drive.next_edge(50) == 150);
  // A second sweep runs along the same line.
  CHECK(*drive.V_command(300) == doctest::Approx(-30));
}

TEST_CASE("walking a clamp from edge to edge for a long time meets every step at its computed time") {
  const ClampDrive drive({{-100, 0.1, {}}, {0, 0.2, {}}, {30, 1.0 / 3, {}}},
                         {.V = -90, .before = 0.1, .sweep_interval = 0.9});
  const double V[] = {-90, -100, 0, 30, -90};
  double t = 0;
  for (int n = 0; n < 20000; ++n) {
    REQUIRE(t == drive.beat_start(n));
    REQUIRE(t == n * 0.9);
    for (const double expected : V) {
      REQUIRE(drive.V_command(t) == expected);
      const double next = drive.next_edge(t);
      REQUIRE(next > t);
      REQUIRE(drive.V_command(std::nextafter(next, 0)) == expected);
      t = next;
    }
  }
}

TEST_CASE("a sweep interval equal to the steps up to rounding leaves no pause") {
  const ClampDrive drive({{-100, 0.1, {}}, {0, 0.2, {}}}, {.V = -90, .before = 0, .sweep_interval = 0.3});
  CHECK(drive.next_edge(0.15) == 0.3);
  CHECK(drive.beat_start(1) == 0.3);
  CHECK(drive.V_command(0.3) == -100);
}

TEST_CASE("steps come from the scenario; one without V is at V_test") {
  OneComponent<VoltageClamp> it;
  it.set("steps", List{step(-80, 100), Record{{"V", Value()}, {"duration", 200.0}, {"ramp_to", Value()}}});
  it.set("V_test", 15.0);
  const auto drive = drive_of(it);
  CHECK(drive->V_command(99) == -80);
  CHECK(drive->V_command(100) == 15);
  CHECK(drive->beat_start(1) == 300);
}

TEST_CASE("steps come from a CSV, in its units") {
  OneComponent<VoltageClamp> it;
  it.set("file", csv("# my protocol\nduration [s],V_m [V],ramp_to [mV]\n0.1,-0.08,\n\n0.05,-0.08,40\r\n").string());
  const auto drive = drive_of(it);
  CHECK(*drive->V_command(0) == doctest::Approx(-80));
  CHECK(drive->next_edge(0) == doctest::Approx(100));
  CHECK(*drive->V_command(125) == doctest::Approx(-20));
  CHECK(drive->beat_start(1) == doctest::Approx(150));
  it.set("file", csv("\xEF\xBB\xBFV (mV);duration (ms)\n-40;250\n10;100\n").string());
  CHECK(drive_of(it)->V_command(250) == 10);
}

TEST_CASE("a clamp's CSV that cannot be read says where and why") {
  const auto read = [](const std::string& text) { (void)protocols::read_clamp_steps(csv(text)); };
  CHECK_SAYS(read(""), "steps.csv:0: the file is empty; its first row must name");
  CHECK_SAYS(read("duration [ms]\n10\n"), "steps.csv:1: the column V_m [mV] is missing");
  CHECK_SAYS(read("V_m [mV]\n10\n"), "steps.csv:1: the column duration [ms] is missing");
  CHECK_SAYS(read("V_m [mV],duration [ms],ramp\n"), "steps.csv:1: the column 'ramp' is not known");
  CHECK_SAYS(read("V_m [uV],duration [ms]\n"), "steps.csv:1: V_m is in 'uV'; expected mV or V");
  CHECK_SAYS(read("V,V_m,duration\n"), "steps.csv:1: two columns are called V_m");
  CHECK_SAYS(read("V_m [mV],duration [ms]\n"), "steps.csv:1: no steps, only a header");
  CHECK_SAYS(read("V_m [mV],duration [ms]\n-40,10\n-40\n"), "steps.csv:3: 1 cells where the header has 2");
  CHECK_SAYS(read("V_m [mV],duration [ms]\n-40,ten\n"), "steps.csv:2: duration must be a number, found 'ten'");
  CHECK_SAYS(read("V_m [mV],duration [ms]\nnan,10\n"), "steps.csv:2: a command of nan mV is outside -200 to 200 mV");
  CHECK_SAYS(read("V_m [V],duration [ms]\n-40,10\n"), "steps.csv:2: a command of -40000 mV is outside");
  CHECK_SAYS(read("V_m [mV],duration [ms],ramp_to\n-40,10,201\n"), "steps.csv:2: a command of 201 mV is outside");
  CHECK_SAYS(read("V_m [mV],duration [ms]\n-40,0\n"), "steps.csv:2: a step of 0 ms; expected a duration above 0 ms");
  CHECK_SAYS((void)protocols::read_clamp_steps("/nowhere/steps.csv"), "steps.csv: the file cannot be opened");
}

TEST_CASE("steps that cannot be are refused in words") {
  CHECK_SAYS(ClampDrive({}, {}), "the list of steps is empty");
  CHECK_SAYS(ClampDrive({{0, 10, {}}, {-240, 10, {}}}, {}), "step 2: a command of -240 mV is outside -200 to 200 mV");
  CHECK_SAYS(ClampDrive({{0, 10, 210}}, {}), "step 1: a command of 210 mV is outside");
  CHECK_SAYS(ClampDrive({{0, -1, {}}}, {}), "step 1: a step of -1 ms; expected a duration above 0 ms");
  CHECK_SAYS(ClampDrive({{0, inf, {}}}, {}), "step 1: a step of inf ms");
  CHECK_SAYS(ClampDrive({{0, 10, {}}}, {.V = NAN, .before = 0, .sweep_interval = {}}), "a command of nan mV");
  CHECK_SAYS(ClampDrive({{0, 10, {}}}, {.V = -80, .before = 1, .sweep_interval = 10}),
             "sweeps follow one another after 10 ms, but one lasts 11 ms; lengthen sweep_interval");
}

TEST_CASE("a clamp takes the steps that a search of the same scenario has found") {
  Table found;
  found.add("V_m", "mV", {-100, 20}).add("duration", "ms", {250, 500});
  OneComponent<VoltageClamp> it;
  it.fill("steps_of", TestInput("search").with("steps", found)).prepare();
  const auto drive = drive_of(it);
  CHECK(drive->V_command(100) == -100);
  CHECK(drive->V_command(300) == 20);
  CHECK(drive->beat_start(1) == 750);
  it.set("file", "steps.csv");
  CHECK_SAYS(it.prepare(), "both `file` and `steps_of` are given; keep one of them");
  it.set("file", Value()).set("V_test", 0.0);
  CHECK_SAYS(it.prepare(), "the steps are not in the scenario");
  it.set("V_test", Value());
  found.columns[0].unit = "V";
  it.fill("steps_of", TestInput("search").with("steps", found));
  CHECK_SAYS(it.prepare(), "the steps of 'search' are no command: expected the columns V_m [mV] and duration [ms]");
}

TEST_CASE("a clamp takes a list or a file, not both and not neither") {
  OneComponent<VoltageClamp> it;
  CHECK_SAYS(it.prepare(), "a voltage clamp needs steps; write steps = [{ V = -40, duration = 250 }], name a `file`");
  it.set("steps", List{Record{{"V", Value()}, {"duration", 200.0}, {"ramp_to", Value()}}});
  CHECK_SAYS(it.prepare(), "step 1 has no V; write V = ... (mV) there, or set V_test");
  it.set("steps", List{});
  CHECK_SAYS(it.prepare(), "the list of steps is empty");
  it.set("file", "steps.csv");
  CHECK_SAYS(it.prepare(), "both `steps` and `file` are given");
  it.set("steps", Value()).set("V_test", 0.0);
  CHECK_SAYS(it.prepare(), "V_test stands in for a V that is missing in `steps`");
}
