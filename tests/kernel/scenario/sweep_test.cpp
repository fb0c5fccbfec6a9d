#include "fixture.hpp"

using namespace tawara;
using Runs = std::vector<std::vector<std::string>>;

namespace {
const std::string cell =
    "[define]\nsubject = 1\n[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n[pacing]\nuse = "
    "\"protocol.pacing\"\n[free]\nuse = \"test.free\"\nrows = [1, 2]\n[paced]\nuse = \"experiment.single_cell\"\ncell "
    "= \"myocyte\"\n";
Attempt sweep(const std::string& lines) { return Attempt(cell + "[[sweep]]\n" + lines + "\n"); }
Attempt shell(const std::string& option) { return Attempt(cell, {.sweeps = {option}}); }
}  // namespace

TEST_CASE("sweep tables multiply, the last one fastest") {
  const Attempt a = sweep(
      "path = \"myocyte.sex\"\nvalues = [\"male\", \"female\"]\n[[sweep]]\npath = \"pacing.period\"\nvalues = [1000, "
      "\"0.6 s\"]");
  LOADED(a);
  CHECK(sweep_rows(*a.scenario) == Runs{{"myocyte.sex=\"male\"", "pacing.period=1000"},
                                        {"myocyte.sex=\"male\"", "pacing.period=\"0.6 s\""},
                                        {"myocyte.sex=\"female\"", "pacing.period=1000"},
                                        {"myocyte.sex=\"female\"", "pacing.period=\"0.6 s\""}});
  CHECK(sweep_rows(*Attempt(cell).scenario) == Runs{{}});
}

TEST_CASE("paths with rows vary together") {
  const Attempt a = sweep("paths = [\"myocyte.sex\", \"pacing.period\"]\nrows = [[\"male\", 1000], [\"female\", 600]]");
  LOADED(a);
  CHECK(sweep_rows(*a.scenario) ==
        Runs{{"myocyte.sex=\"male\"", "pacing.period=1000"}, {"myocyte.sex=\"female\"", "pacing.period=600"}});
}

TEST_CASE("each row of a sweep loads as overrides, and its resolved text has no sweep") {
  const std::string toml = cell + "[[sweep]]\npath = \"pacing.period\"\nvalues = [500, 600]\n";
  const Attempt all(toml);
  LOADED(all);
  CHECK(all.scenario->resolved.find("[[sweep]]") != std::string::npos);
  const Attempt row(toml, {.sets = sweep_rows(*all.scenario)[1], .one_row = true});
  LOADED(row);
  CHECK(row.settings("pacing").number("period") == 600);
  CHECK(row.scenario->sweep.empty());
  CHECK(row.scenario->resolved.find("[[sweep]]") == std::string::npos);
}

TEST_CASE("--sweep takes spans and lists") {
  const auto values = [](const std::string& option) {
    const Attempt a = shell(option);
    LOADED(a);
    std::vector<std::string> texts;
    for (const auto& row : a.scenario->sweep.at(0).rows) texts.push_back(row[0]);
    return texts;
  };
  CHECK(values("pacing.period=300:500:3") == std::vector<std::string>{"300", "400", "500"});
  CHECK(values("pacing.period=250:2000:4:log") == std::vector<std::string>{"250", "500", "1000", "2000"});
  CHECK(values("myocyte.G_Kr_scale=0.5:2:4:linear") == std::vector<std::string>{"0.5", "1", "1.5", "2"});
  CHECK(values("pacing.period=[300, \"0.4 s\"]") == std::vector<std::string>{"300", "\"0.4 s\""});
  CHECK(values("pacing.beats=1:3:3") == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("the shell has the last word on a path the file sweeps") {
  const Attempt a(cell + "[[sweep]]\npath = \"pacing.period\"\nvalues = [1000]\n",
                  {.sweeps = {"pacing.period=[300, 400]"}});
  LOADED(a);
  CHECK(sweep_rows(*a.scenario).size() == 2);
}

TEST_CASE("seeds, defines, slots, components and list elements may be swept") {
  LOADED(sweep("path = \"tawara.seed\"\nvalues = [1, 2]"));
  LOADED(sweep("path = \"define.subject\"\nvalues = [1, 2]"));
  LOADED(sweep("path = \"paced.cell\"\nvalues = [\"myocyte\"]"));
  LOADED(sweep("path = \"myocyte.use\"\nvalues = [\"ionic.torord\"]"));
  LOADED(sweep("path = \"free.rows[1]\"\nvalues = [\"1 s\"]"));
}

TEST_CASE("sweep mistakes are found before the first run") {
  REFUSED(sweep("path = \"pacing.perod\"\nvalues = [1]"),
          "sweep: 'pacing.perod': 'protocol.pacing' has no parameter 'perod'");
  REFUSED(sweep("path = \"pacing.perod\"\nvalues = [1]"), "did you mean 'period'?");
  REFUSED(sweep("path = \"pacin.period\"\nvalues = [1]"), "sweep: 'pacin.period': no instance called 'pacin'");
  REFUSED(sweep("path = \"period\"\nvalues = [1]"), "sweep: no instance called 'period'");
  REFUSED(sweep("path = \"period\"\nvalues = [1]"), "a path is \"instance.parameter\", or \"instance\"");
  REFUSED(sweep("path = \"a b.c\"\nvalues = [1]"), "sweep: 'a b.c' is not of the form \"instance.parameter\"");
  REFUSED(sweep("path = \"pacing\"\nvalues = [1]"), "sweep: pacing is an instance; expected { use =");
  REFUSED(sweep("path = \"pacing\"\nvalues = [{ use = \"protocol.pacin\" }]"), "did you mean 'protocol.pacing'?");
  REFUSED(sweep("path = \"pacing.period\"\nvalues = [1000, \"5 mV\"]"),
          "twin.toml:16:17: error: pacing.period: 'mV' is a voltage, expected a time (ms)");
  REFUSED(sweep("path = \"pacing.period\"\nvalues = [-1]"), "pacing.period: -1 ms is not above 0 ms");
  REFUSED(sweep("path = \"pacing.period\"\nvalues = []"), "'values' is a list of at least one value");
  REFUSED(sweep("path = \"pacing.period\""), "sweep: give path and values, or paths and rows");
  REFUSED(sweep("path = \"pacing.period\"\nvalue = [1]"), "sweep: [[sweep]] has no key 'value'");
  REFUSED(sweep("paths = [\"pacing.period\"]\nrows = [[1, 2]]"),
          "sweep: a row needs 1 values, one per path; found a list of 2");
  REFUSED(sweep("paths = [\"pacing.period\"]\nrows = []"), "'rows' is a list of rows, each with a value per path");
  REFUSED(sweep("paths = []\nrows = [[1]]"), "'paths' is a list of \"instance.parameter\"");
  REFUSED(sweep("path = 3\nvalues = [1]"), "sweep: expected \"instance.parameter\", found the number 3");
  REFUSED(sweep("path = \"paced.cell\"\nvalues = [\"myocyt\"]"), "sweep: paced.cell: no instance called 'myocyt'");
  REFUSED(sweep("path = \"myocyte.use\"\nvalues = [\"ionic.x\"]"), "sweep: myocyte.use: no component called 'ionic.x'");
  REFUSED(sweep("path = \"define.subjct\"\nvalues = [1]"), "sweep: nothing called 'subjct' is defined");
  REFUSED(Attempt("sweep = [1]\n" + cell), "sweep: expected a table with path and values, found the number 1");
  REFUSED(sweep("path = \"pacing.period\"\nvalues = [1]\n[[sweep]]\npath = \"pacing.period\"\nvalues = [1]"),
          "sweep: 'pacing.period' is swept twice");
  REFUSED(shell("pacing.period=300:2000"),
          "--sweep #1: error: 'pacing.period=300:2000' is not of the form PATH=FIRST:LAST:COUNT");
  REFUSED(shell("pacing.period=0:2000:4:log"), "is not of the form");
  REFUSED(shell("pacing.period=1:2:3:quadratic"), "is not of the form");
  REFUSED(shell("pacing.period"), "is not of the form");
  REFUSED(shell("pacing.beats=1:2:3"), "pacing.beats: expected a whole number, found the number 1.5");
  REFUSED(Attempt(cell, {.sweeps = {"pacing.period=1:2:1000", "pacing.duration=1:2:1000"}}),
          "sweep: more than 100000 runs");
}
