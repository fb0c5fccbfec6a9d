#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "population_fixture.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;

namespace {

const protocols::PacingDrive pulses(40, 2.25, -5, 0);

/// Highest V of the toy membrane in the second beat: at the end of its pulse.
double exact_peak(double tau) {
  double V = 3;
  for (const auto& [I_stim, duration] : {std::pair{-5.0, 2.25}, {0.0, 37.75}, {-5.0, 2.25}})
    V = ToyCell::exact_V(V, tau, I_stim, duration);
  return V;
}

/// A toy rests at 0 mV; a steady outward current of 8 uA/uF lets one of tau = 10 ms rest at -80 mV, from where pulses
/// make what passes for an action potential.
struct FromRest final : Protocol::Drive {
  protocols::PacingDrive pacing{40, 2.25, -60, 0};
  [[nodiscard]] double I_stim(double t) const override { return 8 + pacing.I_stim(t); }
  [[nodiscard]] double next_edge(double t) const override { return pacing.next_edge(t); }
  [[nodiscard]] double beat_start(int n) const override { return pacing.beat_start(n); }
};

ToyPopulation paced(std::int64_t cells = 0, bool batched = true) {
  ToyPopulation it(cells, batched);
  it.fill("protocol", protocol_of(pulses));
  return it;
}

bool same_bytes(const Table& a, const Table& b) {
  if (a.columns.size() != b.columns.size()) return false;
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    const auto &x = a.columns[c], &y = b.columns[c];
    if (x.name != y.name || x.unit != y.unit || x.texts != y.texts || x.numbers.size() != y.numbers.size())
      return false;
    if (!x.numbers.empty() && std::memcmp(x.numbers.data(), y.numbers.data(), 8 * x.numbers.size()) != 0) return false;
  }
  return true;
}

/// Some rows of a table.
Table rows_of(const Table& table, std::size_t from, std::size_t n) {
  Table part = table;
  const auto cut = [&](auto& list) {
    if (!list.empty())
      list = {list.begin() + static_cast<std::ptrdiff_t>(from), list.begin() + static_cast<std::ptrdiff_t>(from + n)};
  };
  for (auto& column : part.columns) {
    cut(column.numbers);
    cut(column.texts);
  }
  return part;
}

}  // namespace

TEST_CASE("every cell of a population has its own parameters and the results that belong to them") {
  ToyPopulation it = paced(100);
  it.vary("cell.tau", "ms", 5, 20).prepare();
  CHECK(it.table().rows() == 100);
  CHECK(it.number("cells") == 100);
  CHECK(it.number("failures") == 0);
  for (std::size_t i = 0; i < 100; ++i) {
    const double tau = it.column("cell.tau")[i];
    CHECK(it.column("index")[i] == static_cast<double>(i));
    CHECK(tau > 5);
    CHECK(tau < 20);
    CHECK(it.column("V_peak")[i] == doctest::Approx(exact_peak(tau)).epsilon(1e-4));
    CHECK(it.texts("status")[i] == "ok");
    CHECK(it.column("steps")[i] > 50);
  }
  CHECK(std::set(it.column("cell.tau").begin(), it.column("cell.tau").end()).size() == 100);
  CHECK(it.number("ns_per_cell_step") > 0);
  CHECK(it.number("cpu_ms_per_cell_beat") > 0);
  CHECK(it.tables.at("isa").columns.at(0).texts.at(0) == "baseline");
  CHECK(it.host().said("100 cells in lanes (baseline, double); they differ in cell.tau"));
}

TEST_CASE("a cell's bytes do not depend on shards, on which cells run with it, nor on where a part begins") {
  ToyPopulation all = paced(150);
  all.vary("cell.tau", "ms", 5, 20).prepare();
  ToyPopulation shards = paced(150);
  shards.vary("cell.tau", "ms", 5, 20).set("shard_size", 7);
  shards.prepare();
  CHECK(same_bytes(all.table(), shards.table()));
  ToyPopulation part = paced(50);
  part.vary("cell.tau", "ms", 5, 20).set("first_cell", 90);
  part.prepare();
  CHECK(same_bytes(part.table(), rows_of(all.table(), 90, 50)));
  ToyPopulation one = paced(150);
  one.vary("cell.tau", "ms", 5, 20).set("only", List{Value(37)});
  one.prepare();
  CHECK(one.host().shards.has("only", 0));
  CHECK_FALSE(one.host().shards.has("cells", 0));
  CHECK(same_bytes(one.table(), rows_of(all.table(), 37, 1)));
  ToyPopulation none_written = paced(150);
  none_written.host().has_services = false;
  none_written.vary("cell.tau", "ms", 5, 20).prepare();
  CHECK(same_bytes(all.table(), none_written.table()));
}

TEST_CASE("a Sobol sequence fills every stratum, addressed by the cell's index") {
  ToyPopulation it = paced(64);
  it.vary("cell.tau", "ms", 5, 20).vary("cell.breaks_above", "mV", 1e6, 2e6).set("method", "sobol");
  it.prepare();
  std::set<int> strata[2];
  for (std::size_t i = 0; i < 64; ++i) {
    strata[0].insert(static_cast<int>(64 * (it.column("cell.tau")[i] - 5) / 15));
    strata[1].insert(static_cast<int>(64 * (it.column("cell.breaks_above")[i] - 1e6) / 1e6));
  }
  // A random shift moves the strata's edges, which may let one fall into its neighbour.
  CHECK(strata[0].size() >= 63);
  CHECK(strata[1].size() >= 63);
  ToyPopulation one = paced(64);
  one.vary("cell.tau", "ms", 5, 20).vary("cell.breaks_above", "mV", 1e6, 2e6).set("method", "sobol");
  one.set("only", List{Value(41)});
  one.prepare();
  CHECK(same_bytes(one.table(), rows_of(it.table(), 41, 1)));
}

TEST_CASE("a design's columns are used where they are named after a parameter or asked for") {
  Table design;
  design.add("cell.tau", "ms", {5, 8, 11}).add("limit", "mV", {1e6, 2e6, 3e6}).add("weight", "1", {1, 1, 1});
  design.add("cell.APD90", "ms", {1, 2, 3}).add_text("status", {"ok", "nan: broke", "ok"});
  ToyPopulation it = paced();
  TestInput cell = toy_cell();
  cell.from_columns = {{1, "limit"}};
  cell.values[1] = NAN;
  it.fill("cell", cell).fill("design", design_of(design)).prepare();
  CHECK(it.column("cell.tau") == std::vector<double>{5, 11});
  CHECK(it.column("cell.breaks_above") == std::vector<double>{1e6, 3e6});
  CHECK(it.table().find("weight") == nullptr);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(it.column("V_peak")[i] == doctest::Approx(exact_peak(it.column("cell.tau")[i])).epsilon(1e-4));
  CHECK(it.host().said("rows of the design left out because their status is not ok: 1"));
}

TEST_CASE("drugs act on cells at a concentration of each cell's own") {
  ToyPopulation it = paced(20);
  it.fill("drugs", toy_drug(0.9));
  it.vary("drug.concentration", "1", 0, 0.6).prepare();
  for (std::size_t i = 0; i < 20; ++i) {
    const double left = 10 * (1 - it.column("drug.concentration")[i]);
    CHECK(it.column("V_peak")[i] == doctest::Approx(exact_peak(left)).epsilon(1e-4));
  }
  ToyPopulation same = paced(2);
  same.fill("drugs", toy_drug(0.5)).prepare();
  CHECK(same.column("V_peak")[1] == doctest::Approx(exact_peak(5)).epsilon(1e-4));
}

TEST_CASE("a failed cell is counted by cause, has a status and a scenario of its own, and stops nobody") {
  Table design;
  std::vector<double> limits(40, 1e9);
  limits[3] = limits[17] = limits[18] = limits[30] = 5;
  design.add("cell.breaks_above", "mV", limits);
  ToyPopulation it = paced();
  it.fill("design", design_of(design)).prepare();
  CHECK(it.number("failures") == 4);
  for (std::size_t i = 0; i < 40; ++i) {
    const bool fails = limits[i] == 5;
    CHECK(std::isnan(it.column("V_peak")[i]) == fails);
    CHECK(std::isnan(it.column("EADs")[i]) == fails);
    CHECK((it.texts("status")[i] != "ok") == fails);
  }
  CHECK(it.texts("status")[17].starts_with("nan: the rate of V_m is not a finite number at t = "));
  CHECK(
      it.host().said("4 of 40 cells failed (4 nan); see the column status. To run one of them alone: it.repro_3.toml, "
                     "it.repro_17.toml, it.repro_18.toml"));
  REQUIRE(it.host().replay.written.contains("repro_17"));
  const auto& [name, value] = it.host().replay.written["repro_17"].at(0);
  CHECK(name == "only");
  CHECK(value == Value(List{Value(17)}));

  ToyPopulation strict = paced();
  strict.fill("design", design_of(design)).set("max_failed_fraction", 0.05);
  CHECK(message_of([&] {
          strict.prepare();
        }).find("4 of 40 cells failed, the first (cell 3) with nan: the rate of V_m") != std::string::npos);
  CHECK(strict.host().shards.has("cells", 0));
}

TEST_CASE("drawn values that a parameter cannot have fail that cell in words") {
  ToyPopulation it = paced(40);
  it.vary("cell.tau", "ms", -10, 20).prepare();
  CHECK(it.number("failures") > 5);
  for (std::size_t i = 0; i < 40; ++i)
    if (it.column("cell.tau")[i] <= 0)
      CHECK(it.texts("status")[i].find("is not above 0 ms") != std::string::npos);
    else
      CHECK(it.texts("status")[i] == "ok");
}

TEST_CASE("shards hold what the table holds, and a resumed run computes only those that are missing") {
  ToyPopulation it = paced(50);
  it.vary("cell.tau", "ms", 5, 20).set("shard_size", 16).set("record", List{Value("g")}).set("sample_step", 10);
  it.prepare();
  const Table whole = it.table();
  auto& shards = it.host().shards;
  CHECK(shards.tables.size() == 4);
  for (std::size_t k = 0; k < 4; ++k)
    CHECK(same_bytes(shards.read("cells", k), rows_of(whole, 16 * k, k < 3 ? 16 : 2)));
  const auto& arrays = shards.arrays.at({"cells", 1});
  REQUIRE(arrays.size() == 3 + 3);  // and what the scenario sets
  CHECK(arrays[0].name == "trace_t");
  CHECK(arrays[0].values.size() == 5);
  CHECK(arrays[1].name == "trace_V_m");
  CHECK(arrays[1].values.shape() == std::vector<std::size_t>{16, 5});
  CHECK(arrays[2].name == "trace_g");
  CHECK(arrays[1].values.at(3 * 5) == static_cast<float>(whole.at("V_rest").numbers[16 + 3]));

  shards.tables.erase({"cells", 2});
  shards.tables.at({"cells", 1}).columns[2].numbers[0] = 123;  // kept as it is, so not computed again
  it.prepare();
  CHECK(it.column("V_rest")[16] == 123);
  CHECK(same_bytes(rows_of(it.table(), 32, 18), rows_of(whole, 32, 18)));
}

TEST_CASE("cancelling keeps finished shards") {
  ToyPopulation it = paced(200);
  it.set("shard_size", 20);
  it.host().stop = [&] { return it.host().shards.tables.size() >= 3; };
  CHECK_THROWS_AS(it.prepare(), Cancelled);
  CHECK(it.host().shards.tables.size() == 3);
}

TEST_CASE("a full disk fails the run in the words of the disk") {
  ToyPopulation it = paced(10);
  it.host().shards.full = "no space left on device";
  CHECK(message_of([&] { it.prepare(); }) == "no space left on device");
  CHECK_FALSE(it.tables.contains("population"));
}

TEST_CASE("beyond the table's limit cells are in the shards only") {
  ToyPopulation it = paced(30);
  it.set("table_limit", 20).prepare();
  CHECK(it.table().rows() == 0);
  CHECK(it.number("cells") == 30);
  CHECK(it.host().shards.tables.size() == 1);
  CHECK(it.host().said("30 cells are in the shards it.cells.*.h5"));
  ToyPopulation nowhere = paced(30);
  nowhere.host().has_services = false;
  nowhere.set("table_limit", 20).prepare();
  CHECK(nowhere.host().said("30 cells are more than table_limit (20) and shards are not written here"));
}

TEST_CASE("durations in lanes are those on CVODE") {
  ToyPopulation lanes(5), cvode(5);
  for (ToyPopulation* it : {&lanes, &cvode})
    it->vary("cell.tau", "ms", 9, 12).set("beats", 3).fill("protocol", protocol_of(FromRest()));
  lanes.prepare();
  cvode.set("integrator", "cvode").prepare();
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(lanes.texts("problem")[i] == "");
    CHECK(cvode.column("APD50")[i] == doctest::Approx(lanes.column("APD50")[i]).epsilon(1e-3));
  }
}

TEST_CASE("a model without lanes runs on CVODE, to the same results") {
  ToyPopulation lanes = paced(5), cvode = paced(5, false), asked = paced(5);
  lanes.vary("cell.tau", "ms", 5, 20).prepare();
  cvode.vary("cell.tau", "ms", 5, 20).set("record", List{Value("V_m")});
  cvode.prepare();
  CHECK(cvode.host().said("'cell' (ionic.toy) cannot be stepped in lanes; its cells run on CVODE"));
  asked.vary("cell.tau", "ms", 5, 20).set("integrator", "cvode");
  asked.prepare();
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(cvode.column("V_peak")[i] == doctest::Approx(lanes.column("V_peak")[i]).epsilon(1e-4));
    CHECK(asked.column("V_peak")[i] == cvode.column("V_peak")[i]);
  }
  const auto& traces = cvode.host().shards.arrays.at({"cells", 0}).at(1);
  CHECK(traces.values.shape() == std::vector<std::size_t>{5, 41});
  CHECK(traces.values.at(41) == doctest::Approx(cvode.column("V_rest")[1]));
}

TEST_CASE("cells left alone are summed up over their spontaneous beats, of which a membrane has none") {
  ToyPopulation it(3);
  it.set("beats", 1).fill("protocol", protocol_of(protocols::QuietDrive()));
  CHECK(message_of([&] {
          it.prepare();
        }).find("'pacing' leaves the cell alone: its one beat never ends. Say how long to watch") != std::string::npos);
  it.set("duration", 60.0).prepare();
  CHECK(it.column("beats") == std::vector<double>{0, 0, 0});
  CHECK(it.texts("rhythm")[0] == "quiescent");
  CHECK(it.texts("status")[0] == "ok");
  CHECK(it.texts("problem") == std::vector<std::string>{"no beat", "no beat", "no beat"});
  CHECK(it.host().said("3 of 3 cells have no whole beat of their own between settle = 0 ms and the end of the record"));
  CHECK(it.table().find("APD90") != nullptr);
  CHECK(std::isnan(it.column("APD90")[0]));
}

TEST_CASE("clamped cells have traces and no biomarkers") {
  struct Steps final : Protocol::Drive {
    [[nodiscard]] double I_stim(double) const override { return 0; }
    [[nodiscard]] std::optional<double> V_command(double t) const override { return t < 20 ? -40 : 10; }
    [[nodiscard]] bool piecewise_constant() const override { return true; }
    [[nodiscard]] double next_edge(double t) const override { return t < 20 ? 20 : INFINITY; }
    [[nodiscard]] double beat_start(int n) const override { return n == 0 ? 0 : INFINITY; }
  };
  for (const bool batched : {true, false}) {
    ToyPopulation it(3, batched);
    it.set("beats", 1).fill("protocol", protocol_of(Steps())).set("duration", 50.0);
    CHECK(message_of([&] {
            it.prepare();
          }).find("'pacing' clamps the voltage, so a cell has no biomarkers; say which") != std::string::npos);
    it.set("record", List{Value("g")}).set("sample_step", 5.0).prepare();
    CHECK(it.table().find("APD90") == nullptr);
    const auto& arrays = it.host().shards.arrays.at({"cells", 0});
    REQUIRE(arrays.at(2).values.shape() == std::vector<std::size_t>{3, 11});
    const double steady = ToyCell::steady(-40);
    CHECK(arrays[1].values.at(11 + 2) == -40);
    CHECK(arrays[2].values.at(11 + 2) == doctest::Approx(steady + (0.1 - steady) * std::exp(-2.0)).epsilon(1e-4));
    CHECK(arrays[1].values.at(3) == -40);
    CHECK(arrays[1].values.at(4) == 10);  // on the jump
    CHECK(arrays[1].values.at(10) == 10);
  }
}

TEST_CASE("a duration is how long the last beat is followed: cut short, or into the next sweep of a clamp") {
  for (const bool batched : {true, false}) {
    CAPTURE(batched);
    ToyPopulation it = paced(1, batched);
    it.set("duration", 25.0).set("record", List{Value("g")}).set("sample_step", 5.0).prepare();
    const auto shape = [&] { return it.host().shards.arrays.at({"cells", 0}).at(1).values.shape(); };
    CHECK(shape() == std::vector<std::size_t>{1, 6});
    CHECK(it.column("V_rest")[0] ==
          doctest::Approx(ToyCell::exact_V(ToyCell::exact_V(3, 10, -5, 2.25), 10, 0, 37.75)).epsilon(1e-3));
    it.host().shards.tables.clear();
    it.set("duration", 41.0);
    CHECK(message_of([&] { it.prepare(); })
              .find("duration = 41 ms reaches beyond the next stimulus of 'pacing', 40 ms "
                    "after the last beat begins") != std::string::npos);

    it.fill("protocol", protocol_of(protocols::ClampDrive({{-40, 10, {}}, {10, 10, {}}}, {})));
    it.set("duration", 30.0).prepare();
    CHECK(shape() == std::vector<std::size_t>{1, 7});
    const auto& V_m = it.host().shards.arrays.at({"cells", 0}).at(1).values;
    CHECK(V_m.at(3) == 10);
    CHECK(V_m.at(4) == -40);
    CHECK(V_m.at(6) == -40);
    const double low = ToyCell::steady(-40), high = ToyCell::steady(10);
    double g = 0.1;
    for (const double steady : {low, high, low, high, low}) g = steady + (g - steady) * std::exp(-2.0);
    const auto& gate = it.host().shards.arrays.at({"cells", 0}).at(2).values;
    CHECK(gate.at(6) == doctest::Approx(g).epsilon(1e-4));
  }
}

TEST_CASE("commands that no membrane stands are refused, and those beyond recordings warned of") {
  ToyPopulation it(1);
  it.set("beats", 1).set("record", List{Value("g")});
  it.fill("protocol", protocol_of(protocols::ClampDrive({{-40, 10, {}}, {120, 10, {}}}, {}))).prepare();
  REQUIRE(it.host().warnings.size() == 1);
  CHECK(it.host().warnings[0].find("'pacing' commands -40 to 120 mV; cell models are fitted to recordings between -150 "
                                   "and 100 mV") == 0);
  struct Absurd final : Protocol::Drive {
    [[nodiscard]] double I_stim(double) const override { return 0; }
    [[nodiscard]] std::optional<double> V_command(double) const override { return 4000; }
    [[nodiscard]] double next_edge(double) const override { return INFINITY; }
    [[nodiscard]] double beat_start(int n) const override { return 10.0 * n; }
  };
  it.fill("protocol", protocol_of(Absurd()));
  CHECK(message_of([&] {
          it.prepare();
        }).find("'pacing' commands 4000 mV at t = 0 ms; a membrane is clamped between") != std::string::npos);
}

TEST_CASE("a design's limits and units are said as a header writes them") {
  Table dose;
  dose.add("drug.concentration", "1", {0, -1});
  ToyPopulation negative = paced();
  negative.fill("drugs", toy_drug(0)).fill("design", design_of(dose));
  CHECK(message_of([&] { negative.prepare(); }).ends_with("cell 1 (row 2): -1 is not at least 0"));
  dose.columns[0].numbers = {0, 2};
  ToyPopulation high = paced();
  high.fill("drugs", toy_drug(0)).fill("design", design_of(dose));
  CHECK(message_of([&] { high.prepare(); }).ends_with("cell 1 (row 2): 2 is not at most 1"));
  dose.columns[0].unit = "ms";
  ToyPopulation unit = paced();
  unit.fill("drugs", toy_drug(0)).fill("design", design_of(dose));
  CHECK(message_of([&] { unit.prepare(); })
            .find("is in ms; drug.concentration must be without unit. Convert its numbers and write its header as "
                  "`drug.concentration`") != std::string::npos);
}

TEST_CASE("traces that no memory holds are refused before a cell is run") {
  ToyPopulation it = paced(100000);
  it.vary("cell.tau", "ms", 5, 20).set("record", List{Value("g")}).set("sample_step", 1e-4);
  CHECK(message_of([&] { it.prepare(); }) ==
        "sample_step = 0.0001 ms makes 4e+05 samples of 2 columns for each of 4096 cells, 12.2 GiB; at most 2 GiB are "
        "kept. Set sample_step = 0.00062 (ms) or more, or record fewer observables, or make shard_size smaller");
  ToyPopulation one = paced(1);
  one.set("record", List{Value("g")}).set("sample_step", 1e-4).prepare();
  CHECK(one.host().shards.arrays.at({"cells", 0}).at(1).values.size() == 400001);
  one.host().shards.tables.clear();
  one.set("sample_step", 1e-9);
  CHECK(message_of([&] { one.prepare(); }).find("4e+10 samples of 2 columns, 298 GiB; at most 2 GiB") !=
        std::string::npos);
}

TEST_CASE("cells that are all the same, and a precision that CVODE does not have, are warned of once") {
  const auto warned = [](ToyPopulation& it, const std::string& text) {
    return std::ranges::count_if(it.host().warnings, [&](const auto& w) { return w.starts_with(text); });
  };
  const std::string all_same =
      "all 3 cells are the same: nothing varies between them. Give `parameters` (priors), or a `design` with columns "
      "named after parameters";
  const std::string no_float =
      "precision = \"float\" is of steps in lanes, and CVODE computes in 64 bits; leave precision out";
  ToyPopulation same = paced(3);
  same.set("parameters", List{}).prepare();
  CHECK(warned(same, all_same) == 1);
  CHECK(warned(same, no_float) == 0);
  ToyPopulation cvode = paced(3);
  cvode.vary("cell.tau", "ms", 5, 20).set("integrator", "cvode").set("precision", "float").prepare();
  CHECK(warned(cvode, no_float) == 1);
  CHECK(warned(cvode, all_same) == 0);
  ToyPopulation lanes = paced(3);
  lanes.vary("cell.tau", "ms", 5, 20).set("precision", "float").prepare();
  CHECK(warned(lanes, no_float) == 0);
}

TEST_CASE("alternans is looked for in the last beats") {
  ToyPopulation it(2);
  it.fill("protocol", protocol_of(FromRest())).set("beats", 6).set("alternans_beats", 4).prepare();
  CHECK(it.column("alternans_amplitude")[0] < 1);
  CHECK(it.column("alternans")[0] == 0);
  it.set("alternans_beats", 7);
  CHECK(message_of([&] { it.prepare(); }).find("alternans needs at least 3 paced beats and there are 6") !=
        std::string::npos);
}

TEST_CASE("populations that cannot be are refused in words") {
  const auto refusal = [](ToyPopulation& it) { return message_of([&] { it.prepare(); }); };
  const auto says = [](const std::string& message, const std::string& text) {
    CAPTURE(message);
    CHECK(message.find(text) != std::string::npos);
  };
  ToyPopulation none = paced();
  says(refusal(none), "an empty population: say how many cells, or give a design");

  Table empty;
  empty.add("cell.tau", "ms", {});
  ToyPopulation no_rows = paced();
  no_rows.fill("design", design_of(empty));
  says(refusal(no_rows), "the population of 'plan' has no row: there is no cell to run");

  const auto with_design = [](const Table& design) {
    ToyPopulation it = paced();
    it.fill("design", design_of(design));
    return it;
  };
  Table tau;
  tau.add("cell.tau", "ms", {5, NAN});
  ToyPopulation not_a_number = with_design(tau);
  says(refusal(not_a_number), "column cell.tau of 'plan', cell 1 (row 2): nan is not a finite number");
  tau.columns[0].numbers = {5, -1};
  ToyPopulation negative = with_design(tau);
  says(refusal(negative), "column cell.tau of 'plan', cell 1 (row 2): -1 is not above 0 ms");
  tau.columns[0].numbers = {5, 6};
  tau.columns[0].unit = "s";
  ToyPopulation unit = with_design(tau);
  says(refusal(unit),
       "column cell.tau of 'plan' is in s; cell.tau must be in ms. Convert its numbers and write its header "
       "as `cell.tau [ms]`");
  tau.columns[0].unit = "1";
  ToyPopulation without_unit = with_design(tau);
  says(refusal(without_unit),
       "column cell.tau of 'plan' has no unit; cell.tau must be in ms. Write its header as "
       "`cell.tau [ms]`");
  tau.columns[0].unit = "ms";

  ToyPopulation missing = with_design(tau);
  TestInput cell = toy_cell();
  cell.from_columns = {{1, "limit"}};
  missing.fill("cell", cell);
  says(refusal(missing), "cell.breaks_above takes the column 'limit', which 'plan' does not have; it has: cell.tau");
  ToyPopulation no_design = paced(3);
  no_design.fill("cell", cell);
  says(refusal(no_design), "cell.breaks_above takes the column 'limit', but there is no `design`");

  ToyPopulation twice = with_design(tau);
  twice.vary("cell.tau", "ms", 5, 6);
  says(refusal(twice), "cell.tau is varied twice");
  Table other;
  other.add("someone.tau", "ms", {5, 6});
  ToyPopulation unused = with_design(other);
  says(refusal(unused), "no column of 'plan' is used: name them after parameters (cell.tau)");
  Table layer;
  layer.add("cell.layer", "1", {0, 1});
  ToyPopulation prepared = with_design(layer);
  says(refusal(prepared), "column cell.layer of 'plan': that parameter acts when the cell is prepared");

  ToyPopulation too_many = with_design(tau);
  too_many.set("cells", 3);
  says(refusal(too_many), "3 cells from cell 0 on are asked for, but the design has 2 rows");
  ToyPopulation beyond = with_design(tau);
  beyond.set("first_cell", 2);
  says(refusal(beyond), "first_cell is 2 but the design has 2 rows");
  ToyPopulation nobody = with_design(tau);
  nobody.set("only", List{Value(2)});
  says(refusal(nobody), "there is no cell 2; cells are numbered 0 to 1");
  nobody.set("only", List{});
  says(refusal(nobody), "an empty population: `only` lists no cell");
  ToyPopulation observable = paced(1);
  observable.set("record", List{Value("I_Kr")});
  says(refusal(observable), "'I_Kr' is no observable of 'cell'");
}
