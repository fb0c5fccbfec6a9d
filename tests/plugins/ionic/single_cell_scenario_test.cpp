#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "../../shared_data.hpp"
#include "../../tawara_command.hpp"
#include "reference_csv.hpp"

// Everything a single cell can be put through, as a user writes it.
namespace {

using std::filesystem::path;

struct Run {
  path folder;
  CommandResult result;
  [[nodiscard]] bool says(const std::string& text) const {
    return (result.out + result.err).find(text) != std::string::npos;
  }
  [[nodiscard]] double number(const std::string& key) const {
    const auto value = summary_of(folder)["cell"][key];
    return value.is_null() ? NAN : value.get<double>();
  }
};

Run run(const std::string& name, const std::string& scenario, const std::string& options = {}) {
  const path folder = fresh_folder("single_cell_" + name);
  std::ofstream(folder / "study.toml") << scenario;
  const path out = folder / "run";
  return {out,
          tawara_command("run '" + (folder / "study.toml").string() + "' --output '" + out.string() + "' " + options)};
}

const std::string cell = R"([myocyte]
use = "ionic.mitchell_schaeffer"
[cell]
use = "experiment.single_cell"
cell = "myocyte"
protocol = "p"
)";

const std::string pacing = cell + "beats = 3\n[p]\nuse = \"protocol.pacing\"\nperiod = 400\n";
const std::string quiet = cell + "[p]\nuse = \"protocol.quiet\"\n";
const std::string clamp = cell + R"([p]
use = "protocol.voltage_clamp"
hold = 20
steps = [{ V = -40, duration = 50 }, { V = 20, duration = 50 }]
)";

}  // namespace

TEST_CASE("a voltage clamp writes V_m, every current and their sum, one row of no biomarkers per sweep") {
  const Run r = run("clamp", clamp);
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  const ReferenceCsv trace(r.folder / "cell.trace.csv");
  CHECK(trace.names ==
        std::vector<std::string>{"t [ms]", "V_m [mV]", "I_in [uA/uF]", "I_out [uA/uF]", "I_ion [uA/uF]"});
  REQUIRE(trace.rows.size() == 241);
  CHECK(trace.number(100, "V_m [mV]") == doctest::Approx(-40));
  CHECK(trace.number(200, "I_out [uA/uF]") == doctest::Approx(100.0 / 6));
  CHECK(trace.number(200, "I_ion [uA/uF]") ==
        doctest::Approx(trace.number(200, "I_in [uA/uF]") + trace.number(200, "I_out [uA/uF]")));
  const ReferenceCsv beats(r.folder / "cell.biomarkers.csv");
  REQUIRE(beats.rows.size() == 1);
  CHECK(beats.rows[0].back() == "clamped");
  CHECK(std::isnan(r.number("APD90")));
  CHECK(r.number("beats_run") == 1);
}

TEST_CASE("sweeps are beats: as many as asked for, the last of them recorded") {
  const Run r = run("sweeps", clamp, "--set cell.beats=3 --set cell.record_last=2");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK(ReferenceCsv(r.folder / "cell.trace.csv").rows.size() == 481);
  CHECK(r.number("beats_run") == 3);
}

TEST_CASE("commands beyond what models are fitted to are a warning") {
  const Run r = run("extreme", clamp, "--set 'p.steps=[{ V = 150, duration = 10 }]'");
  CHECK(r.result.code == 0);
  CHECK(r.says("'p' commands -80 to 150 mV; cell models are fitted to recordings between -150 and 100 mV"));
}

TEST_CASE("a cell left alone needs a duration, and says when it does not beat") {
  const Run refused = run("endless", quiet);
  CHECK(refused.result.code == 3);
  CHECK(
      refused.says("'p' leaves the cell alone: its one beat never ends. Say how long to watch, for example duration"));
  const Run r = run("quiet", quiet, "--set cell.duration=500");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK(r.says("myocyte does not beat by itself within 500 ms (quiescent: V_m stays between -80.0 and -80.0 mV)"));
  CHECK(r.number("quiescent") == 1);
  CHECK(r.number("beats_run") == 0);
  CHECK(ReferenceCsv(r.folder / "cell.trace.csv").rows.size() == 1001);
}

TEST_CASE("beats and until = \"steady\" have no meaning for a cell left alone: the message names them") {
  const Run beats = run("quiet_beats", quiet, "--set cell.duration=500 --set cell.beats=5");
  CHECK(beats.result.code == 3);
  CHECK(beats.says("beats = 5 are asked for. Leave beats out; the cell is watched for duration = 500 ms"));
  const Run steady = run("quiet_steady", quiet, "--set cell.duration=500 --set cell.until=steady");
  CHECK(steady.result.code == 3);
  CHECK(steady.says("until = \"steady\" has no meaning. Leave until out"));
}

TEST_CASE("stimuli that fall into action potentials, or that the cell ignores, are no beats of theirs") {
  const Run fast = run("into_plateau", pacing,
                       "--set myocyte.use=ionic.torord --set p.period=10 --set cell.beats=20 --set cell.record_last=6");
  CAPTURE(fast.result.err);
  REQUIRE(fast.result.code == 0);
  CHECK(fast.says("not at rest (below -40 mV): its stimulus falls into an action potential"));
  CHECK(fast.says("6 of the 6 recorded beats have such a problem"));
  CHECK(std::isnan(fast.number("APD90")));
  // Kernik's cell with a stimulus too weak to matter beats as it likes.
  const Run own = run("own_beat", pacing,
                      "--set myocyte.use=ionic.kernik --set p.period=1000 --set p.amplitude=-0.1 --set cell.beats=3 "
                      "--set cell.record_last=3");
  CAPTURE(own.result.err);
  REQUIRE(own.result.code == 0);
  CHECK(own.says("so the cell beats by itself"));
}

TEST_CASE("Kernik's cell left alone has the beats of the reference, on CVODE and in lanes") {
  const auto data = shared_data("reference/kernik/biomarkers.json");
  if (!data) return;
  const auto expected = nlohmann::json::parse(contents(data.path))["from_published_ic_3s"];
  for (const char* integrator : {"cvode", "batched"}) {
    CAPTURE(integrator);
    const Run r = run("kernik", quiet,
                      std::string("--set myocyte.use=ionic.kernik --set cell.duration=3000 --set "
                                  "cell.integrator=") +
                          integrator);
    CAPTURE(r.result.err);
    REQUIRE(r.result.code == 0);
    const ReferenceCsv beats(r.folder / "cell.biomarkers.csv");
    REQUIRE(beats.rows.size() >= 2);
    const struct {
      const char *ours, *theirs;
      double scale, tolerance;
    } quantities[] = {{"t_upstroke [ms]", "t_upstroke_ms", 1, 0.5},
                      {"cycle_length [ms]", "cycle_length_ms", 1, 0.5},
                      {"V_peak [mV]", "peak_mV", 1, 0.05},
                      {"MDP [mV]", "mdp_mV", 1, 0.01},
                      {"dVdt_max [mV/ms]", "dvdt_max_mV_per_ms", 1, 0.1},
                      {"APD30 [ms]", "apd30_ms", 1, 0.3},
                      {"APD50 [ms]", "apd50_ms", 1, 0.3},
                      {"APD90 [ms]", "apd90_ms", 1, 0.3},
                      {"Ca_diastole [mmol/L]", "cai_diastolic_nM", 1e-6, 5e-8},
                      {"Ca_systole [mmol/L]", "cai_systolic_nM", 1e-6, 5e-7},
                      {"CaTD90 [ms]", "catd90_ms", 1, 0.5}};
    for (std::size_t beat = 0; beat < 2; ++beat)
      for (const auto& q : quantities) {
        CAPTURE(q.ours);
        CHECK(std::fabs(beats.number(beat, q.ours) - q.scale * expected[beat][q.theirs].get<double>()) < q.tolerance);
      }
    CHECK(r.number("APD90") == doctest::Approx(expected[1]["apd90_ms"].get<double>()).epsilon(1e-3));
    CHECK(r.number("beats_run") >= 2);
  }
}

TEST_CASE("a run continues from the final state of another") {
  const Run two = run("two", pacing, "--set cell.beats=2"), one = run("one", pacing, "--set cell.beats=1");
  CAPTURE(one.result.err);
  REQUIRE(two.result.code == 0);
  REQUIRE(one.result.code == 0);
  const std::string file = (one.folder / "cell.final_state.csv").string();
  const Run second = run("second", pacing, "--set cell.beats=1 --set cell.initial_state='" + file + "'");
  CAPTURE(second.result.err);
  REQUIRE(second.result.code == 0);
  CHECK(second.number("APD90") == doctest::Approx(two.number("APD90")).epsilon(1e-5));
  CHECK(std::fabs(second.number("APD90") - one.number("APD90")) > 0.1);
  CHECK(second.says("2 of 2 states from cell.final_state.csv"));
  const Run in_place = run("in_place", pacing, "--set 'cell.initial=[{ state = \"h\", value = 0.5 }]'");
  CHECK(in_place.result.code == 0);
}

TEST_CASE("initial states that cannot be are refused where they stand") {
  const path states = fresh_folder("single_cell_states") / "states.csv";
  const std::string option = "--set cell.initial_state='" + states.string() + "'";
  std::ofstream(states) << "name,value\nu,0\nhh,1\n";
  const Run unknown = run("unknown", pacing, option);
  CHECK(unknown.result.code != 0);
  CHECK(unknown.says("states.csv:3: the model has no state 'hh'; did you mean h?"));
  std::ofstream(states) << "name,value\nu,\n";
  CHECK(run("empty_cell", pacing, option).says("states.csv:2: value must be a number, found ''"));
  std::ofstream(states) << "name,value\nNa_i,-10\n";
  CHECK(run("negative", pacing, option + " --set myocyte.use=ionic.torord")
            .says("states.csv:2: Na_i is -10 mmol/L; a concentration cannot be negative"));
  const Run named = run("named", pacing, "--set 'cell.initial=[{ state = \"g\", value = 0.5 }]'");
  CHECK(named.result.code == 3);
  CHECK(named.says("initial: 'myocyte': the model has no state 'g'"));
}

TEST_CASE("pacing until steady stops early and says when; too few beats are a warning naming the state") {
  const Run r = run("steady", pacing, "--set cell.until=steady --set cell.beats=200");
  CAPTURE(r.result.err);
  REQUIRE(r.result.code == 0);
  CHECK(r.says("myocyte is steady after "));
  CHECK(r.number("beats_run") < 50);
  const Run early = run("early", pacing, "--set cell.until=steady --set cell.steady_tolerance=1e-9");
  CHECK(early.result.code == 0);
  CHECK(early.says("myocyte is not steady after 2 beats: h still changes by "));
  CHECK(early.number("beats_run") == 3);
  const Run few = run("few", pacing, "--set cell.until=steady --set cell.beats=2");
  CHECK(few.result.code == 3);
  CHECK(few.says("a steady state takes two beats to show, before the 1 recorded; there are 2 in all. Set beats = 3"));
}

TEST_CASE("a drug on a current the cell lacks is a warning, said once, and changes nothing") {
  const std::string drug =
      "[drug]\nuse = \"drug.hill_block\"\nblocks = [{ current = \"I_Kr\", ic50 = 7 }]\nconcentration = 7\n";
  const Run with = run("idle_drug", pacing + drug, "--set 'cell.drugs=[\"drug\"]'"), without = run("no_drug", pacing);
  CAPTURE(with.result.err);
  REQUIRE(with.result.code == 0);
  const std::string words = "'drug' blocks I_Kr, which 'myocyte' (ionic.mitchell_schaeffer) does not have";
  CHECK(with.says(words));
  CHECK(with.result.err.find(words) == with.result.err.rfind(words));
  CHECK(with.number("APD90") == without.number("APD90"));
}

TEST_CASE("every experiment takes drugs: rates and dictionaries are those of a cell with the multiplier") {
  const path states = fresh_folder("single_cell_rates") / "states.csv";
  std::ofstream(states) << "vector,index,name,value\n1,1,u,0.5\n1,2,h,0.8\n";
  const std::string drug =
      "[drug]\nuse = \"drug.hill_block\"\nblocks = [{ current = \"I_out\", ic50 = 7 }]\nconcentration = 7\n";
  const std::string myocyte = "[myocyte]\nuse = \"ionic.mitchell_schaeffer\"\n";
  const std::string rates =
      myocyte + drug + "[cell]\nuse = \"experiment.rates\"\ncell = \"myocyte\"\nstates = \"" + states.string() + "\"\n";
  const Run plain = run("rates_plain", rates), drugged = run("rates_drug", rates, "--set 'cell.drugs=[\"drug\"]'");
  CAPTURE(drugged.result.err);
  REQUIRE(plain.result.code == 0);
  REQUIRE(drugged.result.code == 0);
  const auto I_out = [](const Run& r) {
    const ReferenceCsv table(r.folder / "cell.observables.csv");
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      if (table.rows[row][table.column("name")] == "I_out") return table.number(row, "value");
    return std::nan("");
  };
  CHECK(I_out(plain) == doctest::Approx(50.0 / 6));
  CHECK(I_out(drugged) == doctest::Approx(25.0 / 6));

  const std::string dictionary = myocyte + drug +
                                 "[pacing]\nuse = \"protocol.pacing\"\n[cell]\nuse = \"experiment.ap_dictionary\"\n"
                                 "cell = \"myocyte\"\nprotocol = \"pacing\"\nvary = \"tau_close\"\nfactors = []\n"
                                 "range = [0.8, 1.2]\nbeats = 2\nentries = 4\naccept = \"all\"\n";
  const Run with_drug = run("ap_drug", dictionary, "--set 'cell.drugs=[\"drug\"]'"),
            scaled = run("ap_scaled", dictionary, "--set myocyte.scale_I_out=0.5"), free = run("ap_free", dictionary);
  CAPTURE(with_drug.result.err);
  REQUIRE(with_drug.result.code == 0);
  REQUIRE(scaled.result.code == 0);
  const auto table = [](const Run& r) { return contents(r.folder / "cell.dictionary.csv"); };
  CHECK(table(with_drug) == table(scaled));
  CHECK(table(with_drug) != table(free));
}

TEST_CASE("the same cell in lanes: APD90 within a tenth of a millisecond, a trace at the same times") {
  const Run cvode = run("cvode", pacing), lanes = run("lanes", pacing, "--set cell.integrator=batched");
  CAPTURE(lanes.result.err);
  REQUIRE(cvode.result.code == 0);
  REQUIRE(lanes.result.code == 0);
  CHECK(std::fabs(cvode.number("APD90") - lanes.number("APD90")) < 0.1);
  CHECK(ReferenceCsv(cvode.folder / "cell.trace.csv").rows.size() ==
        ReferenceCsv(lanes.folder / "cell.trace.csv").rows.size());
  const Run single = run("float", pacing, "--set cell.integrator=batched --set cell.precision=float");
  REQUIRE(single.result.code == 0);
  CHECK(std::fabs(cvode.number("APD90") - single.number("APD90")) < 0.2);
  CHECK(single.number("APD90") != lanes.number("APD90"));
}

TEST_CASE("a cell of a population is the single cell in lanes, number by number") {
  const Run cohort = run("cohort", R"([myocyte]
use = "ionic.mitchell_schaeffer"
[p]
use = "protocol.pacing"
period = 400
[cohort]
use = "experiment.population"
cell = "myocyte"
protocol = "p"
cells = 3
beats = 3
parameters = [{ path = "myocyte.tau_close", uniform = [100, 200] }]
)");
  CAPTURE(cohort.result.err);
  REQUIRE(cohort.result.code == 0);
  const ReferenceCsv cells(cohort.folder / "cohort.population.csv");
  REQUIRE(cells.rows.size() == 3);
  const Run one = run(
      "of_cohort", pacing,
      "--set cell.integrator=batched --set myocyte.tau_close=" + cells.rows[2][cells.column("myocyte.tau_close [ms]")]);
  CAPTURE(one.result.err);
  REQUIRE(one.result.code == 0);
  for (const auto& [column, key] : {std::pair{"APD90 [ms]", "APD90"},
                                    {"APD50 [ms]", "APD50"},
                                    {"V_peak [mV]", "V_peak"},
                                    {"dVdt_max [mV/ms]", "dVdt_max"},
                                    {"t_up50 [ms]", "t_up50"}}) {
    CAPTURE(key);
    CHECK(one.number(key) == cells.number(2, column));
  }
}

TEST_CASE("run lengths and parameters that cannot be are refused in words") {
  const Run long_beat = run("long_beat", pacing, "--set cell.duration=500");
  CHECK(long_beat.result.code == 3);
  CHECK(long_beat.says("duration = 500 ms reaches beyond the next stimulus of 'p', 400 ms after the last beat begins"));
  const Run train = run("train", cell + "beats = 9\n[p]\nuse = \"protocol.s1s2\"\nS1_beats = 5\n");
  CHECK(train.result.code == 3);
  CHECK(train.says("'p' has 6 beats that end, 9 are asked for; set beats = 6 or less"));
  const Run broken = run("nan", pacing, "--set myocyte.tau_close=nan");
  CHECK(broken.result.code != 0);
  CAPTURE(broken.result.err);
  CHECK(broken.says("tau_close"));
  CHECK(broken.says("nan"));
}

TEST_CASE("a dictionary is refused protocols that do not pace") {
  const std::string dictionary = R"([myocyte]
use = "ionic.mitchell_schaeffer"
[ap]
use = "experiment.ap_dictionary"
cell = "myocyte"
protocol = "p"
vary = "tau_close"
factors = []
beats = 5
)";
  const Run clamped = run("ap_clamp", dictionary + clamp.substr(clamp.find("[p]")));
  CHECK(clamped.result.code == 3);
  CHECK(clamped.says("'p' clamps the voltage, this experiment paces with a stimulus current; use protocol.pacing"));
  const Run alone = run("ap_quiet", dictionary + "[p]\nuse = \"protocol.quiet\"\n");
  CHECK(alone.result.code == 3);
  CHECK(alone.says("'p' leaves the cell alone, this experiment paces"));
  const Run train = run("ap_train", dictionary + "[p]\nuse = \"protocol.s1s2\"\nS1_beats = 4\n");
  CHECK(train.result.code == 3);
  CHECK(train.says("'p' has 5 beats that end, the dictionary needs 5 and one more; set beats = 4 or less"));
}
