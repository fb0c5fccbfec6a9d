#include "fixture.hpp"

using namespace tawara;

namespace {

/// A cohort over a cell and a drug. `cell` stands on line 4.
Attempt cohort(const std::string& cell, const std::string& more = "", const Options& options = {}) {
  return Attempt("[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n" + cell +
                     "\n[blocker]\nuse = \"drug.block\"\n[cohort]\nuse = \"experiment.cohort\"\ncell = \"myocyte\"\n"
                     "drugs = [\"blocker\"]\n" +
                     more,
                 options);
}

/// The same with priors, which begin on line 15, and a protocol.
Attempt with_priors(const std::string& list, const std::string& cell = "", const std::string& more = "") {
  return Attempt(
      "[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n" + cell +
      "\n[blocker]\nuse = \"drug.block\"\n[pacing]\nuse = \"protocol.pacing\"\n[cohort]\nuse = "
      "\"experiment.cohort\"\ncell = \"myocyte\"\ndrugs = [\"blocker\"]\nprotocol = \"pacing\"\nparameters = "
      "[\n" +
      list + "\n]\n" + more);
}

}  // namespace

TEST_CASE("priors of a slot that spreads name evaluate parameters of what stands in it") {
  const Attempt a = with_priors(
      "{ path = \"myocyte.G_Kr_scale\", log_uniform = [0.5, 2] },\n"
      "{ path = \"blocker.dose\", uniform = [0, 5] },\n"
      "{ path = \"myocyte.clamped\", choice = [true, false] }");
  LOADED(a);
  const List& priors = a.settings("cohort").list("parameters");
  REQUIRE(priors.size() == 3);
  CHECK(priors[1].find("path")->text() == "blocker.dose");
}

TEST_CASE("a prepare parameter is not spread: it is swept") {
  const Attempt layer = with_priors("{ path = \"myocyte.layer\", choice = [\"endo\", \"epi\"] }");
  REFUSED(layer,
          "twin.toml:15:10: error: cohort.parameters[0].path: 'myocyte.layer' acts when 'myocyte' is prepared, which "
          "happens once for all rows");
  REFUSED(layer,
          "[[sweep]] runs the scenario once per value; free to vary from row to row are G_Kr_scale, G_Ks_scale and "
          "clamped");
  // Also one that nothing may infer.
  REFUSED(with_priors("{ path = \"myocyte.temperature\", uniform = [300, 310] }"),
          "'myocyte.temperature' acts when 'myocyte' is prepared");
}

TEST_CASE("what stands elsewhere is not spread") {
  const Attempt a = with_priors("{ path = \"pacing.period\", choice = [500, 1000] }");
  REFUSED(a, "'pacing.period' acts when 'pacing' is prepared");
  REFUSED(a, "'protocol.pacing' has no parameter that may vary from row to row");
  REFUSED(
      with_priors("{ path = \"other.G_Kr_scale\", uniform = [0.5, 2] }", "",
                  "[other]\nuse = \"ionic.torord\"\nsex = \"male\"\n"),
      "cohort.parameters[0].path: 'other.G_Kr_scale' does not vary from row to row: only what stands in cohort.cell "
      "('myocyte'), cohort.drugs ('blocker') and cohort.maps (empty) does");
  REFUSED(
      Attempt("[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n[blocker]\nuse = \"drug.block\"\n[cohort]\nuse = "
              "\"experiment.cohort\"\ncell = \"myocyte\"\nparameters = [{ path = \"blocker.dose\", uniform = [0, 1] "
              "}]\n"),
      "only what stands in cohort.cell ('myocyte'), cohort.drugs (empty) and cohort.maps (empty) does");
}

TEST_CASE("a subset is not spread, a typo is recognised") {
  const Attempt roots = with_priors(
      "{ path = \"activation.root_nodes\", subset = { count = { range = [3, 9] } } }", "",
      "maps = [\"activation\"]\n[slab]\nuse = \"geometry.slab\"\n[sites]\nuse = \"conduction.sites\"\ngeometry = "
      "\"slab\"\n[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nsites = \"sites\"\n");
  REFUSED(roots, "cohort.parameters[0].path: 'activation.root_nodes' cannot vary from row to row");
  REFUSED(roots, "inferable: CV_fibre and CV_sheet");
  REFUSED(with_priors("{ path = \"myocyte.G_Kr_scal\", uniform = [0.5, 2] }"), "did you mean 'myocyte.G_Kr_scale'");
  REFUSED(with_priors("{ path = \"myocyte.G_Kr_scale\", uniform = [-1, 2] }"), "is not above 0, as it must be");
}

TEST_CASE("a column is kept where every user of the instance is spread") {
  const Attempt a = cohort("G_Kr_scale = { column = \"myocyte.scale_I_Kr\" }");
  LOADED(a);
  CHECK(a.settings("myocyte").value("G_Kr_scale").find("column")->text() == "myocyte.scale_I_Kr");
  CHECK(a.scenario->resolved.find("G_Kr_scale = { column = \"myocyte.scale_I_Kr\" }\n") != std::string::npos);
  const Attempt again(a.scenario->resolved);
  LOADED(again);
  CHECK(again.scenario->resolved == a.scenario->resolved);
  // As a command-line override and as a value of a sweep too.
  LOADED(cohort("", "", {.sets = {"myocyte.G_Kr_scale={ column = \"g\" }"}}));
  LOADED(cohort("", "[[sweep]]\npath = \"myocyte.G_Kr_scale\"\nvalues = [1, { column = \"g\" }]\n"));
}

TEST_CASE("a column is refused where a user takes one value") {
  const Attempt a =
      cohort("G_Kr_scale = { column = \"g\" }", "[beat]\nuse = \"experiment.single_cell\"\ncell = \"myocyte\"\n");
  REFUSED(a,
          "twin.toml:4:14: error: myocyte.G_Kr_scale: 'beat' (experiment.single_cell) cannot take the column 'g': its "
          "slot 'cell' uses one value");
  REFUSED(a, "give one number, or give 'beat' an instance of its own");
}

TEST_CASE("a column is refused where nobody takes it") {
  const Attempt a("[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\nG_Kr_scale = { column = \"g\" }\n");
  REFUSED(a,
          "twin.toml:4:14: error: myocyte.G_Kr_scale: nobody takes the column 'g': 'myocyte' stands in no slot that is "
          "spread");
  REFUSED(a,
          "give one number, or put it into one of experiment.cohort.cell, experiment.cohort.drugs and "
          "experiment.cohort.maps");
  // A parameter that may be a field is no exception.
  REFUSED(
      Attempt("[slab]\nuse = \"geometry.slab\"\n[a]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nCV_fibre = { "
              "column = \"speed\" }\n"),
      "a.CV_fibre: nobody takes the column 'speed'");
}

TEST_CASE("a column is refused for what acts while preparing") {
  const Attempt a = cohort("temperature = { column = \"T\" }");
  REFUSED(a,
          "twin.toml:4:15: error: myocyte.temperature: a column gives every row its own value, but this parameter acts "
          "while preparing");
  REFUSED(a, "give one number; [[sweep]] runs the scenario once per value");
  REFUSED(Attempt("[free]\nuse = \"test.free\"\ndensity = { column = \"d\" }\n"),
          "free.density: a column gives every row its own value");
}

TEST_CASE("a column has a name and nothing else") {
  for (const char* wrong : {"{ column = \"\" }", "{ column = 3 }", "{ column = \"g\", otherwise = 1 }"})
    REFUSED(cohort(std::string("G_Kr_scale = ") + wrong),
            "myocyte.G_Kr_scale: expected a number, or { column = \"name\" } in a population");
  REFUSED(cohort("G_Kr_scale = { field = \"slab.scar\" }"), "myocyte.G_Kr_scale: expected a number, found a table");
  REFUSED(cohort("G_Kr_scale = { regions = { scar = 1 }, otherwise = 1 }"), "expected a number, found a table");
}

TEST_CASE("a parameter has a prior or a column, not both") {
  const Attempt a =
      with_priors("{ path = \"myocyte.G_Kr_scale\", uniform = [0.5, 2] }", "G_Kr_scale = { column = \"g\" }");
  REFUSED(a,
          "cohort.parameters[0].path: 'myocyte.G_Kr_scale' takes its values from the column 'g'; a prior would be a "
          "second source");
}

TEST_CASE("what is written to run elsewhere holds what the targets reach, and no output folder") {
  Folder folder;
  ScenarioRequest request;
  request.file =
      folder.write("a.toml",
                   "[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n[cohort]\nuse = \"experiment.cohort\"\n"
                   "cell = \"myocyte\"\n[beat]\nuse = \"experiment.single_cell\"\ncell = \"myocyte\"\n"
                   "[output]\ndirectory = \"x\"\nsave = [\"beat.APD90\"]\n");
  request.sets = {"run.targets=[\"cohort\"]", "cohort.rows=1"};
  request.reached_only = true;
  const Attempt alone(load_scenario(request, components()).resolved);
  LOADED(alone);
  CHECK(alone.warnings().empty());
  CHECK(alone.scenario->instances.size() == 2);
  CHECK(alone.settings("cohort").integer("rows") == 1);
  CHECK_FALSE(alone.scenario->output.directory);
}
