#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "../../shared_data.hpp"
#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// The components of this family as a user meets them: through a scenario.
namespace {

using std::filesystem::path;

path write(const path& file, const std::string& text) {
  std::ofstream(file) << text;
  return file;
}

const std::string paced = R"([myocyte]
use = "ionic.torord"
[pacing]
use = "protocol.pacing"
[paced_cell]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "pacing"
)";

const std::string dictionary = R"([myocyte]
use = "ionic.mitchell_schaeffer"
[pacing]
use = "protocol.pacing"
[ap]
use = "experiment.ap_dictionary"
cell = "myocyte"
protocol = "pacing"
beats = 5
entries = 12
vary = "tau_close"
range = [0.5, 2]
factors = []
accept = "all"
)";

struct Run {
  path folder;
  CommandResult result;
  [[nodiscard]] bool says(const std::string& text) const {
    return (result.out + result.err).find(text) != std::string::npos;
  }
  [[nodiscard]] double number(const std::string& instance, const std::string& key) const {
    return summary_of(folder)[instance][key].get<double>();
  }
};

Run run(const std::string& name, const std::string& scenario, const std::string& options = {}) {
  const path folder = fresh_folder("ionic_" + name);
  const path file = write(folder / "scenario.toml", scenario);
  const path out = folder / "run";
  return {out, tawara_command("run '" + file.string() + "' --output '" + out.string() + "' " + options)};
}

}  // namespace

TEST_CASE("a scenario of one cell gives the published APD90 of each sex") {
  for (const auto& [sex, APD90] :
       {std::pair{"baseline", 271.4}, std::pair{"male", 253.0}, std::pair{"female", 295.4}}) {
    const Run r = run(sex, paced, std::string("--set myocyte.sex=") + sex);
    CAPTURE(r.result.err);
    REQUIRE(r.result.code == 0);
    CHECK(std::fabs(r.number("paced_cell", "APD90") - APD90) < 0.3);
    for (const char* key : {"APD50", "V_rest", "V_peak", "dVdt_max", "CaT_amplitude"})
      CHECK(std::isfinite(r.number("paced_cell", key)));
    const ReferenceCsv trace(r.folder / "paced_cell.trace.csv");
    CHECK(trace.names[0] == "t [ms]");
    CHECK(trace.names[1] == "V_m [mV]");
    CHECK(trace.rows.size() == 2001);
  }
}

TEST_CASE("the same scenario paces Mitchell-Schaeffer with that model's own stimulus") {
  const Run r = run("swapped", paced, "--set myocyte.use=ionic.mitchell_schaeffer");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK(r.number("paced_cell", "APD90") == doctest::Approx(286.17).epsilon(1e-4));
}

TEST_CASE("a stimulus too weak to capture is a warning, not a failure") {
  const Run r = run("weak", paced, "--set pacing.amplitude=-5 --set paced_cell.beats=2");
  CHECK(r.result.code == 0);
  CHECK(r.says("beat 2 of myocyte was not captured: V_m peaks at -84"));
  CHECK(r.says("try a stronger or longer stimulus"));
}

TEST_CASE("a period shorter than the action potential is a warning, not a failure") {
  const Run r = run("short", paced, "--set pacing.period=250 --set paced_cell.beats=1");
  CHECK(r.result.code == 0);
  CHECK(r.says("beat 1 of myocyte is not repolarised when it ends"));
}

TEST_CASE("settings of a paced cell that cannot be are refused in words") {
  const Run observable = run("observable", paced, "--set 'paced_cell.record=[\"I_kr\"]'");
  CHECK(observable.result.code != 0);
  CHECK(observable.says("'I_kr' is no observable of 'myocyte'; did you mean I_Kr? (it has: V_m, Ca_i, I_Na"));
  const Run record = run("record_last", paced, "--set paced_cell.beats=3 --set paced_cell.record_last=4");
  CHECK(record.result.code != 0);
  CHECK(record.says("record_last is 4 but there are only 3 beats"));
  const Run pulse = run("pulse", paced, "--set pacing.duration=1000");
  CHECK(pulse.result.code != 0);
  CHECK(pulse.says("shorten duration or lengthen period"));
}

TEST_CASE("a dictionary's bytes do not depend on the number of threads") {
  const Run one = run("one_thread", dictionary, "--threads 1"), two = run("two_threads", dictionary, "--threads 2");
  CAPTURE(one.result.err);
  REQUIRE(one.result.code == 0);
  REQUIRE(two.result.code == 0);
  CHECK(contents(one.folder / "ap.dictionary.csv") == contents(two.folder / "ap.dictionary.csv"));
  CHECK(one.number("ap", "entries") == 12);
  CHECK(one.number("ap", "APD90_highest") > 3 * one.number("ap", "APD90_lowest"));
}

TEST_CASE("settings of a dictionary that cannot be are refused in words") {
  const Run vary = run("vary", dictionary, "--set ap.vary=tau_closed");
  CHECK(vary.result.code == 3);
  CHECK(vary.says("'tau_closed' is no evaluate parameter of 'myocyte' (ionic.mitchell_schaeffer); it has: tau_in"));
  const Run range = run("range", dictionary, "--set 'ap.range=[2, 1]'");
  CHECK(range.result.code == 3);
  CHECK(range.says("range must be two multipliers, lowest first"));
  const Run empty = run("empty", dictionary, "--set ap.accept=published");
  CHECK(empty.result.code == 3);
  CHECK(empty.says("action potentials is acceptable"));
  CHECK(empty.says("APD90 - APD40 outside 50..150 ms"));
}

TEST_CASE("rates at states from a file are written beside them, names echoed") {
  const path folder = fresh_folder("ionic_states");
  const path states =
      write(folder / "states.csv", "vector,index,name,value\n1,1,u,0.5\n1,2,gate,0.8\n2,2,h,0.8\n2,1,u,0.1\n");
  const std::string scenario =
      "[myocyte]\nuse = \"ionic.mitchell_schaeffer\"\n[rhs]\nuse = \"experiment.rates\"\ncell = "
      "\"myocyte\"\nstates = \"" +
      states.string() + "\"\n";
  const Run r = run("rates", scenario);
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  const ReferenceCsv table(r.folder / "rhs.rates.csv");
  REQUIRE(table.rows.size() == 4);
  CHECK(table.number(0, "derivative") == doctest::Approx(0.8 * 0.125 / 0.3 - 0.5 / 6));
  CHECK(table.rows[1][table.column("name")] == "gate");
  CHECK(table.number(1, "derivative") == doctest::Approx(-0.8 / 150));
  CHECK(table.number(3, "derivative") == doctest::Approx(0.2 / 120));

  const auto refused = [&](const char* name, const std::string& text, const std::string& message) {
    write(states, text);
    const Run broken = run(name, scenario);
    CAPTURE(broken.result.err);
    CHECK(broken.result.code != 0);
    CHECK(broken.says(message));
  };
  refused("no_column", "vector,index,value\n1,1,0.5\n", "states.csv:1: the column 'name' is missing");
  refused("not_finite", "vector,index,name,value\n1,1,u,nan\n", "states.csv:2: value must be a finite number");
  refused("twice", "vector,index,name,value\n1,1,u,0.5\n1,1,u,0.6\n", "states.csv:3: vector 1 has index 1 twice");
  refused("no_number", "vector,index,name,value\n1,1,u,half\n", "states.csv:2: value must be a number, found 'half'");
  refused("bad_index", "vector,index,name,value\n1,3,u,0.5\n",
          "states.csv:2: index 3 is not one of the model's states, 1 to 2");
  refused("no_state", "vector,index,name,value\n1,1,u,0.5\n",
          "vector 1 has no value for index 2; the model has 2 states");
  refused("only_header", "vector,index,name,value\n", "no states, only a header");
}

TEST_CASE("rates of every model at the reference's states equal the reference's, through a scenario") {
  struct Reference {
    const char* folder;
    const char* cell;
  };
  for (const auto& [folder, cell] : {Reference{"torord_fkatp_endo", "ionic.torord\""},
                                     {"torord_fkatp_epi", "ionic.torord\"\nlayer = \"epi\""},
                                     {"torord_dyncl_endo", "ionic.torord\"\nvariant = \"dyncl\""},
                                     {"torord_sex/male_endo", "ionic.torord_land\"\nsex = \"male\""},
                                     {"torord_sex/female_endo", "ionic.torord_land\"\nsex = \"female\""},
                                     {"tp06_epi", "ionic.tp06\"\nlayer = \"epi\""},
                                     {"mitchell_schaeffer", "ionic.mitchell_schaeffer\""}}) {
    const auto data = shared_data(std::string("reference/") + folder + "/derivatives.csv");
    if (!data) return;
    CAPTURE(folder);
    const Run r = run("reference_rates", std::string("[myocyte]\nuse = \"") + cell +
                                             "\n[rhs]\nuse = \"experiment.rates\"\ncell = \"myocyte\"\nstates = \"" +
                                             data.path.string() + "\"\n");
    CAPTURE(r.result.err);
    REQUIRE(r.result.code == 0);
    const ReferenceCsv ours(r.folder / "rhs.rates.csv"), reference(data.path);
    REQUIRE(ours.rows.size() == reference.rows.size());
    // The third vector of most stands beside a removable singularity.
    const bool singular = std::string(folder) != "mitchell_schaeffer";
    for (std::size_t row = 0; row < ours.rows.size(); ++row) {
      CAPTURE(row);
      CHECK(ours.rows[row][ours.column("name")] == reference.rows[row][reference.column("name")]);
      const double expected = reference.number(row, "derivative");
      const double tolerance = singular && reference.number(row, "vector") == 3 ? 1e-7 : 1e-9;
      CHECK(std::fabs(ours.number(row, "derivative") - expected) <= tolerance * std::fabs(expected) + 1e-12);
    }
  }
}
