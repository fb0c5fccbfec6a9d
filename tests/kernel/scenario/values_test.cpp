#include "fixture.hpp"

using namespace tawara;

namespace {

/// A slab and an eikonal on it, with more lines for the eikonal.
Attempt eikonal(const std::string& lines, const Options& options = {}) {
  return Attempt("[slab]\nuse = \"geometry.slab\"\n[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n" +
                     lines + "\n",
                 options);
}
Attempt torord(const std::string& lines) { return Attempt("[myocyte]\nuse = \"ionic.torord\"\n" + lines + "\n"); }
Attempt free_types(const std::string& lines) { return Attempt("[free]\nuse = \"test.free\"\n" + lines + "\n"); }

}  // namespace

TEST_CASE("unknown keys point at the key and suggest") {
  const Attempt a = torord("sex = \"male\"\ngkr_scale = 0.79");
  REFUSED(a,
          "twin.toml:4:1: error: myocyte.gkr_scale: 'ionic.torord' has no parameter 'gkr_scale'\n"
          "    4 | gkr_scale = 0.79\n"
          "      | ^~~~~~~~~\n"
          "      did you mean 'G_Kr_scale'?   (tawara describe ionic.torord)");
}

TEST_CASE("all problems of a phase come together, at most twenty are printed") {
  const Attempt a = torord("sex = \"mal\"\nlayer = 3\ngkr = 1");
  CHECK(a.problems.size() == 3);
  std::string many;
  for (int i = 0; i < 30; ++i) many += "unknown_" + std::to_string(i) + " = 1\n";
  const Attempt b = torord("sex = \"male\"\n" + many);
  CHECK(b.problems.size() == 30);
  REFUSED(b, "... and 10 more problems");
  CHECK_FALSE(b.says("unknown_20"));
}

TEST_CASE("numbers are in the declared unit, or carry one") {
  CHECK(eikonal("CV_fibre = 0.7").settings("activation").number("CV_fibre") == 0.7);
  CHECK(eikonal("CV_fibre = \"65 cm/s\"").settings("activation").number("CV_fibre") == 0.65);
  CHECK(eikonal("CV_fibre = 1").settings("activation").value("CV_fibre") == Value(1.0));
  CHECK(torord("sex = \"male\"\ntemperature = \"37 degC\"").settings("myocyte").number("temperature") ==
        doctest::Approx(310.15));
}

TEST_CASE("a number above its limit shows limit, usual range and the unit that was meant") {
  const Attempt a = eikonal("CV_fibre = \"65 m/s\"");
  REFUSED(a,
          "twin.toml:6:12: error: activation.CV_fibre: 65 m/s is above the allowed maximum 3 m/s\n"
          "    6 | CV_fibre = \"65 m/s\"\n"
          "      |            ^~~~~~~~\n"
          "      usual range 0.4 to 0.9 m/s; did you mean \"65 cm/s\"?");
  REFUSED(eikonal("CV_fibre = 650"), "did you mean \"650 mm/s\"?");
  REFUSED(eikonal("CV_fibre = \"6500 cm/s\""), "6500 cm/s (65 m/s) is above the allowed maximum 3 m/s");
  REFUSED(eikonal("CV_fibre = 0"), "activation.CV_fibre: 0 m/s is not above 0 m/s, as it must be");
  REFUSED(torord("sex = \"male\"\ntemperature = 37"), "myocyte.temperature: 37 K is below the allowed minimum 280 K");
}

TEST_CASE("a number outside its usual range is a warning") {
  const Attempt a = eikonal("CV_fibre = 1.5");
  LOADED(a);
  CHECK(a.warns("warning: activation.CV_fibre: 1.5 m/s is outside the usual range 0.4 to 0.9 m/s"));
  CHECK_FALSE(eikonal("CV_fibre = 0.5").warns("usual"));
}

TEST_CASE("unit mistakes name both dimensions") {
  REFUSED(eikonal("CV_fibre = \"65 mV\""), "activation.CV_fibre: 'mV' is a voltage, expected a speed (m/s)");
  REFUSED(eikonal("CV_fibre = \"65 cm/sec\""), "activation.CV_fibre: unknown unit 'cm/sec'");
  REFUSED(eikonal("CV_fibre = \"65 cm/sec\""), "did you mean 'cm/s'");
  REFUSED(eikonal("CV_fibre = \"0.65\""), "expected a number in m/s, found text '0.65'; write 0.65");
  REFUSED(eikonal("CV_fibre = true"), "expected a number in m/s, found true");
  REFUSED(eikonal("CV_fibre = nan"), "activation.CV_fibre: not a number (nan)");
  REFUSED(eikonal("CV_sheet = { a = 1 }"), "activation.CV_sheet: expected a number in m/s, found a table");
  REFUSED(eikonal("CV_sheet = 1979-05-27"), "found a date or time");
}

TEST_CASE("a number that is a field may vary by region or node") {
  const Attempt regions = eikonal("CV_fibre = { regions = { scar = \"10 cm/s\", border = 0.3 } }");
  LOADED(regions);
  const Value& value = regions.settings("activation").value("CV_fibre");
  CHECK(value.find("regions")->find("scar")->number() == 0.1);
  CHECK(value.find("otherwise")->number() == 0.65);
  const Attempt field = eikonal("CV_fibre = { field = \"slab.scar\" }");
  LOADED(field);
  REQUIRE(field.scenario->find("activation")->fields.size() == 1);
  CHECK(field.scenario->find("activation")->fields[0].output == "scar");
  CHECK(field.scenario->find("activation")->fields[0].instance == 0);
}

TEST_CASE("field mistakes are explained") {
  REFUSED(eikonal("CV_fibre = { regions = { scar = 5 }, otherwise = 0.5 }"),
          "activation.CV_fibre.regions.scar: 5 m/s is above the allowed maximum 3 m/s");
  REFUSED(free_types("density = { regions = { scar = 5 } }"),
          "free.density: 'otherwise' is missing: the value outside the regions");
  REFUSED(eikonal("CV_fibre = { region = { scar = 1 } }"),
          "expected a number in m/s, { regions = { scar = 0.1 }, otherwise = 1.0 }");
  REFUSED(eikonal("CV_fibre = { regions = {} }"), "{ column = \"name\" }");
  REFUSED(eikonal("CV_fibre = { field = \"slob.scar\" }"),
          "field 'slob.scar' is not an 'instance.output' of this file");
  REFUSED(eikonal("CV_fibre = { field = \"slab.scr\" }"), "'slab' has no output 'scr'");
  REFUSED(eikonal("CV_fibre = { field = \"slab.border\" }"), "field 'slab.border' is in 1, expected m/s");
  REFUSED(eikonal("CV_fibre = { field = \"activation.LAT\" }"), "is in ms, expected m/s");
}

TEST_CASE("whole numbers, booleans and texts keep their type") {
  const auto pacing = [](const std::string& line) {
    return Attempt("[pacing]\nuse = \"protocol.pacing\"\n" + line + "\n");
  };
  CHECK(pacing("beats = 5").settings("pacing").integer("beats") == 5);
  REFUSED(pacing("beats = 2.5"), "pacing.beats: expected a whole number, found the number 2.5");
  REFUSED(pacing("beats = 20.0"), "expected a whole number, found the number 20; write 20");
  REFUSED(pacing("beats = 0"), "pacing.beats: 0 is below the allowed minimum 1");
  CHECK_FALSE(pacing("").settings("pacing").has("amplitude"));
  CHECK(pacing("amplitude = \"-53 A/F\"").settings("pacing").number("amplitude") == -53);
  REFUSED(torord("sex = \"male\"\nclamped = 1"), "myocyte.clamped: expected true or false, found the number 1");
  REFUSED(free_types("label = 3"), "free.label: expected text, found the number 3");
}

TEST_CASE("choices suggest and list") {
  const Attempt a = torord("sex = \"femal\"");
  REFUSED(a, "myocyte.sex: no choice 'femal'");
  REFUSED(a, "did you mean 'female'?   choices: male, female and baseline");
  REFUSED(torord("sex = 1"), "myocyte.sex: expected one of its choices, found the number 1");
}

TEST_CASE("a missing required parameter says what it wants") {
  const Attempt a = torord("layer = \"epi\"");
  REFUSED(a, "twin.toml:1:1: error: myocyte.sex is missing");
  REFUSED(a, "one of male, female and baseline");
}

TEST_CASE("old names are accepted with a notice") {
  const Attempt a = torord("sex = \"male\"\ngks = 2");
  LOADED(a);
  CHECK(a.settings("myocyte").number("G_Ks_scale") == 2);
  CHECK(a.warns("myocyte.gks is now called 'G_Ks_scale'"));
  REFUSED(torord("sex = \"male\"\ngks = 2\nG_Ks_scale = 1"), "'gks' is its old name, and both are given");
}

TEST_CASE("paths are relative to the scenario and must exist in a run") {
  Attempt a("[slab]\nuse = \"geometry.slab\"\nsurface = \"twin.toml\"\n");
  LOADED(a);
  CHECK(a.settings("slab").path("surface") == a.folder.path() / "twin.toml");
  const std::string missing = "[slab]\nuse = \"geometry.slab\"\nsurface = \"sub/../epi.stl\"\n";
  REFUSED(Attempt(missing), "twin.toml:3:11: error: slab.surface: no such file: 'sub/../epi.stl'");
  REFUSED(Attempt(missing), "looked for epi.stl; paths are relative to the scenario file");
  const Attempt checked(missing, {.files_must_exist = false});
  LOADED(checked);
  CHECK(checked.warns("warning: slab.surface: no such file"));
  REFUSED(Attempt("[slab]\nuse = \"geometry.slab\"\nsurface = 3\n"),
          "slab.surface: expected a path as text, found the number 3");
  REFUSED(Attempt("[slab]\nuse = \"geometry.slab\"\nsurface = \"\"\n"), "slab.surface: expected a path, found text ''");
}

TEST_CASE("lists and records check what is in them") {
  CHECK(free_types("rows = [1, \"2 s\"]").settings("free").numbers("rows") == std::vector<double>{1, 2000});
  REFUSED(free_types("rows = [1, \"2 mV\"]"),
          "twin.toml:3:12: error: free.rows[1]: 'mV' is a voltage, expected a time (ms)");
  REFUSED(free_types("rows = \"2 s\""), "free.rows: expected a list, found text '2 s'; write [\"2 s\"]");
  REFUSED(free_types("rows = {}"), "free.rows: expected a list, found a table");
  const Attempt steps = free_types("steps = [{ V_m = \"0.02 V\" }]");
  LOADED(steps);
  CHECK(steps.settings("free").list("steps")[0].find("V_m")->number() == 20);
  CHECK(steps.settings("free").list("steps")[0].find("duration")->number() == 100);
  REFUSED(free_types("steps = [{ duration = 1 }]"), "free.steps[0].V_m is missing");
  REFUSED(free_types("steps = [{ V_m = 1, dur = 1 }]"), "free.steps[0].dur: 'free.steps[0]' has no key 'dur'");
  REFUSED(free_types("steps = [{ V_m = 1, dur = 1 }]"), "it has V_m and duration");
  REFUSED(free_types("steps = [5]"), "free.steps[0]: expected a table { ... }, found the number 5");
  CHECK(free_types("anything = { a = [1, { b = true }] }")
            .settings("free")
            .value("anything")
            .find("a")
            ->list()[1]
            .find("b")
            ->boolean());
}

TEST_CASE("a subset is distinct ids, sorted") {
  const Attempt a = eikonal("root_nodes = [4, 0, 2]");
  LOADED(a);
  CHECK(a.settings("activation").numbers("root_nodes") == std::vector<double>{0, 2, 4});
  REFUSED(eikonal("root_nodes = [1, 1]"), "activation.root_nodes: id 1 is given twice");
  REFUSED(eikonal("root_nodes = [-1]"),
          "activation.root_nodes: expected an id (a whole number from 0), found the number -1");
  REFUSED(eikonal("root_nodes = []"), "activation.root_nodes: 0 ids, allowed are 1 to 10");
  REFUSED(eikonal("root_nodes = 3"), "expected a list of ids (whole numbers), found the number 3");
}
