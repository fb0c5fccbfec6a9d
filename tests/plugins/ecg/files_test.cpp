#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "dataset/recording.hpp"
#include "tawara/error.hpp"
#include "tawara/random.hpp"
#include "text_file.hpp"

using namespace tawara;
using namespace tawara::ecg;
using doctest::Contains;

namespace {

using Samples = std::vector<std::vector<int>>;  // [frame][signal]

std::string interleaved(const Samples& frames, int format, std::size_t first, std::size_t last) {
  std::vector<int> x;
  for (const auto& frame : frames)
    x.insert(x.end(), frame.begin() + static_cast<long>(first), frame.begin() + static_cast<long>(last));
  std::string bytes;
  const auto put = [&](int value) { bytes.push_back(static_cast<char>(value & 0xFF)); };
  if (format == 80)
    for (const int v : x) put(v + 128);
  if (format == 16)
    for (const int v : x) {
      put(v);
      put(v >> 8);
    }
  if (format == 212)
    for (std::size_t i = 0; i < x.size(); i += 2) {
      const int second = i + 1 < x.size() ? x[i + 1] : 0;
      put(x[i]);
      put((x[i] >> 8 & 0x0F) | (second >> 8 & 0x0F) << 4);
      if (i + 1 < x.size()) put(second);
    }
  return bytes;
}

Samples random_samples(std::size_t n_frames, std::size_t n_signals, int limit) {
  Random random(1, "wfdb");
  Samples frames(n_frames, std::vector<int>(n_signals));
  for (auto& frame : frames)
    for (int& value : frame) value = static_cast<int>(random.below(static_cast<std::uint64_t>(2 * limit))) - limit;
  return frames;
}

int checksum(const Samples& frames, std::size_t s) {
  int sum = 0;
  for (const auto& frame : frames) sum += frame[s];
  return static_cast<std::int16_t>(sum);
}

Recording wfdb(const std::string& header, const std::string& signals = {}) {
  const TextFile file(header, "r.hea");
  file.write("r.dat", signals);
  return read_wfdb(file.path);
}

Recording csv(const std::string& content, std::optional<double> rate = std::nullopt) {
  return read_csv(TextFile(content).path, rate);
}

}  // namespace

TEST_CASE("WFDB records in formats 16, 80 and 212 come back as they were written") {
  for (const int format : {16, 80, 212})
    for (const std::size_t n_frames : {4u, 7u})
      for (const std::size_t n_signals : {1u, 3u}) {
        CAPTURE(format);
        CAPTURE(n_frames);
        CAPTURE(n_signals);
        const auto x = random_samples(n_frames, n_signals, format == 16 ? 32768 : format == 80 ? 128 : 2048);
        std::string header = fmt::format("r {} 360 {}\n# a comment\n", n_signals, n_frames);
        for (std::size_t s = 0; s < n_signals; ++s)
          header += fmt::format("r.dat {} 100({})/uV 12 7 0 {} 0 lead {}\n", format, 5 * s, checksum(x, s), s);
        const Recording r = wfdb(header + "# trailing\n", interleaved(x, format, 0, n_signals));
        CHECK(r.remarks.empty());
        CHECK(r.sampling_rate == 360);
        REQUIRE(r.signals.size() == n_signals);
        for (std::size_t s = 0; s < n_signals; ++s) {
          CHECK(r.names[s] == fmt::format("lead {}", s));
          CHECK(r.units[s] == "uV");
          REQUIRE(r.signals[s].size() == n_frames);
          for (std::size_t j = 0; j < n_frames; ++j) {
            const bool gap = x[j][s] == (format == 16 ? -32768 : format == 80 ? -128 : -2048);
            if (gap)
              CHECK(std::isnan(r.signals[s][j]));
            else
              CHECK(r.signals[s][j] == doctest::Approx((x[j][s] - 5.0 * static_cast<double>(s)) / 100));
          }
        }
      }
}

TEST_CASE("a WFDB record may spread over several files, begin after a preamble and leave out what has a default") {
  const auto x = random_samples(6, 3, 100);
  const TextFile file("r 3\nr1.dat 16+4 0 12 10\nr1.dat 16+4 200/mV\nr2.dat 80\n", "r.hea");
  file.write("r1.dat", "skip" + interleaved(x, 16, 0, 2));
  file.write("r2.dat", interleaved(x, 80, 2, 3));
  auto dat = file.path;
  const Recording r = read_wfdb(dat.replace_extension(".dat"));  // the header beside it is found
  CHECK(r.sampling_rate == 250);
  for (std::size_t j = 0; j < 6; ++j) {
    CHECK(r.signals[0][j] == doctest::Approx((x[j][0] - 10) / 200.0));  // ADC zero is the baseline unless one is given
    CHECK(r.signals[1][j] == doctest::Approx(x[j][1] / 200.0));
    CHECK(r.signals[2][j] == doctest::Approx(x[j][2] / 200.0));
  }
  CHECK(r.units == std::vector<std::string>{"mV", "mV", "mV"});
}

TEST_CASE("a damaged WFDB file is suspected by its checksum") {
  const auto x = random_samples(6, 1, 100);
  const Recording r =
      wfdb(fmt::format("r 1 250 6\nr.dat 16 200 12 0 0 {} 0 V1\n", checksum(x, 0) + 1), interleaved(x, 16, 0, 1));
  REQUIRE(r.remarks.size() == 1);
  CHECK_MESSAGE(r.remarks[0].find("the checksum of signal V1") != std::string::npos, r.remarks[0]);
}

TEST_CASE("what is no readable WFDB record is refused with its line or bytes") {
  CHECK_THROWS_WITH_AS((void)read_wfdb("/nowhere/r.hea"), Contains("/nowhere/r.hea: cannot be opened"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("<?xml version=\"1.0\"?>\n"),
                       Contains("r.hea:1: '<?xml version=\"1.0\"?>' is no WFDB record line"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("# only this\n"), Contains("is empty; expected a WFDB header"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r/3 2 250 100\n"), Contains("r.hea:1: the record has several segments"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 2 250 100\nr.dat 16\n"),
                       Contains("describes 1 signals; its record line promises 2"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat\n"), Contains("r.hea:2: 'r.dat' is no WFDB signal line"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 61\n"),
                       Contains("r.hea:2: signal format 61 is not read; formats 16, 80 and 212 are"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat sixteen\n"),
                       Contains("r.hea:2: 'sixteen' is no WFDB signal format"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16x4\n"), Contains("'16x4': several samples per frame"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16+a\n"), Contains("'a' is no byte offset"), DataError);
  // Numbers of the header whose sums and products would wrap around, or that no memory holds.
  CHECK_THROWS_WITH_AS((void)wfdb("r 1000000000000 250 100\n"), Contains("is no WFDB record line"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 900000 250 100\n"),
                       Contains("describes 0 signals; its record line promises 900000"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 2 250 9223372036854775808\nr.dat 16\nr.dat 16\n", "1234"),
                       Contains("is no WFDB record line"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 10\nr.dat 16+18446744073709551612\n", std::string(20, 'a')),
                       Contains("'18446744073709551612' is no byte offset"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 inf 100\nr.dat 16\n"), Contains("is no WFDB record line"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16 nan/mV\n"), Contains("'nan' is no gain"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16 abc/mV\n"), Contains("'abc' is no gain"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16 200(x)/mV\n"),
                       Contains("'200(x)' has no number between its brackets"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nr.dat 16 200 12 z\n"), Contains("'z' is no ADC zero"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\nmissing.dat 16\n"), Contains("missing.dat: cannot be opened (named by"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 100\n. 16\n"), Contains("cannot be opened (named by"),
                       DataError);  // a folder
  CHECK_THROWS_WITH_AS(
      (void)wfdb("r 2 250 100\nr.dat 16\nr.dat 16\n", std::string(398, 'a')),
      Contains("r.dat: has 398 bytes, expected 400 (2 signals x 100 samples in format 16): the file is truncated"),
      DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 1 250 5\nr.dat 212\n", "1234567"), Contains("has 7 bytes, expected 8"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 2 250 5\nr.dat 16\nr.dat 80\n", std::string(40, 'a')),
                       Contains("signals of one file have formats 16 and 80"), DataError);
  CHECK_THROWS_WITH_AS((void)wfdb("r 2 250\nr.dat 16\nr.hea 80\n", std::string(40, 'a')),
                       Contains("its signal files hold 20 and"), DataError);
}

TEST_CASE("CSV recordings are read by their header, with units and time where they are given") {
  const Recording a = csv("time [s],I,V1 [uV]\n0,0.5,100\n0.002,0.25,-200\n0.004,0,300\n");
  CHECK(a.sampling_rate == doctest::Approx(500));
  CHECK(a.names == std::vector<std::string>{"I", "V1"});
  CHECK(a.units == std::vector<std::string>{"mV", "uV"});
  CHECK(a.signals[1] == std::vector<double>{100, -200, 300});
  const Recording b = csv("# from a cart\n\"II\";T (ms)\n1e-1;10\n+2;12\n3;14\n");
  CHECK(b.sampling_rate == doctest::Approx(500));
  CHECK(b.signals[0] == std::vector<double>{0.1, 2, 3});
  CHECK(csv("I\tII\n1\t2\n", 250).sampling_rate == 250);
}

TEST_CASE("CSV recordings that cannot be meant are refused with row and column") {
  CHECK_THROWS_WITH_AS((void)csv("0.1,0.2\n"),
                       Contains("file.csv:1: '0.1' is no lead; the first row must name the leads"), DataError);
  CHECK_THROWS_WITH_AS((void)csv("I,II\n1,2\n1\n", 500), Contains("file.csv:3: 1 columns; the header has 2"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)csv("I,II\n1,2\n1,NaN\n", 500),
                       Contains("file.csv:3: column 2 ('II') holds 'NaN'; expected a number"), DataError);
  CHECK_THROWS_WITH_AS((void)csv("I,II\n1,\n", 500), Contains("file.csv:2: column 2 ('II') holds ''"), DataError);
  CHECK_THROWS_WITH_AS((void)csv("I,II\n1,2\n"), Contains("has no time column; say how fast it was sampled"),
                       ScenarioError);
  CHECK_THROWS_WITH_AS((void)csv("t,I\n0,1\n2,1\n4,1\n", 1000), Contains("1000 Hz contradicts the time column"),
                       ScenarioError);
  CHECK_THROWS_WITH_AS((void)csv("t,I\n0,1\n2,1\n6,1\n"),
                       Contains("data row 2: time 2 is not evenly spaced (3 expected)"), DataError);
  CHECK_THROWS_WITH_AS((void)csv("t [min],I\n0,1\n2,1\n"), Contains("time is in 'min'; expected ms or s"), DataError);
  CHECK_THROWS_WITH_AS((void)csv("t,I\n"), Contains("0 samples; expected a recording"), DataError);
  CHECK_THROWS_WITH_AS((void)read_csv("/nowhere/a.csv", {}), Contains("/nowhere/a.csv: cannot be opened"), DataError);
}

TEST_CASE("voltages are told from other units") {
  CHECK(millivolts("mV") == 1.0);
  CHECK(millivolts("uV") == 1e-3);
  CHECK(millivolts("\xC2\xB5V") == 1e-3);
  CHECK(millivolts("V") == 1e3);
  CHECK_FALSE(millivolts("mmHg"));
}
