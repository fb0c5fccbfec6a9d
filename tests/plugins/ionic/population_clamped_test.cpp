#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "kernik_cells.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;

// Populations under step clamps, which run in fixed blocks of 16.
namespace {

const protocols::ClampDrive steps({{-80, 30, {}}, {0, 40, {}}, {-40, 33.3, {}}, {20, 46.7, {}}}, {});

std::shared_ptr<const Prepared> kernik_model() {
  static const std::shared_ptr<const Prepared> model = kernik::prepare_kernik();
  return model;
}

/// Kernik's cells with conductances within 40 % under `steps`, I_ion kept.
struct Clamped : ToyPopulation {
  explicit Clamped(std::int64_t cells) : ToyPopulation(cells) {
    TestInput cell("cell");
    cell.what = kernik::Kernik::describe();
    cell.values = default_arguments(cell.what);
    cell.ready = kernik_model();
    for (const std::string name : {"g_Kr", "p_CaL", "g_Na"}) {
      const Parameter& p = cell.what.parameters.at(static_cast<std::size_t>(cell.what.parameter_index(name)));
      vary("cell." + name, p.unit, 0.6 * p.default_value.number(), 1.4 * p.default_value.number());
    }
    fill("cell", std::move(cell)).fill("protocol", protocol_of(steps));
    set("beats", 1).set("record", List{Value("I_ion")});
  }

  /// Of one observable of a cell, from whichever shard it is in. @param o 1: V_m, 2: the first of `record`
  [[nodiscard]] std::vector<double> trace(std::uint64_t index, std::size_t o = 2) const {
    const auto& shards = host().shards;
    for (const auto& [at, table] : shards.tables) {
      const auto& indices = table.at("index").numbers;
      for (std::size_t row = 0; row < indices.size(); ++row) {
        if (indices[row] != static_cast<double>(index)) continue;
        const Array& values = shards.arrays.at(at).at(o).values;
        const std::size_t n = values.shape()[1];
        std::vector<double> result(n);
        for (std::size_t i = 0; i < n; ++i) result[i] = values.at(row * n + i);
        return result;
      }
    }
    return {};
  }
  [[nodiscard]] bool in_blocks() const { return host().said("in blocks of 16 ("); }
};

/// @return the largest difference, over the largest value
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::fmax(worst, std::fabs(a[i] - b[i]));
    largest = std::fmax(largest, std::fabs(b[i]));
  }
  return worst / largest;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) { return !a.empty() && a == b; }

}  // namespace

TEST_CASE("cells under a step clamp run in blocks of 16, to the currents that CVODE gives them") {
  Clamped blocks(5), cvode(5);
  blocks.prepare();
  cvode.set("integrator", "cvode").set("rtol", 1e-9).set("atol", 1e-11).prepare();
  CHECK(blocks.in_blocks());
  CHECK_FALSE(cvode.in_blocks());
  CHECK(blocks.texts("status") == std::vector<std::string>(5, "ok"));
  for (const std::uint64_t i : {0u, 3u, 4u}) {
    CAPTURE(i);
    REQUIRE(blocks.trace(i).size() == 151);
    CHECK(blocks.trace(i, 1) == cvode.trace(i, 1));  // V_m, jumps and end included
    CHECK(difference(blocks.trace(i), cvode.trace(i)) < 0.003);
  }
  CHECK(difference(blocks.trace(0), blocks.trace(1)) > 0.05);
  CHECK(blocks.column("steps")[0] > 20);
}

TEST_CASE("whichever currents are recorded, they are the cell's") {
  Clamped blocks(2), cvode(2);
  for (Clamped* it : {&blocks, &cvode}) it->set("record", List{Value("I_Kr"), Value("I_CaL"), Value("Ca_i")});
  blocks.prepare();
  cvode.set("integrator", "cvode").set("rtol", 1e-9).set("atol", 1e-11).prepare();
  CHECK(blocks.in_blocks());
  for (const std::size_t o : {2u, 3u, 4u}) CHECK(difference(blocks.trace(1, o), cvode.trace(1, o)) < 0.003);
}

TEST_CASE("a clamped cell's bytes do not depend on who is asked for, on shards or on where a part begins") {
  Clamped all(50), only(50), shards(50), part(50);
  all.prepare();
  only.set("only", List{Value(17), Value(20), Value(49)}).prepare();
  shards.set("shard_size", 11).prepare();
  part.set("first_cell", 19).set("cells", 3).prepare();
  for (const std::uint64_t i : {17u, 20u, 49u}) CHECK(same(only.trace(i), all.trace(i)));
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(same(shards.trace(i), all.trace(i)));
  CHECK(same(part.trace(19), all.trace(19)));
  CHECK(same(part.trace(21), all.trace(21)));
  CHECK(only.column("steps")[0] == all.column("steps")[17]);
}

TEST_CASE("rows of a design make a last block that is not full") {
  Table table;
  table.add("cell.scale_I_Kr", "1", {});
  for (int i = 0; i < 21; ++i) table.columns[0].numbers.push_back(0.8 + 0.02 * i);
  Clamped all(0), last(0);
  for (Clamped* it : {&all, &last}) it->fill("design", design_of(table));
  all.prepare();
  last.set("only", List{Value(20)}).prepare();
  CHECK(all.column("index").size() == 21);
  CHECK(same(last.trace(20), all.trace(20)));
}

TEST_CASE("an earlier sweep is run and not recorded, and the last may be followed into the next") {
  Clamped blocks(2), cvode(2);
  for (Clamped* it : {&blocks, &cvode}) it->set("beats", 2).set("duration", 191.7).set("sample_step", 0.7);
  blocks.prepare();
  cvode.set("integrator", "cvode").set("rtol", 1e-9).set("atol", 1e-11).prepare();
  CHECK(blocks.in_blocks());
  CHECK(blocks.trace(1).size() == 275);
  CHECK(difference(blocks.trace(1), cvode.trace(1)) < 0.003);
}

TEST_CASE("in single precision blocks record the same currents, and the same bytes for a cell alone") {
  Clamped single(20), only(20), blocks(20);
  single.set("precision", "float").prepare();
  only.set("precision", "float").set("only", List{Value(18)}).prepare();
  blocks.prepare();
  CHECK(single.host().said("in blocks of 16 ("));
  CHECK(same(only.trace(18), single.trace(18)));
  CHECK(single.trace(18) != blocks.trace(18));
  CHECK(difference(single.trace(18), blocks.trace(18)) < 0.001);
}

TEST_CASE("ramps and models that cannot hold by themselves go into lanes") {
  Clamped ramp(2);
  ramp.fill("protocol", protocol_of(protocols::ClampDrive({{-80, 10, {}}, {-80, 20, 20.0}}, {}))).prepare();
  ToyPopulation toy(2);
  toy.set("beats", 1).set("record", List{Value("g")}).fill("protocol", protocol_of(steps)).prepare();
  for (const ToyPopulation* it : {static_cast<ToyPopulation*>(&ramp), &toy}) {
    CHECK(it->host().said("cells in lanes ("));
    CHECK(it->texts("status")[0] == "ok");
  }
}

TEST_CASE("a clamped cell that breaks says why and does not disturb its block") {
  Table table;
  table.add("cell.scale_I_Kr", "1", std::vector<double>(16, 1.0));
  Clamped well(0), broken(0);
  well.fill("design", design_of(table)).prepare();
  table.columns[0].numbers[5] = 1e306;
  broken.set("max_failed_fraction", 1.0).fill("design", design_of(table)).prepare();
  const std::string status = broken.texts("status")[5];
  CAPTURE(status);
  CHECK(status.find("nan: steps shrank to nothing at t = 0 ms") == 0);
  CHECK(status.find("the state that changes fastest is K_i, whose last good value is 104.749 mmol/L") !=
        std::string::npos);
  CHECK(std::isnan(broken.trace(5)[100]));
  CHECK(same(broken.trace(4), well.trace(4)));
}
