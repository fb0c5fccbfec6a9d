#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "kernik_cells.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"
#include "tawara/recordings.hpp"

using namespace tawara;

// What a population offers to those that learn from it, and what its shards say of themselves.
namespace {

const protocols::ClampDrive steps({{-80, 30, {}}, {0, 20, {}}, {0, 20, {}}, {-40, 33.3, {}}, {-20, 46.7, {}}}, {});
const std::vector<Recordings::Step> command = {{-80, 30}, {0, 40}, {-40, 33.3}, {-20, 46.7}};

std::shared_ptr<const Prepared> kernik_model() {
  static const std::shared_ptr<const Prepared> model = kernik::prepare_kernik();
  return model;
}

struct Recorded : ToyPopulation {
  explicit Recorded(std::int64_t cells) : ToyPopulation(cells) {
    TestInput cell("cell");
    cell.what = kernik::Kernik::describe();
    cell.values = default_arguments(cell.what);
    cell.ready = kernik_model();
    for (const std::string name : {"g_Kr", "g_Na"}) {
      const Parameter& p = cell.what.parameters.at(static_cast<std::size_t>(cell.what.parameter_index(name)));
      vary("cell." + name, p.unit, 0.6 * p.default_value.number(), 1.4 * p.default_value.number());
    }
    fill("cell", std::move(cell)).fill("protocol", protocol_of(steps));
    set("beats", 1).set("record", List{Value("I_ion"), Value("I_Na")});
  }
  [[nodiscard]] const Recordings* recordings() const {
    return prepared ? static_cast<const Recordings*>(prepared->ability(Recordings::ability_name)) : nullptr;
  }
  [[nodiscard]] std::vector<float> all() const {
    const Recordings& them = *recordings();
    std::vector<float> samples(them.cells() * them.times().size());
    them.read(0, them.cells(), samples);
    return samples;
  }
  [[nodiscard]] const Array& array(const std::string& name, std::size_t shard = 0) const {
    for (const auto& a : host().shards.arrays.at({"cells", shard}))
      if (a.name == name) return a.values;
    FAIL("no array " << name);
    return host().shards.arrays.at({"cells", shard})[0].values;
  }
};

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  return true;
}

}  // namespace

TEST_CASE("samples closer together after jumps are those of the same cells, and the sodium current is in them") {
  Recorded coarse(3), fine(3), cvode(3);
  for (Recorded* it : {&coarse, &fine, &cvode}) it->set("sample_step", 5.0).set("signal", "I_Na");
  coarse.prepare();
  fine.set("onset", 3.0).set("onset_step", 0.25).prepare();
  cvode.set("onset", 3.0).set("onset_step", 0.25).set("integrator", "cvode").set("rtol", 1e-9).set("atol", 1e-11);
  cvode.prepare();
  const auto t = fine.recordings()->times();
  REQUIRE(t.size() ==
          31 + 3 * 11 + 12 - 1);  // 0, 30 and 70 are on the grid; 103.3 is not, and its onset is instead of 105
  CHECK(std::is_sorted(t.begin(), t.end()));
  CHECK(t.back() == 150);
  const std::vector<float> few = coarse.all(), many = fine.all(), exact = cvode.all();
  REQUIRE(many.size() == exact.size());
  float lowest = 0, lowest_few = 0;
  for (std::size_t k = 0; k < many.size(); ++k) {
    CAPTURE(t[k % t.size()]);
    CHECK(many[k] == doctest::Approx(exact[k]).epsilon(0.01).scale(1));
    lowest = std::min(lowest, many[k]);
  }
  for (const float I : few) lowest_few = std::min(lowest_few, I);
  CHECK(lowest < 10 * lowest_few);
  CHECK(lowest < -20);
}

TEST_CASE("lanes record at the same times as blocks") {
  ToyPopulation it(2);
  it.set("beats", 1).set("record", List{Value("g")}).set("sample_step", 10.0).fill("protocol", protocol_of(steps));
  it.set("onset", 1.0).set("onset_step", 0.5).prepare();
  CHECK(it.host().said("cells in lanes ("));
  const auto* recordings = static_cast<const Recordings*>(it.prepared->ability("recordings"));
  REQUIRE(recordings);
  const auto t = recordings->times();
  CHECK(std::vector<double>(t.begin(), t.begin() + 8) == std::vector<double>{0, 0.5, 10, 20, 30, 30.5, 40, 50});
  std::vector<float> g(2 * t.size());
  recordings->read(0, 2, g);
  for (const float x : g) CHECK(std::isfinite(x));
  CHECK(g[4] != g[5]);
}

TEST_CASE("a population says what its recordings are of, and reads them back from its shards") {
  Recorded it(50), in_memory(50);
  it.set("shard_size", 20).prepare();
  const Recordings* recordings = it.recordings();
  REQUIRE(recordings);
  CHECK(recordings->cells() == 50);
  CHECK(recordings->signal().name == "I_ion");
  CHECK(recordings->signal().unit == "uA/uF");
  CHECK(recordings->times().size() == 151);
  CHECK(std::vector<Recordings::Step>(recordings->command().begin(), recordings->command().end()) == command);
  REQUIRE(recordings->varied().size() == 2);
  CHECK(recordings->varied()[0].name == "cell.g_Kr");
  CHECK(recordings->varied()[0].value == recordings->condition("g_Kr"));
  CHECK(recordings->condition("temperature") == 310);
  CHECK(std::isnan(recordings->condition("weather")));

  const std::vector<float> all = it.all();
  // Any part, across shards and back again.
  for (const auto& [first, n] : {std::pair{45u, 5u}, {15u, 30u}, {0u, 1u}}) {
    std::vector<float> part(n * 151);
    recordings->read(first, n, part);
    CHECK(same(part, {all.begin() + first * 151, all.begin() + (first + n) * 151}));
    const Table known = recordings->known(first, n);
    CHECK(known.rows() == n);
    CHECK(known.at("index").numbers[0] == first);
    CHECK(known.at("cell.g_Kr").numbers[n - 1] == it.column("cell.g_Kr")[first + n - 1]);
    CHECK(known.at("status").texts[0] == "ok");
  }
  CHECK(message_of([&] { (void)recordings->known(45, 6); }).find("cells 45 to 51 of recordings of 50 cells") == 0);

  in_memory.host().has_services = false;
  in_memory.prepare();
  CHECK(same(in_memory.all(), all));
  CHECK(in_memory.recordings()->known(48, 2).at("index").numbers == std::vector<double>{48, 49});
}

TEST_CASE("a resumed population reads the shards that were there, and a damaged one is named with what to do") {
  Recorded it(50);
  it.set("shard_size", 20).prepare();
  const std::vector<float> all = it.all();
  it.host().shards.tables.erase({"cells", 1});
  it.prepare();
  CHECK(same(it.all(), all));
  it.host().shards.arrays.erase({"cells", 1});
  CHECK(message_of([&] { (void)it.all(); }) ==
        "a recording does not read back: no such file: cells.1.h5; remove the file and go on with --resume");
}

TEST_CASE("failed cells have a status and NaN") {
  Table table;
  table.add("cell.scale_I_Kr", "1", std::vector<double>(17, 1.0));
  table.columns[0].numbers[5] = 1e306;
  Recorded it(0);
  it.set("max_failed_fraction", 1.0).fill("design", design_of(table)).prepare();
  CHECK(it.recordings()->known(5, 1).at("status").texts[0].find("nan: ") == 0);
  std::vector<float> trace(151);
  it.recordings()->read(5, 1, trace);
  CHECK(std::isnan(trace[0]));
  CHECK(std::isnan(trace[150]));
  CHECK(it.recordings()->varied().size() == 3);
  CHECK(it.recordings()->varied()[2].value == 1);
}

TEST_CASE("shards hold the command and what the scenario sets, with units") {
  Recorded it(2);
  it.fill("drugs", toy_drug(0)).prepare();
  CHECK(it.array("command_V").at(2) == -40);
  CHECK(it.array("command_duration").at(1) == 40);
  CHECK(it.array("scenario_cell.g_Kr").at(0) == it.recordings()->condition("g_Kr"));
  CHECK(it.array("scenario_cell.temperature").shape().empty());
  CHECK(it.array("drug_drug.concentration").at(0) == 0);
  CHECK(it.recordings()->condition("drug.concentration") == 0);
  CHECK(it.array("trace_I_ion").type() == DType::f32);
  for (const auto& a : it.host().shards.arrays.at({"cells", 0}))
    if (a.name == "scenario_cell.temperature") CHECK(a.unit == "K");
}

TEST_CASE("what cannot be recorded is refused with a remedy") {
  Recorded it(2);
  it.set("signal", "I_Kr");
  CHECK(message_of([&] { it.prepare(); }) == "'I_Kr' is not recorded; recorded are V_m, I_ion, I_Na");
  it.set("signal", "I_Nb");
  CHECK(message_of([&] { it.prepare(); }).find("did you mean I_Na?") != std::string::npos);
  it.set("signal", "V_m").prepare();
  CHECK(it.recordings()->signal().unit == "mV");

  it.set("onset", 1.0).fill("protocol", protocol_of(protocols::ClampDrive({{-80, 10, {}}, {-80, 20, 20.0}}, {})));
  CHECK(message_of([&] { it.prepare(); })
            .find("'pacing' has ramps; the jumps that samples are taken closer together "
                  "after are those of a command of steps. Leave onset out") == 0);
  it.fill("protocol", protocol_of(steps)).set("onset_step", 1e-9).set("onset", 20.0);
  CHECK(message_of([&] { it.prepare(); }).find("with its samples after jumps a shard takes ") == 0);
  Recorded none(2);
  none.fill("protocol", protocol_of(protocols::ClampDrive({{-80, 10, {}}, {-80, 20, 20.0}}, {}))).prepare();
  CHECK(none.recordings()->command().empty());
}
