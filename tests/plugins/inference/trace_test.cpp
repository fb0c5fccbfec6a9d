#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "discrepancy/trace_component.hpp"

using namespace tawara;
using namespace tawara::discrepancy;

namespace {

using Samples = std::vector<double>;

Samples range(double from, double to, double step) {
  Samples t;
  for (int i = 0; from + i * step <= to; ++i) t.push_back(from + i * step);
  return t;
}

/// A smooth action potential of 100 mV above -80 with its upstroke (t50) at `onset`.
double pulse(double t, double onset, double width = 200) {
  return -80 + 100 / (1 + std::exp(-(t - onset))) / (1 + std::exp((t - onset - width) / 15));
}

Samples pulses(const Samples& t, double onset, double width = 200) {
  Samples V;
  for (const double x : t) V.push_back(pulse(x, onset, width));
  return V;
}

Table trace_of(const Samples& t, const Samples& V, const char* unit = "mV") {
  return Table().add("t", "ms", t).add("V_m", unit, V).add("Ca_i", "mmol/L", Samples(t.size(), 1e-4));
}

std::filesystem::path file_with(const std::string& text) {
  const auto folder = std::filesystem::path(TAWARA_BUILD) / "tests" / "out";
  std::filesystem::create_directories(folder);
  const auto file = folder / "recording.csv";
  std::ofstream(file) << text;
  return file;
}

std::string csv(const Samples& t, const Samples& V, const std::string& header = "t [ms],V_m [mV]") {
  std::string text = header + "\n";
  for (std::size_t i = 0; i < t.size(); ++i) text += std::to_string(t[i]) + "," + std::to_string(V[i]) + "\n";
  return text;
}

/// The discrepancy of a simulated trace from a recording, through the component.
struct Study {
  OneComponent<TraceDiscrepancy> it;

  Study(const Table& simulated, const std::string& recording) {
    it.fill("simulated", TestInput("cell").with("trace", simulated));
    it.set("recording", file_with(recording).string());
  }
  Study& set(const char* name, Value value) {
    it.set(name, std::move(value));
    return *this;
  }
  double discrepancy() {
    it.prepare();
    const auto numbers = it.numbers("discrepancy");
    return numbers.empty() ? NAN : numbers[0];
  }
  std::string failure() {
    (void)discrepancy();
    return it.failure;
  }
  std::string refusal() {
    return message_of([&] { (void)discrepancy(); });
  }
};

std::string recording_error(const std::string& text) {
  const auto file = file_with(text);
  std::string message = message_of([&] { (void)read_recording(file, {"t", "V_m", ""}); });
  const auto at = message.find("recording.csv");
  return at == std::string::npos ? message : message.substr(at);
}

}  // namespace

TEST_CASE("a trace matches itself, however densely either is sampled") {
  const Samples t = range(0, 500, 0.05), coarse = range(0, 500, 7);
  const Table simulated = trace_of(t, pulses(t, 50));
  CHECK(Study(simulated, csv(t, pulses(t, 50))).discrepancy() < 1e-6);
  CHECK(Study(simulated, csv(coarse, pulses(coarse, 50))).discrepancy() < 0.02);
}

TEST_CASE("an offset of 3 mV is an RMS difference of 3 mV, and one half of that on half the samples weighs 3/sqrt(2)") {
  const Samples t = range(0, 99, 1);
  Samples V(t.size(), -80), higher = V;
  for (std::size_t i = 0; i < t.size(); ++i) higher[i] += 3;
  CHECK(Study(trace_of(t, higher), csv(t, V)).discrepancy() == doctest::Approx(3));
  for (std::size_t i = 0; i < 50; ++i) higher[i] = -80;
  CHECK(Study(trace_of(t, higher), csv(t, V)).discrepancy() == doctest::Approx(3 / std::sqrt(2.0)));
  Study late(trace_of(t, higher), csv(t, V));
  CHECK(late.set("window", List{50.0, 99.0}).discrepancy() == doctest::Approx(3));
  CHECK(late.set("window", List{0.0, 49.0}).discrepancy() == 0);
}

TEST_CASE("the simulated trace is joined by straight lines between its samples") {
  // Simulated 0, 10, 0 at 0, 10, 20 ms; recorded 0 at 5 and 15 ms and 10 at 10 ms.
  const Table simulated = trace_of({0, 10, 20}, {0, 10, 0});
  CHECK(Study(simulated, csv({5, 10, 15}, {0, 10, 0})).discrepancy() == doctest::Approx(std::sqrt(50.0 / 3)));
  CHECK(Study(simulated, csv({0, 2.5, 20}, {0, 2.5, 0})).discrepancy() == 0);
}

TEST_CASE("recorded times and values in other units are converted") {
  const Samples t = range(0, 400, 1), V = pulses(t, 50);
  Samples seconds, volts;
  for (std::size_t i = 0; i < t.size(); ++i) {
    seconds.push_back(t[i] / 1000);
    volts.push_back(1000 * V[i] + 2000);  // uV, 2 mV higher
  }
  std::string text = "# a comment\n\n\"t [s]\", \"V_m [uV]\" , note [1]\r\n";
  for (std::size_t i = 0; i < t.size(); ++i)
    text += std::to_string(seconds[i]) + ", " + std::to_string(volts[i]) + ",0\r\n";
  CHECK(Study(trace_of(t, V), text).discrepancy() == doctest::Approx(2000).epsilon(1e-4));
  CHECK(unit_factor("s", "ms") == 1000);
  CHECK(unit_factor("mV", "V") == 1e-3);
  CHECK(unit_factor("nM", "mmol/L") == 1e-6);
  CHECK(unit_factor("\u00b5mol/L", "umol/L") == 1);
  CHECK(unit_factor("uA/uF", "uA/uF") == 1);
  CHECK_FALSE(unit_factor("mV", "ms"));
  CHECK(unit_factor("pA/pF", "uA/uF") == 1);
  CHECK(unit_factor("nA/pF", "pA/pF") == 1000);
  CHECK(unit_factor("uA/uF", "A/F") == 1);
  CHECK_FALSE(unit_factor("pA", "uA/uF"));
  CHECK_FALSE(unit_factor("pA/cm^2", "uA/uF"));
  CHECK_FALSE(unit_factor("mV/F", "uA/uF"));
}

TEST_CASE("aligned upstrokes take a delay out, and say how large it was") {
  const Samples t = range(0, 500, 0.25), recorded = range(100, 480, 0.25);
  Study study(trace_of(t, pulses(t, 50)), csv(recorded, pulses(recorded, 130.5)));
  CHECK(study.discrepancy() > 10);
  study.set("align", "upstroke");
  CHECK(study.discrepancy() < 0.05);
  CHECK(study.it.numbers("shift")[0] == doctest::Approx(80.5).epsilon(1e-3));
}

TEST_CASE("normalised shapes match whatever their offset, size and unit") {
  const Samples t = range(0, 500, 1);
  Samples dye;
  for (const double V : pulses(t, 50)) dye.push_back(0.02 * V + 7);
  Study study(trace_of(t, pulses(t, 50)), csv(t, dye, "t [ms],F [1]"));
  study.set("normalise", true).set("recorded_column", "F");
  CHECK(study.discrepancy() < 1e-6);
  // A trace that stays flat is as far below as it can be: not a match, not an error.
  Study flat(trace_of(t, Samples(t.size(), -80)), csv(t, pulses(t, 50)));
  const double mismatch = flat.set("normalise", true).discrepancy();
  CHECK(mismatch > 0.5);
  CHECK(mismatch < 1);
}

TEST_CASE("weights come from a column and from emphasis, and multiply") {
  const Table simulated = trace_of({0, 1, 2, 3}, {1, 2, 4, 8});
  const std::string recording = "t [ms],V_m [mV],w\n0,0,1\n1,0,4\n2,0,0\n3,0,2\n";
  Study study(simulated, recording);
  CHECK(study.discrepancy() == doctest::Approx(std::sqrt((1 + 4 + 16 + 64) / 4.0)));
  study.set("weight_column", "w");
  CHECK(study.discrepancy() == doctest::Approx(std::sqrt((1 + 4 * 4 + 2 * 64) / 7.0)));
  study.set("emphasis", List{Record{{"from", 3.0}, {"to", 9.0}, {"weight", 0.5}}});
  CHECK(study.discrepancy() == doctest::Approx(std::sqrt((1 + 4 * 4 + 64) / 6.0)));
}

TEST_CASE("both traces as compared are a table") {
  Study study(trace_of({0, 10, 20}, {0, 10, 0}), csv({5, 15, 20.5}, {1, 2, 3}));
  study.set("min_covered", 0.5).it.prepare();
  TestBatch batch = study.it.batch(1);
  Row row(batch, 0);
  study.it.prepared->evaluate(1, row);
  const Table& table = batch.tables[0][2];
  CHECK(table.at("recorded").numbers == Samples{1, 2, 3});
  CHECK(table.at("recorded").unit == "mV");
  CHECK(table.at("simulated").numbers[0] == 5);
  CHECK(table.at("simulated").numbers[1] == 5);
  CHECK(std::isnan(table.at("simulated").numbers[2]));
  CHECK(study.discrepancy() == doctest::Approx(std::sqrt((16 + 9) / 2.0)));
}

TEST_CASE("a planted trace of another instance serves as recording, constant or evaluated") {
  const Samples t = range(0, 300, 1);
  for (const bool constant : {true, false}) {
    OneComponent<TraceDiscrepancy> it;
    it.fill("simulated", TestInput("cell").with("trace", trace_of(t, pulses(t, 50))));
    TestInput planted("planted");
    if (constant) planted.what.constant_table("trace");
    planted.with("trace", trace_of(t, pulses(t, 50, 150)));
    it.fill("observed", planted).prepare();
    const double planted_error = it.numbers("discrepancy").at(0);
    CHECK(planted_error > 10);
    CHECK(planted_error ==
          doctest::Approx(Study(trace_of(t, pulses(t, 50)), csv(t, pulses(t, 50, 150))).discrepancy()).epsilon(1e-6));
  }
}

TEST_CASE("a simulated trace that cannot be compared fails its row and says why") {
  const Samples t = range(0, 100, 1);
  Samples broken(t.size(), -80);
  broken[17] = NAN;
  CHECK(Study(trace_of(t, broken), csv(t, pulses(t, 50))).failure() ==
        "nan: the simulated trace is not finite at 17 ms");
  Study resting(trace_of(t, Samples(t.size(), -80)), csv(t, pulses(t, 50)));
  CHECK(resting.set("align", "upstroke").failure() ==
        "no_upstroke: the simulated trace has no upstroke to be aligned by");
  const Samples later = range(1000, 1200, 1), longer = range(0, 199, 1);
  CHECK(Study(trace_of(t, pulses(t, 50)), csv(later, pulses(later, 1050))).failure() ==
        "no_overlap: the simulated trace, 0 to 100 ms, covers 0 % of the recording's samples by weight, 1000 to 1200 "
        "ms; at least 90 % are wanted: narrow `window`, or simulate longer");
  CHECK(Study(trace_of(t, pulses(t, 50)), csv(longer, pulses(longer, 50)))
            .failure()
            .starts_with("no_overlap: the simulated trace, 0 to 100 ms, covers 50.5 % of the recording's samples"));
  CHECK(
      Study(trace_of({}, {}), csv(t, pulses(t, 50))).failure().starts_with("no_overlap: the simulated trace is empty"));
}

TEST_CASE("recordings that cannot be read are named with their line") {
  CHECK(recording_error("") == "recording.csv: the file is empty; expected a header like 't [ms],V_m [mV]'");
  CHECK(recording_error("t [ms],V_m [mV]\n") == "recording.csv: no samples, only a header");
  CHECK(recording_error("t [ms],V [mV]\n0,1\n") == "recording.csv:1: there is no column 'V_m'; the file has: t, V");
  CHECK(recording_error("# made by hand\nt [ms],V_m\n0,1\n") ==
        "recording.csv:2: column 'V_m' has no unit; write it as 'V_m [mV]' (or what it is measured in)");
  CHECK(recording_error("t,V_m [mV]\n0,1\n") == "recording.csv:1: column 't' has no unit; write it as 't [ms]'");
  CHECK(recording_error("t [mV],V_m [mV]\n0,1\n") ==
        "recording.csv:1: the times in 't' are in 'mV'; expected a time (s, ms, us)");
  CHECK(recording_error("t [ms],V_m [mV]\n0,1\n1,high\n") == "recording.csv:3: V_m must be a number, found 'high'");
  CHECK(recording_error("t [ms],V_m [mV]\n0,1\n1,nan\n") ==
        "recording.csv:3: V_m is not finite; leave out samples that were not measured");
  CHECK(recording_error("t [ms],V_m [mV]\n0,1\ninf,1\n") == "recording.csv:3: the time is not finite");
  CHECK(recording_error("t [ms],V_m [mV]\n0,1\n\n1\n") == "recording.csv:4: 1 cells, the header has 2");
  CHECK(recording_error("t [ms],V_m [mV]\n0,1\n1,1\n1,1\n")
            .starts_with("recording.csv:4: times must ascend, 1.000000 ms follows 1.000000 ms"));
  CHECK(message_of([] {
          (void)read_recording("/nowhere/at/all.csv", {"t", "V_m", ""});
        }) == "/nowhere/at/all.csv: the file cannot be opened");
  const auto weighted = file_with("t [ms],V_m [mV],w\n0,1,-2\n");
  CHECK(message_of([&] {
          (void)read_recording(weighted, {"t", "V_m", "w"});
        }).ends_with(":2: the weight is -2.000000; expected a number that is not negative"));
}

TEST_CASE("tables that cannot be a recording are named with their instance and row") {
  const RecordingColumns columns{"t", "V_m", ""};
  CHECK(message_of([&] {
          (void)recording_of(trace_of({0, 1}, {0, NAN}), columns, "planted");
        }) == "row 2 of 'planted': V_m is not finite; leave out samples that were not measured");
  CHECK(message_of([&] {
          (void)recording_of(trace_of({0}, {0}), {"t", "I_Kr", ""}, "planted");
        }) == "the trace of 'planted' has no column 'I_Kr'; it has: t, V_m, Ca_i");
  CHECK(message_of([&] { (void)recording_of(trace_of({}, {}), columns, "planted"); }) ==
        "the trace of 'planted' is empty");
}

TEST_CASE("settings that leave nothing to compare are refused in words") {
  const Samples t = range(0, 100, 1);
  const Table simulated = trace_of(t, pulses(t, 50));
  const std::string recording = csv(t, pulses(t, 50));
  CHECK(
      Study(simulated, recording)
          .set("window", List{200.0, 300.0})
          .refusal()
          .ends_with(
              "recording.csv: 0 samples between 200 and 300 ms; the recording goes from 0 to 100 ms: widen `window`"));
  CHECK(Study(simulated, recording).set("window", List{30.0, 10.0}).refusal() ==
        "window must be two times in ms, the first one first, e.g. [0, 500]");
  Study missing(simulated, recording);
  missing.set("column", "V").set("recorded_column", "V_m");
  CHECK(missing.refusal() == "the trace of 'cell' has no column 'V'; it has: t, V_m, Ca_i");
  CHECK(Study(simulated, recording)
            .set("emphasis", List{Record{{"from", 9.0}, {"to", 3.0}, {"weight", 0.5}}})
            .refusal()
            .starts_with("emphasis from 9.000000 to 3.000000 ms runs backwards"));
  CHECK(Study(simulated, recording)
            .set("emphasis", List{Record{{"from", 0.0}, {"to", 300.0}, {"weight", 0.0}}})
            .refusal()
            .ends_with("recording.csv: no sample that is compared has a weight above 0"));
  CHECK(Study(simulated, csv(t, pulses(t, 50), "t [ms],V_m [pA]")).refusal() ==
        "V_m of 'cell' is in mV and the recording in pA; expected a recording in mV or what converts to it. Choose the "
        "column "
        "that was recorded, or set normalise = true");
  const std::string flat = csv(t, Samples(t.size(), 1));
  CHECK(Study(simulated, flat)
            .set("normalise", true)
            .refusal()
            .ends_with("the recording is flat in the window, so its amplitude cannot be normalised"));
  CHECK(Study(simulated, flat)
            .set("align", "upstroke")
            .refusal()
            .ends_with("begin the window before it, or set align = \"none\""));
  Study both(simulated, recording);
  both.it.fill("observed", TestInput("planted").with("trace", simulated));
  CHECK(both.refusal() == "there are two recordings, the file and 'observed'; keep one of them");
  CHECK(Study(simulated, recording)
            .set("recording", Value())
            .refusal()
            .starts_with("there is nothing to compare with; name a CSV file as `recording`"));
}
