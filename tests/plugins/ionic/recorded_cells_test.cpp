#include "recordings/recorded_cells.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"
#include "tawara/recordings.hpp"

using namespace tawara;
using recordings::RecordedCells;

// What a population leaves in files, as another run meets it.
namespace {

const protocols::ClampDrive steps({{-80, 10, {}}, {0, 5, {}}}, {});

/// Toy cells 0 to n - 1, ten to a shard.
struct Recorded : ToyPopulation {
  explicit Recorded(std::int64_t n, std::uint64_t first = 0) : ToyPopulation(n) {
    vary("cell.tau", "ms", 5, 20).vary("cell.breaks_above", "mV", 1e6, 2e6);
    set("first_cell", static_cast<std::int64_t>(first)).set("beats", 1).set("record", List{Value("g")});
    set("shard_size", 10).fill("protocol", protocol_of(steps));
  }
};

struct Reading : OneComponent<RecordedCells> {
  Reading() { set("file", "out/cohort.cells"); }
  explicit Reading(const Recorded& of) : Reading() { leave_files(of.host(), host(), "out/cohort.cells"); }
  [[nodiscard]] const Recordings& recordings() const {
    return *static_cast<const Recordings*>(prepared->ability(Recordings::ability_name));
  }
  [[nodiscard]] std::string refusal() {
    return message_of([&] { prepare(); });
  }
  /// An array of a file.
  Array& array(const std::string& file, const std::string& name) {
    for (auto& a : host().array_files.arrays.at(file))
      if (a.name == name) return a.values;
    throw Error("no array " + name);
  }
};

std::vector<float> samples_of(const Recordings& recordings, std::size_t first, std::size_t n) {
  std::vector<float> samples(n * recordings.times().size());
  recordings.read(first, n, samples);
  return samples;
}

}  // namespace

TEST_CASE("files say the same of their cells as the population that made them") {
  Recorded population(25);
  population.prepare();
  Reading it(population);
  it.prepare();
  const Recordings &files = it.recordings(),
                   &made = *static_cast<const Recordings*>(population.prepared->ability("recordings"));
  CHECK(it.number("n_cells") == 25);
  CHECK(it.number("samples") == 16);
  CHECK(files.cells() == 25);
  CHECK(files.signal().name == made.signal().name);
  CHECK(files.signal().unit == made.signal().unit);
  CHECK(std::vector(files.times().begin(), files.times().end()) ==
        std::vector(made.times().begin(), made.times().end()));
  CHECK(std::vector(files.command().begin(), files.command().end()) ==
        std::vector<Recordings::Step>{{-80, 10}, {0, 5}});
  REQUIRE(files.varied().size() == 2);
  CHECK(files.varied()[0].name == "cell.tau");  // in the population's order, not by name
  CHECK(files.varied()[1].name == "cell.breaks_above");
  REQUIRE(files.conditions().size() == made.conditions().size());
  for (std::size_t k = 0; k < files.conditions().size(); ++k) {
    CHECK(files.conditions()[k].name == made.conditions()[k].name);
    CHECK(files.conditions()[k].value == made.conditions()[k].value);
  }
  CHECK(samples_of(files, 0, 25) == samples_of(made, 0, 25));
  CHECK(samples_of(files, 8, 14) == samples_of(made, 8, 14));
  CHECK(files.known(19, 2).at("index").numbers == std::vector<double>{19, 20});
  CHECK(files.known(19, 2).at("cell.tau").numbers == made.known(19, 2).at("cell.tau").numbers);
  CHECK(files.known(0, 1).at("status").texts[0] == "ok");
}

TEST_CASE("a part leaves other cells for those who judge") {
  Recorded population(25);
  population.prepare();
  Reading all(population), part(population);
  all.prepare();
  part.set("first", 7).set("cells", 15).prepare();
  CHECK(part.recordings().cells() == 15);
  CHECK(part.recordings().known(0, 1).at("index").numbers[0] == 7);
  CHECK(samples_of(part.recordings(), 1, 14) == samples_of(all.recordings(), 8, 14));
  part.set("cells", 19);
  CHECK(part.refusal() ==
        "19 cells from cell 7 on are asked for, but there are 25 in all; take 18 or fewer, or leave `cells` out");
  part.set("first", 25);
  CHECK(part.refusal() == "all 25 cells are left out; first must be less than 25");
}

TEST_CASE("parts made on several machines are put together by their cells' indices") {
  Recorded whole(30), early(20), late(10, 20);
  for (Recorded* it : {&whole, &early, &late}) it->prepare();
  Reading one(whole), two;
  leave_files(late.host(), two.host(), "b/cohort.cells");
  leave_files(early.host(), two.host(), "a/cohort.cells");
  one.prepare();
  two.set("file", "b/cohort.cells").set("more", List{Value("a/cohort.cells")}).prepare();
  CHECK(samples_of(two.recordings(), 0, 30) == samples_of(one.recordings(), 0, 30));
  CHECK(two.recordings().known(0, 30).at("index").numbers == one.recordings().known(0, 30).at("index").numbers);

  leave_files(whole.host(), two.host(), "c/cohort.cells");
  two.set("more", List{Value("c/cohort.cells")});
  CHECK(two.refusal().find("cell 20 of ") == 0);
  CHECK(two.refusal().find("is there already, in ") != std::string::npos);
  CHECK(two.refusal().find("must not overlap (first_cell, cells)") != std::string::npos);
}

TEST_CASE("shards that do not go together are refused, with what differs") {
  Recorded population(25);
  population.prepare();
  const std::string last = "out/cohort.cells.00002.h5";
  const auto refusal = [&](const std::string& name, std::size_t at, double value) {
    Reading it(population);
    it.array(last, name) = it.array(last, name).size() == 1 ? Array::scalar(value) : [&] {
      std::vector<double> values;
      for (std::size_t k = 0; k < it.array(last, name).size(); ++k) values.push_back(it.array(last, name).at(k));
      values[at] = value;
      return Array::of(values);
    }();
    return it.refusal();
  };
  const std::string begin = last + " does not go with out/cohort.cells.00000.h5: ";
  CHECK(refusal("command_V", 1, 10) ==
        begin +
            "step 2 of the command at 10 mV for 5 ms, not 0 mV for 5 ms; take recordings "
            "under the same command, with the same samples, of the same scenario");
  CHECK(refusal("trace_t", 3, 3.5).find(begin + "sample 3 at 3.5 ms, not at 3 ms") == 0);
  CHECK(refusal("scenario_cell.tau", 0, 12).find(begin + "of what varies, cell.tau is 12 ms, not 10 ms") == 0);
  Reading unit(population);
  for (auto& a : unit.host().array_files.arrays.at(last))
    if (a.name == "trace_g") a.unit = "pA";
  CHECK(unit.refusal().find(begin + "g in pA, not ") == 0);
  Reading truncated(population);
  truncated.array(last, "trace_g") = Array(DType::f32, {5, 15});
  CHECK(truncated.refusal().find(last + " does not read back (trace_g is not 5 cells x 16 samples); copy it again, or "
                                        "run its population again") == 0);
}

TEST_CASE("files without traces, and signals that were not recorded, are refused with a remedy") {
  Recorded population(5);
  population.prepare();
  Reading it(population);
  it.set("signal", "I_Kr");
  CHECK(it.refusal() == "'I_Kr' was not recorded in out/cohort.cells.00000.h5; recorded are V_m, g");
  it.set("signal", "V_m").prepare();
  CHECK(it.recordings().signal().unit == "mV");
  Reading none(population);
  std::erase_if(none.host().array_files.arrays.at("out/cohort.cells.00000.h5"),
                [](const auto& a) { return a.name.starts_with("trace_"); });
  CHECK(none.refusal().find("holds no traces; run the population with `record` (record = [\"I_ion\"])") !=
        std::string::npos);
}
