#include "recordings/biosig/biosig_recording.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"
#include "tawara/recordings.hpp"

using namespace tawara;

// Axon's binary format, as libbiosig reads it.
namespace {

const protocols::ClampDrive steps({{-80, 10, {}}, {0, 10, {}}}, {});

/// A gap-free ABF 1.83 file of two channels of 16 bits: current in pA and the voltage it was clamped to. Offsets are
/// those of the format's published description; what it does not set is 0.
std::filesystem::path write_abf(const std::string& name, const std::vector<double>& I, const std::vector<double>& V,
                                double kHz) {
  std::string header(6144, '\0');
  const auto put = [&](std::size_t at, auto value) { std::memcpy(header.data() + at, &value, sizeof value); };
  const auto text = [&](std::size_t at, const std::string& value) { header.replace(at, value.size(), value); };
  constexpr float range = 10, resolution = 32768;
  const float factor[2] = {0.005F, 0.05F};  // V per pA, per mV
  text(0, "ABF ");
  put(4, 1.83F);
  put(8, std::int16_t{3});                           // gap-free
  put(10, static_cast<std::int32_t>(2 * I.size()));  // samples of both
  put(16, std::int32_t{1});                          // episodes
  put(36, std::int16_t{1});                          // an ABF file
  put(40, std::int32_t{12});                         // blocks of 512 bytes before the data
  put(120, std::int16_t{2});                         // channels
  put(122, static_cast<float>(1000 / kHz / 2));      // us from one sample to the next, whichever channel's
  put(138, static_cast<std::int32_t>(2 * I.size()));
  put(244, range);
  put(252, static_cast<std::int32_t>(resolution));
  text(442, std::string(160, ' '));
  text(602, std::string(128, ' '));
  text(442, "I_membrane");
  text(452, "V_command");
  text(602, "pA");
  text(610, "mV");
  for (std::size_t k = 0; k < 16; ++k) {
    put(378 + 2 * k, static_cast<std::int16_t>(k));
    put(410 + 2 * k, static_cast<std::int16_t>(k < 2 ? static_cast<int>(k) : -1));
    for (const std::size_t gain : {730, 794, 1050, 4576}) put(gain + 4 * k, 1.0F);
    put(922 + 4 * k, factor[k % 2]);
  }
  const auto path = std::filesystem::temp_directory_path() / ("tawara_" + name);
  std::ofstream out(path, std::ios::binary);
  out << header;
  for (std::size_t i = 0; i < I.size(); ++i)
    for (const std::size_t channel : {0u, 1u}) {
      const double value = (channel == 0 ? I[i] : V[i]) * static_cast<double>(factor[channel] * resolution / range);
      const auto bits = static_cast<std::int16_t>(std::lround(value));
      out.write(reinterpret_cast<const char*>(&bits), sizeof bits);
    }
  return path;
}

struct Reading : OneComponent<recordings::BiosigRecording> {
  std::filesystem::path file;
  explicit Reading(std::filesystem::path path) : file(std::move(path)) {
    set("file", file.string());
    fill("protocol", protocol_of(steps));
  }
  ~Reading() override { std::filesystem::remove(file); }
};

}  // namespace

TEST_CASE("an ABF file is one recording, its voltage compared with the command") {
  std::vector<double> I, V;
  for (int i = 0; i < 200; ++i) {
    I.push_back(3.0 * i - 100);
    V.push_back(i < 100 ? -80 : 0);
  }
  Reading it(write_abf("recording_1.abf", I, V, 10));
  it.set("capacitance", 50.0).prepare();
  const auto& recording = *static_cast<const Recordings*>(it.prepared->ability(Recordings::ability_name));
  REQUIRE(recording.cells() == 1);
  REQUIRE(recording.times().size() == 200);
  CHECK(recording.times()[150] == doctest::Approx(15));
  CHECK(recording.known(0, 1).at("sweep").texts[0] == "I_membrane");
  std::vector<float> samples(200);
  recording.read(0, 1, samples);
  constexpr double bit = 10.0 / 32768 / 0.005 / 50;
  for (std::size_t i = 0; i < samples.size(); ++i) CHECK(std::fabs(samples[i] - I[i] / 50) < bit);

  for (std::size_t i = 50; i < 80; ++i) V[i] = -60;
  Reading wrong(write_abf("recording_2.abf", I, V, 10));
  wrong.set("capacitance", 50.0);
  CHECK(message_of([&] { wrong.prepare(); }).find(" mV from 5 ms of the command on, where 'pacing' commands -80 mV") !=
        std::string::npos);
}

TEST_CASE("a file that libbiosig cannot read is named") {
  const auto path = std::filesystem::temp_directory_path() / "tawara_recording_3.abf";
  std::ofstream(path) << "no recording at all";
  Reading it(path);
  CHECK(message_of([&] { it.prepare(); }).find(path.string() + ": libbiosig cannot") == 0);
}
