#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "experiments/beating_cells.hpp"
#include "experiments/population/candidates.hpp"
#include "kernik_cells.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::experiments;

// Populations of cells that beat by themselves: keep = "beating".
namespace {

const protocols::ClampDrive steps({{-80, 10, {}}, {0, 20, {}}}, {});
const std::vector<std::string> varied = {"g_K1", "K1_4", "g_Kr", "Xr1_6", "p_CaL", "f_6"};

std::shared_ptr<const Prepared> kernik_model() {
  static const std::shared_ptr<const Prepared> model = kernik::prepare_kernik();
  return model;
}

/// Kernik's cells, of which some do not beat.
struct Beats : ToyPopulation {
  std::vector<double> low, high;
  std::vector<std::size_t> argument;
  explicit Beats(std::int64_t cells) : ToyPopulation(cells) {
    TestInput cell("cell");
    cell.what = kernik::Kernik::describe();
    cell.values = default_arguments(cell.what);
    cell.ready = kernik_model();
    for (const std::string& name : varied) {
      const Parameter& p = cell.what.parameters.at(static_cast<std::size_t>(cell.what.parameter_index(name)));
      const double middle = p.default_value.number();
      low.push_back(std::fmin(0.6 * middle, 1.4 * middle));
      high.push_back(std::fmax(0.6 * middle, 1.4 * middle));
      argument.push_back(static_cast<std::size_t>(cell.what.argument_index(name)));
      vary("cell." + name, p.unit, low.back(), high.back());
    }
    fill("cell", std::move(cell)).fill("protocol", protocol_of(steps));
    set("beats", 1).set("record", List{Value("I_ion")}).set("keep", "beating");
  }
  /// What the population must draw as candidate k of cell i.
  std::vector<double> drawn(std::uint64_t i, std::uint64_t k) const {
    Random random = host().random("cell", i, k);
    std::vector<double> values;
    for (std::size_t v = 0; v < low.size(); ++v) {
      Prior prior;
      prior.a = low[v];
      prior.b = high[v];
      values.push_back(prior.draw(random)[0]);
    }
    return values;
  }
  /// The label of cell by cell, one at a time.
  std::string label(const std::vector<double>& values) const {
    std::vector<double> arguments = inputs.find("cell")->second.values;
    for (std::size_t v = 0; v < values.size(); ++v) arguments[argument[v]] = values[v];
    const auto* model = static_cast<const IonicModel*>(kernik_model()->ability(IonicModel::ability_name));
    const auto* lanes = static_cast<const BatchedModel*>(kernik_model()->ability(BatchedModel::ability_name));
    return std::string(name_of(leave_alone(*model, *lanes, arguments, 1)[0].label));
  }
  /// All rows as numbers, first those of `from`: index by index.
  std::vector<double> rows(std::size_t from, std::size_t n) const {
    std::vector<double> all;
    for (const Table::Column& column : table().columns)
      for (std::size_t row = from; row < from + n && column.texts.empty(); ++row) all.push_back(column.numbers.at(row));
    return all;
  }
  std::vector<double> traces() const {
    std::vector<double> all;
    for (const auto& [at, arrays] : host().shards.arrays)
      for (std::size_t i = 0; i < arrays.at(2).values.size(); ++i) all.push_back(arrays[2].values.at(i));
    return all;
  }
};

/// Nothing is left of a current.
class Blocker final : public Drug {
 public:
  [[nodiscard]] std::vector<Target> targets(std::span<const double>) const override { return {{"scale_I_CaL", 0}}; }
};

}  // namespace

TEST_CASE("a kept cell is the first of its candidates that leave_alone() calls beating, the others are counted") {
  Beats it(12);
  it.prepare();
  double candidates = 0;
  std::vector<double> rejected(Candidates::verdicts.size());
  for (std::uint64_t i = 0; i < 12; ++i) {
    CAPTURE(i);
    std::uint64_t k = 0;
    std::string label;
    while ((label = it.label(it.drawn(i, k))) != "beating") {
      for (std::size_t v = 0; v < rejected.size(); ++v) rejected[v] += Candidates::verdicts[v] == label;
      ++k;
    }
    candidates += static_cast<double>(k) + 1;
    const auto kept = it.drawn(i, k);
    for (std::size_t v = 0; v < varied.size(); ++v) CHECK(it.column("cell." + varied[v])[i] == kept[v]);
  }
  CHECK(it.texts("status") == std::vector<std::string>(12, "ok"));
  CHECK(candidates > 15);
  CHECK(it.number("candidates") == candidates);
  CHECK(it.number("accepted") == 12);
  CHECK(it.number("cells") == 12);
  CHECK(it.number("acceptance") == 12 / candidates);
  CHECK(it.number("cpu_ms_per_candidate") > 0);
  const Table& verdicts = it.tables.at("verdicts");
  CHECK(verdicts.at("verdict").texts.front() == "beating");
  CHECK(verdicts.at("candidates").numbers.front() == 12);
  for (std::size_t v = 0; v < rejected.size(); ++v) {
    CHECK(verdicts.at("verdict").texts[v + 1] == Candidates::verdicts[v]);
    CHECK(verdicts.at("candidates").numbers[v + 1] == rejected[v]);
  }
}

TEST_CASE("which candidate is kept does not depend on shards, on parts or on who is asked for") {
  Beats all(20), shards(20), part(20), only(20);
  all.prepare();
  shards.set("shard_size", 12).prepare();
  part.set("first_cell", 5).set("cells", 15).prepare();
  only.set("only", List{Value(18)}).prepare();
  CHECK(shards.rows(0, 20) == all.rows(0, 20));
  CHECK(shards.traces() == all.traces());
  CHECK(part.rows(0, 15) == all.rows(5, 15));
  CHECK(only.rows(0, 1) == all.rows(18, 1));
  const auto whole = all.traces(), alone = only.traces();
  REQUIRE(!alone.empty());
  CHECK(std::vector(whole.begin() + static_cast<std::ptrdiff_t>(18 * alone.size()),
                    whole.begin() + static_cast<std::ptrdiff_t>(19 * alone.size())) == alone);
}

TEST_CASE("how many cells are judged together changes neither what is kept nor what is counted") {
  // With few cells many candidates of each are under way at once, and are not decided in their order.
  const Beats it(1);
  const Cohort cohort(it);
  const auto* model = static_cast<const IonicModel*>(kernik_model()->ability(IonicModel::ability_name));
  const auto* lanes = static_cast<const BatchedModel*>(kernik_model()->ability(BatchedModel::ability_name));
  const BeatingFilter filter(*model, lanes, cohort);
  std::vector<std::uint64_t> cells(24);
  std::iota(cells.begin(), cells.end(), 0);
  double cpu_ms = 0;
  const auto together = filter.find(cells, cpu_ms);
  CHECK(cpu_ms > 0);
  for (const std::uint64_t i : cells) {
    CAPTURE(i);
    CHECK(filter.find({&i, 1}, cpu_ms)[0] == together[i]);
  }
}

TEST_CASE("shards that are found keep their account of candidates, and none is judged again") {
  Beats first(9), again(9);
  first.prepare();
  again.host().shards = first.host().shards;
  again.prepare();
  CHECK(again.rows(0, 9) == first.rows(0, 9));
  CHECK(again.number("candidates") == first.number("candidates"));
  CHECK(again.tables.at("verdicts").at("candidates").numbers == first.tables.at("verdicts").at("candidates").numbers);
  CHECK(again.number("cpu_ms_per_candidate") == 0);
}

TEST_CASE("cells are judged before drugs are applied") {
  Beats without(6), with(6);
  TestInput drug("drug");
  drug.what = Descriptor("drug.blocker");
  drug.ready = std::make_shared<Offering<Drug>>(std::make_shared<Blocker>());
  with.fill("drugs", std::move(drug));
  without.prepare();
  with.prepare();
  CHECK(with.number("candidates") == without.number("candidates"));
  CHECK(with.column("cell.g_K1") == without.column("cell.g_K1"));
  CHECK(with.traces() != without.traces());
}

TEST_CASE("without a filter every candidate is a cell, and says that none was judged") {
  Beats it(3);
  it.set("keep", "all").prepare();
  CHECK(it.number("candidates") == 3);
  CHECK(it.number("acceptance") == 1);
  CHECK(it.number("cpu_ms_per_candidate") == 0);
  CHECK(it.tables.at("verdicts").at("verdict").texts == std::vector<std::string>{"not judged"});
  CHECK(it.table().find("rejected_quiescent") == nullptr);
  CHECK(it.column("cell.g_K1")[2] == it.drawn(2, 0)[0]);
}

TEST_CASE("a model that needs a stimulus is refused, with what its candidates do and the way out") {
  ToyPopulation toy(40);
  toy.vary("cell.tau", "ms", 5, 15).set("keep", "beating").set("record", List{Value("g")}).set("beats", 1);
  toy.fill("protocol", protocol_of(steps));
  const std::string message = message_of([&] { toy.prepare(); });
  CAPTURE(message);
  CHECK(message.find("candidates beats by itself when left alone (") != std::string::npos);
  CHECK(message.find(" quiescent)") != std::string::npos);
  CHECK(message.find("keep = \"all\"") != std::string::npos);
}

TEST_CASE("what cannot be drawn again is refused: Sobol points and rows of a design") {
  Beats sobol(4);
  sobol.set("method", "sobol");
  CHECK(message_of([&] { sobol.prepare(); }).find("method = \"random\"") != std::string::npos);
  Beats design(0);
  Table table;
  table.add("cell.scale_I_Kr", "1", {1, 1.1});
  design.fill("design", design_of(table));
  CHECK(message_of([&] { design.prepare(); }).find("are given") != std::string::npos);
}
