#include "recordings/recording.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"
#include "tawara/recordings.hpp"

using namespace tawara;

// What an amplifier recorded, with everything that can be wrong with it.
namespace {

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
const protocols::ClampDrive steps({{-80, 10, {}}, {0, 10, {}}}, {});

double command(double t) { return t < 10 ? -80 : 0; }

struct Reading : OneComponent<recordings::Recording> {
  std::string file;
  /// @param content  of a file that is only looked at to see what it is
  explicit Reading(const std::string& name = "recording.csv", const std::string& content = "t [ms],I [pA]\n") {
    file = (std::filesystem::temp_directory_path() / ("tawara_" + name)).string();
    std::ofstream(file, std::ios::binary) << content;
    set("file", file);
  }
  ~Reading() override { std::filesystem::remove(file); }
  Reading& table(Table t) {
    host().table_files.tables[file] = std::move(t);
    return *this;
  }
  Reading& clamped() {
    fill("protocol", protocol_of(steps));
    return *this;
  }
  [[nodiscard]] const Recordings& recordings() const {
    return *static_cast<const Recordings*>(prepared->ability(Recordings::ability_name));
  }
  [[nodiscard]] std::vector<float> samples(std::size_t cell = 0) const {
    std::vector<float> out(recordings().times().size());
    recordings().read(cell, 1, out);
    return out;
  }
  [[nodiscard]] std::string refusal() {
    const std::string text = message_of([&] { prepare(); });
    const auto at = text.find(file);  // its folder is another everywhere
    return at == std::string::npos ? text : text.substr(0, at) + "FILE" + text.substr(at + file.size());
  }
};

/// 21 samples from 0 to 20 ms, current 60 t + 6 pA.
struct Ramp {
  std::vector<double> t, I, V;
  explicit Ramp(std::size_t n = 21, double begin = 0, double step = 1) {
    for (std::size_t i = 0; i < n; ++i) {
      t.push_back(begin + static_cast<double>(i) * step);
      I.push_back(60 * t.back() + 6);
      V.push_back(command(t.back() - begin));
    }
  }
  [[nodiscard]] Table table(const std::string& unit = "pA", bool voltage = true) const {
    Table table;
    table.add("t", "ms", t).add("I", unit, I);
    if (voltage) table.add("V_m", "mV", V);
    return table;
  }
};

}  // namespace

TEST_CASE("current in amperes is divided by the cell's capacitance, in whatever unit it comes") {
  const Ramp ramp;
  for (const auto& [unit, capacitance, factor] : {std::tuple{"pA", 60.0, 1.0 / 60},
                                                  {"nA", 60.0, 1000.0 / 60},
                                                  {"A", 30.0, 1e12 / 30},
                                                  {"pA/pF", 0.0, 1.0},
                                                  {"uA/uF", 0.0, 1.0},
                                                  {"A/F", 0.0, 1.0}}) {
    CAPTURE(unit);
    Reading it;
    it.clamped().table(ramp.table(unit));
    if (capacitance > 0) it.set("capacitance", capacitance);
    it.prepare();
    CHECK(it.samples()[5] == doctest::Approx(306 * factor));
    CHECK(it.recordings().signal().unit == "uA/uF");
  }
  Reading inward;
  inward.table(ramp.table()).set("capacitance", 60.0).set("positive", "inward").prepare();
  CHECK(inward.samples()[5] == doctest::Approx(-5.1));
  Reading none, twice;
  CHECK(none.table(ramp.table()).refusal() ==
        "'I' of FILE is in pA, and cells are compared by current per capacitance; give the cell's: capacitance = 60 "
        "(pF), as the amplifier measured it");
  twice.set("capacitance", 60.0);
  CHECK(twice.table(ramp.table("A/F")).refusal() ==
        "'I' of FILE is in A/F, by the cell's capacitance already; leave capacitance out");
}

TEST_CASE("a recording says what it is of") {
  Reading it;
  it.clamped().table(Ramp().table("A/F")).set("temperature", 310.0).prepare();
  const Recordings& recording = it.recordings();
  CHECK(recording.cells() == 1);
  CHECK(recording.signal().name == "I_ion");
  CHECK(recording.times().size() == 21);
  CHECK(recording.times()[20] == 20);
  CHECK(std::vector(recording.command().begin(), recording.command().end()) ==
        std::vector<Recordings::Step>{{-80, 10}, {0, 10}});
  CHECK(recording.varied().empty());
  CHECK(recording.condition("temperature") == 310);
  CHECK(recording.known(0, 1).at("status").texts[0] == "ok");
  CHECK(it.number("rate") == 1);
  CHECK(it.tables.at("trace").at("I_ion").numbers[1] == 66);
}

TEST_CASE("a recording that began before the command is cut where the command begins") {
  Ramp ramp(40, -7.5);
  for (std::size_t i = 0; i < ramp.t.size(); ++i) ramp.V[i] = command(ramp.t[i] - 0.5);
  Reading it;
  it.clamped().table(ramp.table("A/F")).set("start", 0.5).prepare();
  CHECK(it.recordings().times()[0] == 0);
  CHECK(it.recordings().times().size() == 21);
  CHECK(it.samples()[0] == doctest::Approx(36));
  Reading late;
  late.clamped().table(Ramp(40, 3).table("A/F"));
  CHECK(late.refusal() ==
        "FILE begins at 3 ms, after start = 0 ms; start is when the command begins, in the file's own "
        "time");
  Reading cut;
  cut.clamped().table(Ramp(15).table("A/F"));
  CHECK(cut.refusal() ==
        "FILE ends 14 ms after the command begins (start = 0 ms), but the command lasts 20 ms: the "
        "recording is cut off, or of another command");
  // 20 samples of a millisecond are 20 ms.
  Reading whole;
  whole.clamped().table(Ramp(20).table("A/F")).prepare();
  CHECK(whole.recordings().times().size() == 20);
}

TEST_CASE("times in seconds, and none with a sampling rate, are the same") {
  Ramp ramp;
  Table seconds = ramp.table("A/F"), none;
  for (double& t : seconds.columns[0].numbers) t /= 1000;
  seconds.columns[0].unit = "s";
  none.add("I", "A/F", ramp.I);
  Reading a, b, c;
  a.clamped().table(seconds).prepare();
  b.clamped().table(none).set("sampling_rate", 1.0).prepare();
  CHECK(a.samples() == b.samples());
  CHECK(a.recordings().times()[7] == doctest::Approx(7));
  CHECK(c.table(none).refusal() ==
        "FILE has no column of times (unit ms or s; it has I [A/F]); say how often it was "
        "sampled: sampling_rate = 10 (kHz)");
}

TEST_CASE("what is wrong with samples is said with its place") {
  const auto refusal = [](auto change) {
    Ramp ramp;
    change(ramp);
    Reading it;
    return it.clamped().table(ramp.table("A/F")).refusal();
  };
  CHECK(refusal([](Ramp& r) { r.I[5] = NaN; }) ==
        "FILE, row 7: 'I' is no number, 5 ms after the command begins; cut the recording there, or take another sweep");
  CHECK(refusal([](Ramp& r) { r.t[8] = 6.5; }) ==
        "FILE, row 10: 6.5 ms after 7 ms; times must ascend. Sweeps one below "
        "the other belong into columns");
  CHECK(refusal([](Ramp& r) {
          for (std::size_t i = 9; i < r.t.size(); ++i) r.t[i] += 3;
        }) ==
        "FILE, row 11: 4 ms after the sample before it, where others are 1 ms apart; samples are missing. Samples "
        "must be evenly spaced");
  CHECK(refusal([](Ramp& r) { r.t[9] = 8.2; }).find("FILE, row 11: 0.2 ms after the sample before it") == 0);
}

TEST_CASE("a voltage that does not follow the command is refused, but for settling after jumps") {
  const auto refusal = [](double from, double to, double V) {
    Ramp ramp(201, 0, 0.1);
    for (std::size_t i = 0; i < ramp.t.size(); ++i)
      if (ramp.t[i] >= from && ramp.t[i] < to) ramp.V[i] = V;
    Reading it;
    return it.clamped().table(ramp.table("A/F")).refusal();
  };
  CHECK(refusal(10, 10.9, -60).empty());  // of the clamp
  CHECK(refusal(3, 9, -78.5).empty());
  CHECK(
      refusal(10, 13, -80) ==
      "FILE, row 113: 'V_m' is -80 mV from 10 ms of the command on, where 'pacing' commands 0 mV; is `start` right (0 "
      "ms), and was it this protocol? Up to 2 mV, and 1 ms after a jump, are let pass (V_tolerance, settling)");
  CHECK(refusal(4, 4.1, NaN).find("'V_m' is nan mV from 4 ms of the command on") != std::string::npos);
}

TEST_CASE("sweeps are columns, or one after another, each a recording or all averaged") {
  const Ramp ramp;
  Table columns = ramp.table("A/F");
  std::vector<double> other = ramp.I;
  for (double& I : other) I += 10;
  columns.add("I2", "A/F", other);
  Reading each, mean, one;
  each.clamped().table(columns).prepare();
  CHECK(each.recordings().cells() == 2);
  CHECK(each.samples(1)[3] == 196);
  CHECK(each.recordings().known(1, 1).at("sweep").texts[0] == "I2");
  mean.clamped().table(columns).set("sweeps", "average").prepare();
  CHECK(mean.recordings().cells() == 1);
  CHECK(mean.samples()[3] == 191);
  one.clamped().table(columns).set("current", List{Value("I2")}).prepare();
  CHECK(one.recordings().cells() == 1);
  one.set("current", List{Value("I3")});
  CHECK(one.refusal() == "FILE has no 'I3'; it has t [ms], I [A/F], V_m [mV], I2 [A/F]");

  Ramp train(75);  // three sweeps of 20 ms, every 25 ms
  for (std::size_t i = 0; i < train.t.size(); ++i) train.V[i] = command(std::fmod(train.t[i], 25));
  Reading in_turn;
  in_turn.clamped().table(train.table("A/F")).set("sweep_interval", 25.0).prepare();
  CHECK(in_turn.recordings().cells() == 3);
  CHECK(in_turn.samples(2)[4] == 54 * 60 + 6);
  CHECK(in_turn.recordings().known(2, 1).at("sweep").texts[0] == "I, sweep 3");
}

TEST_CASE("an HDF5 file's datasets are columns, and those of two axes are sweeps") {
  const Ramp ramp;
  std::vector<float> two;
  for (const double I : ramp.I) two.push_back(static_cast<float>(I));
  for (const double I : ramp.I) two.push_back(static_cast<float>(2 * I));
  Reading it("recording.h5", "\x89HDF\r\n");
  it.host().array_files.arrays[it.file] = {{"rig/current", "pA", Array::of(two, {2, 21})},
                                           {"rig/rate", "kHz", Array::scalar(1)},
                                           {"rig/time", "ms", Array::of(ramp.t)}};
  it.clamped().set("capacitance", 60.0).prepare();
  CHECK(it.recordings().cells() == 2);
  CHECK(it.samples(1)[2] == doctest::Approx(4.2));
  CHECK(it.recordings().known(1, 1).at("sweep").texts[0] == "rig/current[1]");
  it.set("current", List{Value("rig/current[0]")}).prepare();
  CHECK(it.recordings().cells() == 1);
}

TEST_CASE("files of another kind and without a current are refused with what to do") {
  Reading abf("recording.abf", "ABF2....");
  CHECK(abf.refusal() == "FILE is Axon's ABF; read it with dataset.recording_biosig");
  Table table;
  table.add("t", "ms", {0, 1, 2}).add("I", "1", {0, 1, 2});
  Reading it;
  it.table(table);
  CHECK(it.refusal() ==
        "FILE has no column in pA, nA, A, pA/pF, uA/uF or A/F; it has t [ms], I [1]. Name the columns "
        "with current = [...] and their unit with `unit`");
  it.set("current", List{Value("I")});
  CHECK(it.refusal() == "'I' of FILE has no unit; say what it is: unit = \"pA\" (nA, A, pA/pF, uA/uF, A/F)");
  it.set("unit", "A/F").prepare();
  CHECK(it.recordings().command().empty());
  CHECK(it.host().said("under a command that is not given (protocol)"));
  it.fill("protocol", protocol_of(protocols::ClampDrive({{-80, 10, 20.0}}, {})));
  CHECK(it.refusal().find("'pacing' is no command of steps") == 0);
}
