#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "experiments/drug_trial/drug_trial.hpp"
#include "experiments/drug_trial/trial_cells.hpp"
#include "kernik_cells.hpp"
#include "tawara/drug.hpp"
#include "tawara/prior.hpp"

using namespace tawara;
using namespace tawara::experiments;

// Drug trials on Kernik's cells, short ones.
namespace {

const std::vector<std::string> varied = {"g_K1", "g_Kr", "p_CaL", "f_6"};
constexpr double within = 0.2;

std::shared_ptr<const Prepared> kernik_model() {
  static const std::shared_ptr<const Prepared> model = kernik::prepare_kernik();
  return model;
}

/// Leaves 1/(1 + C/7) of one current.
class Block final : public Prepared, public Drug {
 public:
  explicit Block(std::string parameter) : parameter_(std::move(parameter)) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Drug::ability_name ? static_cast<const Drug*>(this) : nullptr;
  }
  [[nodiscard]] std::vector<Target> targets(std::span<const double> arguments) const override {
    return {{parameter_, 1 / (1 + arguments[0] / 7)}};
  }

 private:
  std::string parameter_;
};

TestInput block_of(const std::string& parameter, const std::string& unit = "nmol/L") {
  TestInput input("e4031");
  input.what = Descriptor("drug.test");
  input.what.number("concentration", unit, 0).at_least(0).evaluate();
  input.values = {3};  // what a trial does not use
  input.ready = std::make_shared<Block>(parameter);
  return input;
}

std::size_t argument_of(const std::string& name) {
  return static_cast<std::size_t>(kernik::Kernik::describe().argument_index(name));
}

std::vector<double> own_arguments() { return default_arguments(kernik::Kernik::describe()); }

/// Parents by the factor on some of their parameters.
Table parents_table(const std::vector<double>& on_g_Kr, const std::vector<double>& on_p_CaL) {
  std::vector<double> g_Kr, p_CaL;
  for (std::size_t i = 0; i < on_g_Kr.size(); ++i) {
    g_Kr.push_back(on_g_Kr[i] * own_arguments()[argument_of("g_Kr")]);
    p_CaL.push_back(on_p_CaL[i] * own_arguments()[argument_of("p_CaL")]);
  }
  const Descriptor d = kernik::Kernik::describe();
  const auto unit = [&](const char* name) {
    return d.parameters[static_cast<std::size_t>(d.parameter_index(name))].unit;
  };
  Table table;
  table.add("myocyte.g_Kr", unit("g_Kr"), std::move(g_Kr)).add("myocyte.p_CaL", unit("p_CaL"), std::move(p_CaL));
  return table;
}

struct Trial : OneComponent<DrugTrial> {
  explicit Trial(std::int64_t cells = 16, List concentrations = {10.0, 100.0}) {
    TestInput cell("myocyte");
    cell.what = kernik::Kernik::describe();
    cell.values = own_arguments();
    cell.ready = kernik_model();
    List priors;
    for (const std::string& name : varied) {
      const Parameter& p = cell.what.parameters.at(static_cast<std::size_t>(cell.what.parameter_index(name)));
      const double middle = p.default_value.number(), half = within * std::fabs(middle);
      const std::string path = "myocyte." + name;
      priors.emplace_back(Record{{"path", path}, {"kind", "uniform"}, {"a", middle - half}, {"b", middle + half}});
      spread.push_back({path, Type::number, p.unit, -1e300, 1e300, false, {}, 0, {}});
    }
    fill("cell", std::move(cell)).fill("drugs", block_of("scale_I_Kr"));
    set("parameters", priors).set("cells", cells).set("concentrations", std::move(concentrations));
    set("settle", 2500.0).set("duration", 5000.0).set("shard_size", 8);
  }
  Trial& around(Table parents) {
    fill("parents", TestInput("found").with("population", std::move(parents)));
    return *this;
  }
  /// Of the rows of all shards.
  std::vector<double> numbers(const std::string& column) const {
    std::vector<double> all;
    for (const auto& [key, table] : host().shards.tables)
      all.insert(all.end(), table.at(column).numbers.begin(), table.at(column).numbers.end());
    return all;
  }
  std::vector<std::string> texts(const std::string& column) const {
    std::vector<std::string> all;
    for (const auto& [key, table] : host().shards.tables)
      all.insert(all.end(), table.at(column).texts.begin(), table.at(column).texts.end());
    return all;
  }
  const std::vector<double>& incidence(const std::string& column) const {
    return tables.at("incidence").at(column).numbers;
  }
  std::string refusal() {
    return message_of([&] { prepare(); });
  }
};

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What `trial` found, whichever shards it came from.
void check_same(const Trial& a, const Trial& b) {
  for (const char* table : {"incidence", "EAD", "without_drug", "parents", "examples"}) {
    CAPTURE(table);
    const Table &x = a.tables.at(table), &y = b.tables.at(table);
    REQUIRE(x.columns.size() == y.columns.size());
    for (std::size_t c = 0; c < x.columns.size(); ++c) {
      CAPTURE(x.columns[c].name);
      CHECK(same(x.columns[c].numbers, y.columns[c].numbers));
      CHECK(x.columns[c].texts == y.columns[c].texts);
    }
  }
}

}  // namespace

TEST_CASE("cells around different parents have the same factors, about each parent's own values") {
  Trial trial;
  trial.around(parents_table({1, 1.1}, {1, 0.9})).prepare();
  const std::vector<double> g_Kr = trial.numbers("myocyte.g_Kr"), p_CaL = trial.numbers("myocyte.p_CaL"),
                            f_6 = trial.numbers("myocyte.f_6");
  REQUIRE(g_Kr.size() == 32);
  const double own = own_arguments()[argument_of("g_Kr")];
  std::set<double> different;
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(g_Kr[16 + i] == doctest::Approx(1.1 * g_Kr[i]).epsilon(1e-12));
    CHECK(p_CaL[16 + i] == doctest::Approx(0.9 * p_CaL[i]).epsilon(1e-12));
    CHECK(f_6[16 + i] == f_6[i]);  // in which the parents do not differ
    CHECK(std::fabs(g_Kr[i] / own - 1) <= within + 1e-12);
    different.insert(g_Kr[i]);
  }
  CHECK(different.size() == 16);
  CHECK(trial.texts("parent")[15] == "0");
  CHECK(trial.texts("parent")[16] == "1");
  // Without a table the one parent is the scenario's cell, whose cells these are too.
  Trial alone(8);
  alone.prepare();
  CHECK(alone.texts("parent")[0] == "myocyte");
  for (std::size_t i = 0; i < 8; ++i) CHECK(alone.numbers("myocyte.g_Kr")[i] == g_Kr[i]);
}

TEST_CASE("a drug at concentration 0 is no drug, to the last byte") {
  Trial trial(16, {0.0, 1.0});
  trial.prepare();
  const std::vector<std::string> without = trial.texts("outcome"), with = trial.texts("outcome_e4031_0");
  const std::vector<double> length = trial.numbers("cycle_length"), length_with = trial.numbers("cycle_length_e4031_0"),
                            APD90 = trial.numbers("APD90"), APD90_with = trial.numbers("APD90_e4031_0");
  std::size_t normal = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    if (without[i] != "normal") {
      CHECK(with[i].empty());
      continue;
    }
    ++normal;
    CHECK(with[i] == "normal");
    CHECK(length_with[i] == length[i]);
    CHECK(APD90_with[i] == APD90[i]);
  }
  CHECK(normal > 4);
  CHECK(trial.incidence("cells")[0] == static_cast<double>(normal));
  CHECK(trial.incidence("normal")[0] == static_cast<double>(normal));
  CHECK(trial.incidence("EAD_fraction")[0] == 0);
  CHECK(trial.incidence("APD90_change")[0] == 0);
  CHECK(trial.incidence("APD90_change")[1] > 5);
  CHECK(trial.tables.at("without_drug").at("normal").numbers[0] == static_cast<double>(normal));
}

TEST_CASE("counts are those of the same cells run one by one, and block of I_Kr takes its toll") {
  Trial trial(16, {1.0, 10.0, 50.0});
  trial.around(parents_table({1.2}, {0.95})).prepare();
  const auto& model = *static_cast<const IonicModel*>(kernik_model()->ability(IonicModel::ability_name));
  const auto& lanes = *static_cast<const BatchedModel*>(kernik_model()->ability(BatchedModel::ability_name));
  const std::size_t scale = argument_of("scale_I_Kr");
  struct Quiet final : Protocol::Drive {
    double I_stim(double) const override { return 0; }
    double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
    double beat_start(int n) const override { return n == 0 ? 0 : n == 1 ? 2500 : 7500; }
  } quiet;
  BatchedPlan plan;
  plan.beats = 2;
  const auto run = [&](const std::vector<double>& arguments) {
    return response_of(run_batched(model, lanes, plan, {arguments, {}, &quiet}), {}).outcome;
  };
  std::size_t normal = 0;
  std::vector<std::map<Outcome, double>> with(3);
  for (std::uint64_t i = 0; i < 16; ++i) {
    std::vector<double> arguments = own_arguments();
    arguments[argument_of("g_Kr")] *= 1.2;
    arguments[argument_of("p_CaL")] *= 0.95;
    Random random = trial.host().random("cell", i, 0);
    for (const std::string& name : varied) {
      const double middle = own_arguments()[argument_of(name)], half = within * std::fabs(middle);
      Prior prior;
      prior.a = middle - half;
      prior.b = middle + half;
      arguments[argument_of(name)] *= prior.draw(random)[0] / middle;
    }
    if (run(arguments) != Outcome::normal) continue;
    ++normal;
    for (std::size_t d = 0; d < 3; ++d) {
      arguments[scale] = 1 / (1 + std::vector{1.0, 10.0, 50.0}[d] / 7);
      ++with[d][run(arguments)];
    }
  }
  REQUIRE(normal > 4);
  for (std::size_t d = 0; d < 3; ++d) {
    CHECK(trial.incidence("cells")[d] == static_cast<double>(normal));
    for (const Outcome outcome : outcomes) {
      CAPTURE(name_of(outcome));
      CHECK(trial.incidence(std::string(name_of(outcome)))[d] == with[d][outcome]);
    }
  }
  CHECK(trial.incidence("normal")[0] >= trial.incidence("normal")[1]);
  CHECK(trial.incidence("normal")[1] >= trial.incidence("normal")[2]);
  CHECK(trial.incidence("normal")[0] > trial.incidence("normal")[2]);
  // The chart's table says the same, and so does the summary.
  const Table& chart = trial.tables.at("EAD");
  CHECK(chart.columns[0].numbers == std::vector{1.0, 10.0, 50.0});
  CHECK(chart.at("EAD_e4031 0").numbers == trial.incidence("EAD_fraction"));
  CHECK(chart.at("EAD_e4031_0 high").numbers == trial.incidence("EAD_high"));
  CHECK(trial.number("EAD_highest") ==
        *std::max_element(trial.incidence("EAD_fraction").begin(), trial.incidence("EAD_fraction").end()));
}

TEST_CASE("a parent's own outcome stands beside its cells', and one that does not beat is left out in words") {
  Trial trial(8, {5.0});
  Table parents = parents_table({1, 0.1}, {1, 1});
  parents.add_text("name", {"one", "silent"});
  trial.around(std::move(parents)).prepare();
  const Table& own = trial.tables.at("parents");
  CHECK(own.at("parent").texts == std::vector<std::string>{"one", "silent"});
  CHECK(own.at("outcome").texts[0] == "normal");
  CHECK(own.at("outcome").texts[1] != "normal");
  CHECK(own.at("outcome_e4031_5").texts[1].empty());
  CHECK(own.at("cycle_length").numbers[0] == doctest::Approx(982).epsilon(0.01));
  CHECK(own.at("APD90").numbers[0] == doctest::Approx(414).epsilon(0.05));
  CHECK(trial.host().shards.tables.size() == 1);
  CHECK(trial.incidence("cells")[1] == 0);
  CHECK(std::isnan(trial.incidence("EAD_fraction")[1]));
  REQUIRE(trial.host().warnings.size() == 1);
  CHECK(has(trial.host().warnings[0], "the parent silent does not beat normally without a drug (it is "));

  Trial silent(8);
  silent.around(parents_table({0.1}, {1}));
  CHECK(has(silent.refusal(), "does not beat normally without a drug, left alone for 2500 ms and watched for 5000 ms"));
  CHECK(has(silent.refusal(), "not paced"));
}

TEST_CASE("a finished shard is read, not made again, and a missing one is made as it was") {
  Trial whole(24, {20.0});
  whole.prepare();
  REQUIRE(whole.host().shards.tables.size() == 3);
  Trial resumed(24, {20.0});
  resumed.host().shards.tables = whole.host().shards.tables;
  resumed.host().shards.tables.erase({"cells", 1});
  resumed.prepare();
  check_same(whole, resumed);
  for (const auto& [key, table] : whole.host().shards.tables)
    CHECK(same(table.at("APD90_e4031_20").numbers, resumed.host().shards.tables.at(key).at("APD90_e4031_20").numbers));
  // What it finds it believes.
  for (std::string& text : resumed.host().shards.tables.at({"cells", 0}).columns[0].texts) text = "kept";
  auto& outcomes_kept = resumed.host().shards.tables.at({"cells", 2});
  for (Table::Column& column : outcomes_kept.columns)
    if (column.name == "outcome") column.texts.assign(column.texts.size(), "at_rest");
  resumed.prepare();
  CHECK(resumed.tables.at("without_drug").at("at_rest").numbers[0] >= 8);

  // Parts of another size are the same cells, and so is a trial that writes nothing.
  Trial other(24, {20.0});
  other.set("shard_size", 5).prepare();
  check_same(whole, other);
  Trial dry(24, {20.0});
  dry.host().has_services = false;
  dry.prepare();
  check_same(whole, dry);
}

TEST_CASE("a trial that is cancelled stops, and keeps the shards it had") {
  Trial trial(16, {20.0});
  trial.host().stop = [&] { return !trial.host().shards.tables.empty(); };
  CHECK_THROWS_AS(trial.prepare(), Cancelled);
  CHECK(trial.host().shards.tables.size() == 1);
}

TEST_CASE("a drug may be given where the run without it ended") {
  Trial from_start(8, {0.0, 2.0}), continued(8, {0.0, 2.0});
  from_start.prepare();
  continued.set("begin", "drug_free").prepare();
  CHECK(same(from_start.numbers("APD90"), continued.numbers("APD90")));
  CHECK_FALSE(same(from_start.numbers("APD90_e4031_2"), continued.numbers("APD90_e4031_2")));
  // Continued without the drug a cell goes on as it was.
  CHECK(std::fabs(continued.incidence("APD90_change")[0]) < 5);
}

TEST_CASE("examples are traces of a cell without the drug and with it, and show its EAD") {
  Trial trial(48, {5.0, 10.0});
  trial.around(parents_table({1}, {1})).prepare();
  const Table& examples = trial.tables.at("examples");
  const std::vector<double>& EAD = trial.incidence("EAD");
  REQUIRE(EAD[0] + EAD[1] > 0);
  REQUIRE(examples.columns.size() == 3);
  CHECK(examples.columns[0].numbers.front() == 0);
  CHECK(examples.columns[0].numbers.back() == 5000);
  CHECK(has(examples.columns[1].name, "V_m_0_cell_"));
  CHECK(has(examples.columns[1].name, " without"));
  CHECK(has(examples.columns[2].name, EAD[0] > 0 ? " e4031 5 nmol/L" : " e4031 10 nmol/L"));
  CHECK(rhythm_of(examples.columns[0].numbers, examples.columns[1].numbers).EADs() == 0);
  CHECK(rhythm_of(examples.columns[0].numbers, examples.columns[2].numbers).EADs_with_unfinished() > 0);
  trial.set("examples", 0).prepare();
  CHECK(trial.tables.at("examples").columns.size() == 1);
}

TEST_CASE("rows that are not ok are no parents, and rows can be chosen") {
  Table parents = parents_table({1, 0.9, 1.1}, {1, 1, 1});
  parents.add_text("status", {"ok", "nan: broke", "ok"});
  Trial trial(1, {5.0});
  trial.around(parents).prepare();
  CHECK(trial.tables.at("parents").at("parent").texts == std::vector<std::string>{"0", "2"});
  CHECK(trial.host().said("status is not ok: 1"));
  trial.set("parent_rows", List{2}).prepare();
  CHECK(trial.tables.at("parents").at("parent").texts == std::vector<std::string>{"2"});
  parents.add("index", "1", {7, 8, 9});  // of a part of a population
  Trial part(1, {5.0});
  part.around(parents).prepare();
  CHECK(part.tables.at("parents").at("parent").texts == std::vector<std::string>{"7", "9"});
  trial.set("parent_rows", List{1});
  CHECK(has(trial.refusal(), "row 1 of 'found' is not ok (\"nan: broke\")"));
  trial.set("parent_rows", List{3});
  CHECK(has(trial.refusal(), "there is no row 3; 'found' has 3 rows, numbered from 0"));
  trial.set("parent_rows", List{0, 0});
  CHECK(has(trial.refusal(), "row 0 is listed twice"));
  Trial alone;
  alone.set("parent_rows", List{0});
  CHECK(has(alone.refusal(), "there are no `parents` they could be of"));
}

TEST_CASE("parents that cannot be are refused with column and row") {
  Trial trial(1);
  Table other;
  other.add("cell.g_Kr", "1", {1}).add("APD90", "ms", {300});
  CHECK(has(trial.around(other).refusal(), "no column of 'found' is a parameter of 'myocyte'; name them as myocyte."));
  CHECK(has(trial.around(other).refusal(), "it has: cell.g_Kr, APD90"));
  Table wrong_unit = parents_table({1}, {1});
  wrong_unit.columns[0].unit = "mV";
  CHECK(has(trial.around(wrong_unit).refusal(), "column myocyte.g_Kr of 'found' is in mV; it must be "));
  Table no_number = parents_table({1, std::nan("")}, {1, 1});
  CHECK(has(trial.around(no_number).refusal(), "column myocyte.g_Kr of 'found', row 1 (from 0): nan is not a finite"));
  Table negative = parents_table({-1}, {1});
  CHECK(has(trial.around(negative).refusal(), "row 0 (from 0): -"));
  Table twice = parents_table({1, 1}, {1, 1});
  twice.add_text("name", {"twin", "twin"});
  CHECK(has(trial.around(twice).refusal(), "two rows of 'found' have the name 'twin'"));
  Table prepared = parents_table({1}, {1});
  prepared.add("myocyte.temperature", "K", {310});
  CHECK(has(trial.around(prepared).refusal(), "myocyte.temperature of 'found': that parameter acts when the cell is"));
}

TEST_CASE("drugs and concentrations that cannot be tried are refused in words") {
  Trial none;
  none.inputs.erase("drugs");
  CHECK(has(none.refusal(), "there is no drug to try"));
  Trial twice(1, {10.0, 5.0, 10.0});
  CHECK(has(twice.refusal(), "10 nmol/L is listed twice"));
  Trial empty(1, {});
  CHECK(has(empty.refusal(), "no concentration is given"));
  Trial lacks(1);
  lacks.fill("drugs", block_of("scale_I_Kur"));
  CHECK(has(lacks.refusal(), "'e4031' acts on nothing that 'myocyte' (ionic.kernik) has: it would change scale_I_Kur"));
  Trial unit(1);
  unit.fill("drugs", block_of("scale_I_Kr", "mg/L"));
  CHECK(has(unit.refusal(), "'e4031' (drug.test) has no parameter `concentration` in nmol/L"));
}

TEST_CASE("cells that do not differ, or whose parameters have no factor, are refused") {
  Trial same_cells(8);
  same_cells.set("parameters", {});
  CHECK(has(same_cells.refusal(), "nothing differs between the 8 cells around a parent"));
  Trial zero(8);
  zero.inputs.find("cell")->second.values[argument_of("f_6")] = 0;
  CHECK(has(zero.refusal(), "myocyte.f_6 is 0 in the scenario, and cells differ from their parent by factors"));
}

TEST_CASE("a value the parameter cannot have is a failed cell, which is counted and left out") {
  Trial trial(8, {5.0});
  trial.set("parameters", List{Record{{"path", "myocyte.g_Kr"}, {"kind", "uniform"}, {"a", -0.2}, {"b", 0.3}}});
  trial.spread.resize(1);
  trial.spread[0].path = "myocyte.g_Kr";
  trial.prepare();
  const double failed = trial.tables.at("without_drug").at("failed").numbers[0];
  CHECK(failed > 0);
  CHECK(trial.number("failures") == failed);
  CHECK(trial.incidence("cells")[0] <= 8 - failed);
  REQUIRE(trial.host().warnings.size() == 1);
  CHECK(has(trial.host().warnings[0], "parameter: myocyte.g_Kr = -"));
}
