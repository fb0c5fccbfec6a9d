#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "../../shared_data.hpp"
#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// The ToR-ORd family as a user meets it: through scenarios.
namespace {

namespace fs = std::filesystem;

const std::string male_female = std::string(TAWARA_SOURCE) + "/scenarios/male_female.toml";

double APD90(const ReferenceCsv& runs, const std::string& sex, double rate) {
  for (std::size_t r = 0; r < runs.rows.size(); ++r)
    if (runs.rows[r][runs.column("myocyte.sex")] == sex &&
        std::fabs(runs.number(r, "pacing.period") - 60000 / rate) < 1e-9)
      return runs.number(r, "paced_cell.APD90");
  return std::nan("");
}

}  // namespace

TEST_CASE("male_female.toml gives the published durations of both sexes at three heart rates") {
  const fs::path out = fresh_folder("ionic_male_female") / "run";
  const auto result = tawara_command("run '" + male_female + "' --output '" + out.string() + "'");
  INFO(result.err);
  REQUIRE(result.code == 0);
  const ReferenceCsv runs(out / "runs.csv");
  REQUIRE(runs.rows.size() == 6);
  for (const double rate : {48.0, 66.0, 74.0}) {
    const double male = APD90(runs, "male", rate), female = APD90(runs, "female", rate);
    CAPTURE(rate);
    CHECK(female - male > 40);
    CHECK(female - male < 50);
  }
  for (const char* sex : {"male", "female"}) {
    CHECK(APD90(runs, sex, 48) > APD90(runs, sex, 66));
    CHECK(APD90(runs, sex, 66) > APD90(runs, sex, 74));
  }
  const ReferenceCsv trace(out / "0001__sex=male__period=1250" / "paced_cell.trace.csv");
  CHECK(trace.names == std::vector<std::string>{"t [ms]", "V_m [mV]", "Ca_i [mmol/L]", "Ta [kPa]"});

  const auto data = shared_data("reference/torord_sex/heart_rates.csv");
  if (!data) return;
  const ReferenceCsv reference(data.path);
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    const std::string sex = reference.rows[r][reference.column("sex")];
    const double rate = reference.number(r, "hr_bpm");
    CAPTURE(sex);
    CAPTURE(rate);
    CHECK(std::fabs(APD90(runs, sex, rate) - reference.number(r, "apd90")) < 0.05);
  }
}

TEST_CASE("a sex with moving chloride is refused at the line that asks for it") {
  const fs::path file = fresh_folder("ionic_dyncl_sex") / "scenario.toml";
  std::ofstream(file) << "[myocyte]\nuse = \"ionic.torord\"\nvariant = \"dyncl\"\nsex = \"female\"\n"
                         "[pacing]\nuse = \"protocol.pacing\"\n"
                         "[paced_cell]\nuse = \"experiment.single_cell\"\ncell = \"myocyte\"\nprotocol = \"pacing\"\n";
  const auto result =
      tawara_command("run '" + file.string() + "' --output '" + (file.parent_path() / "run").string() + "'");
  CAPTURE(result.err);
  CHECK(result.code == 3);
  CHECK(result.err.find("scenario.toml:4:") != std::string::npos);
  CHECK(result.err.find("published for fixed chloride only") != std::string::npos);
}
