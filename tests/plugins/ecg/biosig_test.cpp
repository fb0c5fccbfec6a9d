// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "../../one_component.hpp"
#include "biosig/biosig_dataset.hpp"
#include "biosig/read_biosig.hpp"
#include "synthetic_ecg.hpp"
#include "text_file.hpp"

using namespace tawara;
using namespace tawara::ecg;
using doctest::Contains;

namespace {

/// European Data Format: fixed-width text, then blocks of 1 s of 16-bit numbers per signal, here 1 uV each.
std::string edf(const std::vector<std::string>& names, const std::vector<std::vector<double>>& mV, std::size_t rate) {
  const std::size_t n_signals = names.size(), n_blocks = mV[0].size() / rate;
  std::string header;
  const auto field = [&](const std::string& text, std::size_t width) {
    header += text + std::string(width - text.size(), ' ');
  };
  field("0", 8);
  field("X X X X", 80);
  field("Startdate X X X X", 80);
  field("01.01.01", 8);
  field("00.00.00", 8);
  field(std::to_string(256 * (1 + n_signals)), 8);
  field("", 44);
  field(std::to_string(n_blocks), 8);
  field("1", 8);
  field(std::to_string(n_signals), 4);
  for (const auto& name : names) field(name, 16);
  for (std::size_t s = 0; s < n_signals; ++s) field("", 80);
  for (std::size_t s = 0; s < n_signals; ++s) field("uV", 8);
  for (const char* limit : {"-30000", "30000", "-30000", "30000"})
    for (std::size_t s = 0; s < n_signals; ++s) field(limit, 8);
  for (std::size_t s = 0; s < n_signals; ++s) field("", 80);
  for (std::size_t s = 0; s < n_signals; ++s) field(std::to_string(rate), 8);
  for (std::size_t s = 0; s < n_signals; ++s) field("", 32);
  for (std::size_t b = 0; b < n_blocks; ++b)
    for (std::size_t s = 0; s < n_signals; ++s)
      for (std::size_t j = 0; j < rate; ++j) {
        const auto value = static_cast<int>(std::lround(1000 * mV[s][b * rate + j]));
        header += static_cast<char>(value & 0xFF);
        header += static_cast<char>(value >> 8 & 0xFF);
      }
  return header;
}

}  // namespace

TEST_CASE("an EDF recording read through libbiosig gives its samples and its beat") {
  const SyntheticEcg ecg;
  const auto mV = ecg.eight();
  const TextFile file(edf({"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"}, mV, 500), "made.edf");
  const Recording r = read_biosig(file.path);
  CHECK(r.sampling_rate == 500);
  REQUIRE(r.signals.size() == 8);
  CHECK(r.names[7] == "V6");
  CHECK(r.units[7] == "uV");
  REQUIRE(r.signals[7].size() == 5000);
  for (std::size_t s = 0; s < 8; ++s)
    for (std::size_t j = 0; j < 5000; ++j) REQUIRE(std::abs(r.signals[s][j] / 1000 - mV[s][j]) < 6e-4);

  OneComponent<BiosigDataset> it;
  it.set("file", file.path.string()).prepare();
  CHECK(it.constants["RR"].number() == doctest::Approx(ecg.RR).epsilon(1e-3));
}

TEST_CASE("what libbiosig cannot read is refused with its reason") {
  CHECK_THROWS_WITH_AS((void)read_biosig("/nowhere/a.scp"), Contains("/nowhere/a.scp: libbiosig cannot read it: "),
                       DataError);
  const TextFile file("this is no recording at all", "a.scp");
  CHECK_THROWS_WITH_AS((void)read_biosig(file.path), Contains("a.scp: libbiosig cannot read it: "), DataError);
}

TEST_CASE("WFDB records are sent to our own reader, as libbiosig takes samples from the wrong signals") {
  const TextFile header("r 2 250 4\nr.dat 16 200 12 0 0 0 0 I\nr.dat 16 200 12 0 0 0 0 II\n", "r.hea");
  header.write("r.dat", "abcdefghijklmnop");
  CHECK_THROWS_WITH_AS((void)read_biosig(header.path), Contains("r.hea: is a WFDB record; read it with dataset.ecg"),
                       DataError);
}
