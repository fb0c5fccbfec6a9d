#include <doctest/doctest.h>

#include <cmath>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "design/design_component.hpp"
#include "fake_simulator.hpp"
#include "population/columns.hpp"
#include "population/population_component.hpp"

using namespace tawara;
using population::PopulationFile;

namespace {

Table five() {
  Table t;
  t.add("m.x", "mm", {0.1, 0.2, 0.3, 0.4, 0.5});
  t.add_text("m.layer", {"endo", "epi", "endo", "epi", "endo"});
  t.add("weight", "1", {1, 2, 3, 4, 5}).add_text("status", {"ok", "ok", "nan: lost", "ok", "ok"});
  return t;
}

OneComponent<PopulationFile> reading(const std::string& file) {
  OneComponent<PopulationFile> it;
  it.host().table_files.tables["/data/five.csv"] = five();
  it.set("file", file);
  return it;
}

PathInfo subset(std::size_t ids) { return fakes::path("m.roots", ids); }

}  // namespace

TEST_CASE("a population is what the file holds, column by column") {
  auto it = reading("/data/five.csv");
  it.prepare();
  const Table& t = it.tables.at("population");
  CHECK(it.number("rows") == 5);
  REQUIRE(t.columns.size() == 4);
  CHECK(t.at("m.x").unit == "mm");
  CHECK(t.at("m.x").numbers == five().at("m.x").numbers);
  CHECK(t.at("m.layer").texts == five().at("m.layer").texts);
}

TEST_CASE("first and rows take a part of it") {
  auto it = reading("/data/five.csv");
  it.set("first", 1).set("rows", 3).prepare();
  CHECK(it.tables.at("population").at("m.x").numbers == std::vector<double>{0.2, 0.3, 0.4});
  CHECK(it.tables.at("population").at("status").texts == std::vector<std::string>{"ok", "nan: lost", "ok"});
  CHECK(it.number("rows") == 3);
  CHECK(it.host().warnings.empty());
  it.set("rows", 7).prepare();
  CHECK(it.number("rows") == 4);
  CHECK(it.host().said("7 rows are asked for, there are 4"));
  it.set("first", 5);
  CHECK(message_of([&] { it.prepare(); }) == "all 5 rows are left out; it must be less");
}

TEST_CASE("another instance's population serves in place of a file") {
  OneComponent<PopulationFile> it;
  it.fill("population", TestInput("inference").with("population", five())).set("first", 4).prepare();
  CHECK(it.tables.at("population").at("m.x").numbers == std::vector<double>{0.5});
}

TEST_CASE("there is one source, and it says what is wrong with it") {
  OneComponent<PopulationFile> neither;
  CHECK(message_of([&] { neither.prepare(); }) ==
        "there is nothing to read; give a 'file', or an instance in 'population'");
  auto both = reading("/data/five.csv");
  both.fill("population", TestInput("inference").with("population", five()));
  CHECK(message_of([&] { both.prepare(); }) == "there is a file and an instance in 'population'; give one of them");
  CHECK(message_of([] { reading("/data/six.csv").prepare(); }) == "no such file: /data/six.csv");
}

TEST_CASE("what was read is replayed: rows that are ok, with their weights") {
  auto source = reading("/data/five.csv");
  source.prepare();
  fakes::FakeSimulator model({fakes::path("m.x")}, [](const Values&) { return 0.0; });
  model.infos[0].unit = "mm";
  model.outputs[0].instance = "m";
  model.outputs[0].output.name = "twice";
  model.model = [](const Values& v) -> std::vector<Array> { return {Array::scalar(2 * v[0][0])}; };
  OneComponent<design::Replay> replay;
  replay.simulated = &model;
  replay.set("parameters", List{Value(Record{{"path", "m.x"}, {"kind", "uniform"}, {"a", 0.0}, {"b", 1.0}})});
  replay.fill("population", TestInput("it").with("population", source.tables.at("population")));
  replay.prepare();
  CHECK(replay.tables.at("population").at("m.twice").numbers == std::vector<double>{0.2, 0.4, 0.8, 1.0});
  CHECK(replay.tables.at("population").at("weight").numbers == std::vector<double>{1, 2, 4, 5});

  Table numbers = five();
  numbers.columns[3] = {"status", "1", {1, 1, 1, 1, 1}, {}};
  replay.fill("population", TestInput("it").with("population", numbers));
  CHECK(message_of([&] { replay.prepare(); }) ==
        "the population's column status holds numbers; expected texts, \"ok\" where a row is to be used");
  Table words = five();
  words.columns[2] = {"weight", "", {}, {"a", "b", "c", "d", "e"}};
  replay.fill("population", TestInput("it").with("population", words));
  CHECK(message_of([&] { replay.prepare(); }) == "the population's column weight holds texts; expected numbers");
}

TEST_CASE("subsets of one id each, which a file cannot tell from numbers, are read as subsets") {
  Table t;
  t.add("m.roots", "1", {3, 0, NAN});
  const PathInfo paths[] = {subset(6)};
  const auto rows = population::read_rows(t, paths);
  CHECK(rows[0][0] == std::vector<double>{3});
  CHECK(rows[1][0] == std::vector<double>{0});
  CHECK(rows[2][0].empty());
  for (const double wrong : {6.0, -1.0, 1.5}) {
    Table bad;
    bad.add("m.roots", "1", {3, wrong});
    const std::string message = message_of([&] { (void)population::read_rows(bad, paths); });
    CHECK_MESSAGE(message.find("population column m.roots, row 2: '") == 0, message);
    CHECK(message.find("expected different ids from 0 to 5 with blanks between them") != std::string::npos);
  }
}
