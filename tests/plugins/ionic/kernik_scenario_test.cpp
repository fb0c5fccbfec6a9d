#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "../../shared_data.hpp"
#include "../../tawara_command.hpp"
#include "kernik_reference.hpp"

// Kernik's cell as a user meets it.
namespace {

namespace fs = std::filesystem;

const std::string scenario = std::string(TAWARA_SOURCE) + "/scenarios/voltage_clamp.toml";

fs::path run(const std::string& name, const std::string& options = {}) {
  const fs::path out = fresh_folder("ionic_kernik_" + name) / "run";
  const auto result = tawara_command("run '" + scenario + "' --output '" + out.string() + "' " + options);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return out / "recording.trace.csv";
}

}  // namespace

TEST_CASE("voltage_clamp.toml records seven seconds of currents under its steps") {
  const KernikTable trace(run("clamp"));
  const auto t = trace.numbers("t [ms]"), V = trace.numbers("V_m [mV]"), I = trace.numbers("I_ion [uA/uF]");
  REQUIRE(t.size() >= 7000);
  CHECK(V[0] == -100);
  CHECK(V[600] == 0);
  CHECK(V[1400] == -120);
  // Inward at -120 mV, where I_K1 and I_f flow; outward at 50 mV, where I_to and I_Kr do.
  CHECK(I[1900] < -2);
  CHECK(I[4200] > 0.5);
  // The sodium current is over soon after the step from -100 mV to -40 mV.
  const auto I_Na = trace.numbers("I_Na [uA/uF]");
  CHECK(I_Na[251] < -20);
  CHECK(std::fabs(I_Na[490]) < 0.01 * std::fabs(I_Na[251]));

  const auto data = shared_data("reference/kernik/clamp_310K.csv");
  if (!data) return;
  const auto expected = KernikTable(data.path).numbers("I_total");
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) sum += std::pow(I[i] - expected[i], 2);
  CHECK(std::sqrt(sum / static_cast<double>(expected.size())) < 0.01);
}

TEST_CASE("voltage_clamp.toml in a colder bath has slower gates") {
  const auto Kr = [](const fs::path& file) { return KernikTable(file).numbers("I_Kr [uA/uF]"); };
  const auto warm = Kr(run("warm")), cold = Kr(run("cold", "--set myocyte.temperature=298"));
  // I_Kr activates at 40 mV from 750 ms on: in the cold it has come less far after 50 ms.
  CHECK(cold[800] - cold[751] < 0.7 * (warm[800] - warm[751]));
}

TEST_CASE("a slope of the wrong sign is refused at its line, with the range that is allowed") {
  const fs::path out = fresh_folder("ionic_kernik_sign") / "run";
  const auto result = tawara_command("run '" + scenario + "' --output '" + out.string() + "' --set myocyte.Xr1_6=7");
  CHECK(result.code == 3);
  CAPTURE(result.err);
  CHECK(result.err.find("myocyte.Xr1_6: 7 mV is not below 0 mV, as it must be") != std::string::npos);
  CHECK(result.err.find("usual range -9.89532 to -4.24085 mV") != std::string::npos);
  CHECK_FALSE(fs::exists(out));
}
