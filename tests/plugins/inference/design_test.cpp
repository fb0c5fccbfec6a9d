#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "design/design_component.hpp"
#include "design/points.hpp"
#include "fake_simulator.hpp"
#include "population/columns.hpp"

using namespace tawara;
using namespace tawara::design;

namespace {

Value record(std::initializer_list<std::pair<std::string, Value>> entries) { return Value(Record(entries)); }

const List parameters = {record({{"path", "m.x"}, {"kind", "uniform"}, {"a", 0.0}, {"b", 2.0}}),
                         record({{"path", "m.layer"}, {"kind", "choice"}, {"choices", List{0.0, 1.0}}}),
                         record({{"path", "m.roots"}, {"kind", "subset"}, {"low", 1.0}, {"high", 3.0}})};

// twice = 2 x; rows with x above 1.75 fail.
struct Model : fakes::FakeSimulator {
  Model()
      : FakeSimulator({fakes::path("m.x"), fakes::path("m.layer"), fakes::path("m.roots", 6)},
                      [](const Values&) { return 0.0; }) {
    infos[0].unit = "mm";
    infos[1].type = Type::choice;
    infos[1].choices = {"endo", "epi"};
    outputs[0].slot = "simulator";
    outputs[0].instance = "m";
    outputs[0].output.name = "twice";
    outputs[0].output.unit = "mm";
    model = [](const Values& v) -> std::vector<Array> {
      if (v[0][0] > 1.75) throw SolverError("too_big for this model");
      return {Array::scalar(2 * v[0][0])};
    };
  }
};

template <class C>
OneComponent<C> over(Model& model) {
  OneComponent<C> it;
  it.simulated = &model;
  it.set("parameters", parameters);
  return it;
}

double worst_moment(const std::vector<double>& points, std::size_t n) {
  double worst = 0;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < n; ++i) product += points[3 * i + a] * points[3 * i + b] / static_cast<double>(n);
      worst = std::max(worst, std::abs(product - 0.25));
    }
  return worst;
}

}  // namespace

TEST_CASE("a Sobol design integrates products far better than a random one, whatever the seed") {
  const std::size_t n = 4096;
  double sobol = 0, random = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random a(seed, "sobol"), b(seed, "random");
    sobol += worst_moment(unit_points(Method::sobol, n, 3, a), n);
    random += worst_moment(unit_points(Method::random, n, 3, b), n);
  }
  CHECK(random > 4 * sobol);
  Random one(1, "sobol"), two(2, "sobol");
  CHECK(unit_points(Method::sobol, 8, 2, one) != unit_points(Method::sobol, 8, 2, two));
}

TEST_CASE("a design gives a population with scalars, names, ids and what failed") {
  Model model;
  auto it = over<Design>(model);
  it.set("size", 64).prepare();
  const Table& t = it.tables.at("population");
  REQUIRE(t.rows() == 64);
  CHECK(t.at("m.x").unit == "mm");
  CHECK(t.at("m.twice").unit == "mm");
  std::set<std::string> layers(t.at("m.layer").texts.begin(), t.at("m.layer").texts.end());
  CHECK(layers == std::set<std::string>{"endo", "epi"});
  std::size_t failed = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    const double x = t.at("m.x").numbers[i];
    CHECK(t.at("weight").numbers[i] == 1.0 / 64);
    if (x > 1.75) {
      ++failed;
      CHECK(std::isnan(t.at("m.twice").numbers[i]));
      CHECK(t.at("status").texts[i] == "too_big: too_big for this model");
    } else {
      CHECK(t.at("m.twice").numbers[i] == 2 * x);
      CHECK(t.at("status").texts[i] == "ok");
    }
  }
  CHECK(failed == 8);  // of 64 slices of 0..2 those above 1.75
  CHECK(it.number("failures") == 8);
  CHECK(it.number("evaluations") == 64);
  CHECK(it.host().said("8 of 64 simulations failed; see the status column"));
}

TEST_CASE("every method fills the range, and the same seed gives the same design") {
  for (const char* method : {"latin_hypercube", "sobol", "random"}) {
    Model one, two;
    auto a = over<Design>(one), b = over<Design>(two);
    a.set("size", 200).set("method", method).prepare();
    b.set("size", 200).set("method", method).prepare();
    const auto& x = a.tables.at("population").at("m.x").numbers;
    CHECK(x == b.tables.at("population").at("m.x").numbers);
    CHECK(*std::min_element(x.begin(), x.end()) < 0.1);
    CHECK(*std::max_element(x.begin(), x.end()) > 1.9);
  }
}

TEST_CASE("a replayed population gives the rows that were fine, with their weights") {
  Model model;
  auto design = over<Design>(model);
  const Table planned = design.set("size", 32).prepare().tables.at("population");
  auto replay = over<design::Replay>(model);
  replay.fill("population", TestInput("design").with("population", planned)).prepare();
  const Table& again = replay.tables.at("population");
  CHECK(again.rows() == 28);
  std::size_t k = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    if (planned.at("status").texts[i] != "ok") continue;
    CHECK(again.at("m.x").numbers[k] == planned.at("m.x").numbers[i]);
    CHECK(again.at("m.roots").texts[k] == planned.at("m.roots").texts[i]);
    CHECK(again.at("m.twice").numbers[k] == planned.at("m.twice").numbers[i]);
    CHECK(again.at("weight").numbers[k] == 1.0 / 32);
    ++k;
  }
  Table& given = replay.inputs.at("population").tables.at("population");
  for (std::string& s : given.columns.back().texts) s = "too_big: no";
  CHECK(message_of([&] { replay.prepare(); }) == "the population of 'design' has no row with status ok");
}

TEST_CASE("too many failures fail the design") {
  Model model;
  auto it = over<Design>(model);
  it.set("size", 64).set("max_failed_fraction", 0.1);
  CHECK(message_of([&] { it.prepare(); }) ==
        "8 of 64 simulations failed, the first with too_big: too_big for this model; narrow the parameters to what can "
        "be simulated, or "
        "raise max_failed_fraction");
  model.cancel_after = 10;
  CHECK_THROWS_AS(over<Design>(model).prepare(), Cancelled);
}

TEST_CASE("columns that do not fit their parameter are refused by row") {
  Model model;
  const auto read = [&](const Table& t, std::size_t path) {
    return message_of([&] { (void)population::read_rows(t, std::span(model.infos).subspan(path, 1)); });
  };
  model.infos[0].maximum = 5;
  CHECK(read(Table().add("m.y", "mm", {1}), 0) ==
        "the population has no column m.x; leave it out of `parameters`, or add the column");
  CHECK(read(Table().add("m.x", "m", {1}), 0) == "population column m.x is in m; expected mm");
  CHECK(read(Table().add_text("m.x", {"1"}), 0) == "population column m.x holds texts; expected numbers");
  CHECK(read(Table().add("m.x", "mm", {1, 7}), 0) ==
        "population column m.x, row 2: '7.000000'; expected a number the parameter may be");
  CHECK(read(Table().add_text("m.layer", {"mid"}), 1) ==
        "population column m.layer, row 1: 'mid'; expected one of endo, epi");
  CHECK(read(Table().add("m.layer", "1", {1}), 1) == "population column m.layer holds numbers; expected texts");
  for (const char* ids : {"1 6", "1 1", "x"})
    CHECK(read(Table().add_text("m.roots", {ids}), 2) ==
          "population column m.roots, row 1: '" + std::string(ids) +
              "'; expected different ids from 0 to 5 with blanks between them");
  const auto rows = population::read_rows(Table().add_text("m.roots", {"4 0 2"}), std::span(model.infos).subspan(2, 1));
  CHECK(rows[0][0] == std::vector<double>{0, 2, 4});
}
