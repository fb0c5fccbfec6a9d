// Reading: TOML and its places, [define], --set, the header.
#include <sstream>

#include "fixture.hpp"
#include "kernel/scenario/node.hpp"

using namespace tawara;

namespace {
const std::string cell = "[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n";
}

TEST_CASE("a small scenario loads with its defaults") {
  const Attempt a("[tawara]\ntitle = \"one cell\"\nseed = 7\n" + cell);
  LOADED(a);
  CHECK(a.scenario->title == "one cell");
  CHECK(a.scenario->seed == 7);
  CHECK(a.settings("myocyte").text("sex") == "male");
  CHECK(a.settings("myocyte").text("layer") == "endo");
  CHECK(a.settings("myocyte").number("G_Kr_scale") == 1);
  CHECK(a.scenario->run.max_prepared == 8);
}

TEST_CASE("instances come in the order of the file, not of the alphabet") {
  const Attempt a("[zebra]\nuse = \"test.free\"\n[ant]\nuse = \"test.free\"\n[fox]\nuse = \"test.free\"\n");
  LOADED(a);
  REQUIRE(a.scenario->instances.size() == 3);
  CHECK(a.scenario->instances[0].name == "zebra");
  CHECK(a.scenario->instances[2].name == "fox");
  CHECK(a.scenario->instances[1].where.line == 3);
}

TEST_CASE("what is not TOML is refused with its place") {
  const Attempt a("[tawara]\nseed = = 1\n");
  REFUSED(a, "twin.toml:2:8: error: not TOML: ");
  REFUSED(a, "    2 | seed = = 1\n      |        ^");
  REFUSED(Attempt("a = 1\na = 2\n"), "twin.toml:2:");
  std::string dots = "[x]\na";
  for (int i = 0; i < 200000; ++i) dots += ".a";
  REFUSED(Attempt(dots + " = 1\n"), "a key with more than 1000 dots");
  std::string deep = "[x]\na";
  for (int i = 0; i < 100; ++i) deep += ".a";
  REFUSED(Attempt(deep + " = 1\n"), "nested deeper than 64 levels");
}

TEST_CASE("a missing file and a folder are named") {
  Folder folder;
  ScenarioRequest request;
  request.file = folder.path() / "none.toml";
  CHECK_THROWS_WITH_AS((void)load_scenario(request, components()), doctest::Contains("none.toml: error: no such file"),
                       ScenarioProblems);
  request.file = folder.path();
  CHECK_THROWS_WITH_AS((void)load_scenario(request, components()),
                       doctest::Contains("is a folder; a scenario is a TOML file"), ScenarioProblems);
}

TEST_CASE("an empty scenario says what is missing") { REFUSED(Attempt(""), "no instances"); }

TEST_CASE("defines are values with their type, or parts of a text") {
  const Attempt a(
      "[define]\nsubject = \"s2\"\nspeed = 0.5\nn = 3\nlabel = \"${subject}-${n}\"\n"
      "[slab]\nuse = \"geometry.slab\"\n"
      "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nCV_fibre = \"${speed}\"\nCV_sheet = "
      "\"${speed} m/s\"\n"
      "[free]\nuse = \"test.free\"\nlabel = \"a ${label} b\"\nrows = [\"${n}\", 2]\n");
  LOADED(a);
  CHECK(a.settings("activation").number("CV_fibre") == 0.5);
  CHECK(a.settings("activation").number("CV_sheet") == 0.5);
  CHECK(a.settings("free").text("label") == "a s2-3 b");
  CHECK(a.settings("free").numbers("rows") == std::vector<double>{3, 2});
}

TEST_CASE("define mistakes are explained") {
  const std::string free = "[free]\nuse = \"test.free\"\nlabel = ";
  const Attempt unknown("[define]\nsubject = 1\n" + free + "\"x${subjct}\"\n");
  REFUSED(unknown, "twin.toml:5:9: error: nothing called 'subjct' is defined");
  REFUSED(unknown, "did you mean 'subject'?");
  REFUSED(Attempt(free + "\"${a}\"\n"), "write it into a [define] table");
  REFUSED(Attempt("[define]\na = 1\n" + free + "\"${a\"\n"), "'${' without its '}'");
  REFUSED(Attempt("[define]\na = [1]\n" + free + "\"x${a}\"\n"),
          "'a' is a list of 1, which cannot stand inside a longer text");
  REFUSED(Attempt("[define]\na = \"${b}\"\nb = 1\n" + cell), "nothing called 'b' is defined");
  REFUSED(Attempt("define = 1\n" + cell), "'define' is a table of named values");
}

TEST_CASE("defines that double at every step end in a message") {
  std::ostringstream toml;
  toml << "[define]\na0 = \"0123456789\"\n";
  for (int i = 1; i < 60; ++i) toml << "a" << i << " = \"${a" << i - 1 << "}${a" << i - 1 << "}\"\n";
  REFUSED(Attempt(toml.str() + cell), "the values of [define] grow without bound");
}

TEST_CASE("overrides set, swap and reach into lists") {
  const std::string toml = cell +
                           "[pacing]\nuse = \"protocol.pacing\"\n[free]\nuse = \"test.free\"\nrows = [1, 2]\nsteps = "
                           "[{ V_m = 1 }, { V_m = 2, duration = 5 }]\n";
  const Attempt a(
      toml, {.sets = {"myocyte.sex=female", "myocyte.layer=\"epi\"", "pacing.period=600 ms", "free.rows[1]=30",
                      "free.steps[1].duration=\"2 s\"", "myocyte.sex=baseline", "run.threads=3", "tawara.seed=9"}});
  LOADED(a);
  CHECK(a.settings("myocyte").text("sex") == "baseline");
  CHECK(a.settings("myocyte").text("layer") == "epi");
  CHECK(a.settings("pacing").number("period") == 600);
  CHECK(a.settings("free").numbers("rows") == std::vector<double>{1, 30});
  CHECK(a.settings("free").list("steps")[1].find("duration")->number() == 2000);
  CHECK(a.scenario->run.threads == 3);
  CHECK(a.scenario->seed == 9);
  CHECK(a.scenario->find("pacing")->locate("period").text() == "--set #3");

  const Attempt swapped(
      "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nCV_fibre = 0.5\n[slab]\nuse = "
      "\"geometry.slab\"\n",
      {.sets = {"activation.use=conduction.sites"}});
  REFUSED(swapped, "'conduction.sites' has no parameter 'CV_fibre'");
}

TEST_CASE("an override may begin a record that was not written") {
  const Attempt a("[slab]\nuse = \"geometry.slab\"\n[act]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n",
                  {.sets = {"act.stop.tolerance=0.5"}});
  LOADED(a);
  CHECK(a.settings("act").value("stop").find("tolerance")->number() == 0.5);
  CHECK(a.settings("act").value("stop").find("sweeps")->integer() == 10);
}

TEST_CASE("override mistakes are explained") {
  const auto set = [](const char* text) {
    return Attempt(cell + "[free]\nuse = \"test.free\"\nrows = [1, 2]\n", {.sets = {text}});
  };
  REFUSED(set("myocyt.sex=male"),
          "--set #1: error: the scenario has no instance 'myocyt', and --set cannot create one");
  REFUSED(set("myocyt.sex=male"), "did you mean 'myocyte'?");
  REFUSED(set("myocyte"), "is not of the form INSTANCE.KEY=VALUE");
  REFUSED(set("myocyte=1"), "'myocyte' is an instance: set one of its keys");
  REFUSED(set(R"(myocyte={use="ionic.tp06")"),
          R"('myocyte' is set to '{use="ionic.tp06"', which cannot be read as a table; is a brace)");
  REFUSED(set("free.rows[x]=1"), "is not of the form INSTANCE.KEY=VALUE");
  REFUSED(set("free.rows[2]=1"), "free.rows[2] does not exist: the list has 2 elements, [0] to [1]");
  REFUSED(set("free.steps[0]=1"), "free.steps is not written in the scenario, so it has no elements to change");
  REFUSED(set("myocyte.sex[0]=1"), "myocyte.sex is text 'male', not a list");
  REFUSED(set("myocyte.sex.x=1"), "myocyte.sex is text 'male', not a table");
  REFUSED(set("define.x=1"), "the scenario has no 'define' to change");
  REFUSED(set("myocyte.sx=male"), "--set #1: error: myocyte.sx: 'ionic.torord' has no parameter 'sx'");
  REFUSED(set("myocyte.sx=male"), "did you mean 'sex'?");
  REFUSED(Attempt("[define]\nsubject = 1\n" + cell, {.sets = {"define.subjct=1"}}), "define has no 'subjct'");
}

TEST_CASE("an override that is not TOML is text, and is told so") {
  const std::string toml = "[pacing]\nuse = \"protocol.pacing\"\n";
  REFUSED(Attempt(toml, {.sets = {"pacing.period=.5"}}),
          "pacing.period: expected a number in ms, found text '.5'; write 0.5");
  REFUSED(Attempt(toml, {.sets = {"pacing.period=fast"}}), "pacing.period: expected a number in ms, found text 'fast'");
  const Attempt smuggled(toml, {.sets = {"pacing.period=1\n[x]\na=1"}});
  REFUSED(smuggled, "--set #1: error: pacing.period: ");
}

TEST_CASE("values written as TOML read back as themselves") {
  const Value value = Record{
      {"a", 1.0}, {"b c", List{1, 2.5, "x\"\n\\", true}}, {"gone", Value()}, {"tiny", 1e-300}, {"third", 1.0 / 3}};
  const std::string text = scenario::toml_text(value);
  const scenario::Node node = scenario::read_value(text, {"here"});
  REQUIRE(node.as<scenario::Node::Table>());
  CHECK(node.find("a")->as<double>());
  CHECK(*node.find("third")->as<double>() == 1.0 / 3);
  CHECK(*node.find("tiny")->as<double>() == 1e-300);
  CHECK_FALSE(node.find("gone"));
  CHECK((*node.find("b c")->as<scenario::Node::Array>())[0].as<std::int64_t>());
  CHECK(*(*node.find("b c")->as<scenario::Node::Array>())[2].as<std::string>() == "x\"\n\\");
}

TEST_CASE("the header is checked like a component") {
  REFUSED(Attempt("[tawara]\nsed = 1\n" + cell), "tawara.sed: [tawara] has no key 'sed'");
  REFUSED(Attempt("[tawara]\nsed = 1\n" + cell), "did you mean 'seed'?");
  REFUSED(Attempt("[tawara]\nseed = -1\n" + cell), "tawara.seed: -1 is below the allowed minimum 0");
  REFUSED(Attempt("[tawara]\nrequires = \">=99\"\n" + cell), "this scenario requires Tawara >=99, this is ");
  REFUSED(Attempt("[tawara]\nrequires = \"new\"\n" + cell), "'new' is no version condition");
  LOADED(Attempt("[tawara]\nrequires = \">=0.1, <99, == 0.1.0\"\n" + cell));
  REFUSED(Attempt("run = 1\n" + cell), "'run' is a table: write [run]");
  REFUSED(Attempt("[run]\ntarget = [\"myocyte\"]\n" + cell), "run.target: [run] has no key 'target'");
  REFUSED(Attempt("[tawara]\nplugins = [\"nowhere\"]\n" + cell), "tawara.plugins[0]: no such file: 'nowhere'");
}

TEST_CASE("plugin folders and outputs are relative to the scenario file") {
  Folder folder;
  ScenarioRequest request;
  request.file = folder.write(
      "a.toml",
      "[define]\nd = \"more\"\n[tawara]\nplugins = [\"${d}/x\", \"/abs\"]\n[output]\ndirectory = \"out/a\"\n" + cell);
  const auto paths = plugin_paths_of(request);
  REQUIRE(paths.size() == 2);
  CHECK(paths[0] == folder.path() / "more/x");
  CHECK(paths[1] == "/abs");
  request.sets = {"tawara.plugins=[]"};
  CHECK(plugin_paths_of(request).empty());
  CHECK(load_scenario(request, components()).output.directory == folder.path() / "out/a");
}

TEST_CASE("instances are tables with a known component") {
  REFUSED(Attempt("x = 1\n" + cell), "'x' stands outside every table");
  REFUSED(Attempt("[\"a.b\"]\nuse = \"test.free\"\n"), "'a.b' cannot be the name of an instance");
  REFUSED(Attempt("[outptu]\ndirectory = \"x\"\n" + cell), "instance 'outptu' has no 'use'");
  REFUSED(Attempt("[outptu]\ndirectory = \"x\"\n" + cell), "did you mean the table [output]?");
  REFUSED(Attempt("[a]\nuse = 3\n"), "a.use: expected the name of a component, found the number 3");
  const Attempt wrong("[myocyte]\nuse = \"ionic.tor_ord\"\n");
  REFUSED(wrong, "twin.toml:2:7: error: no component called 'ionic.tor_ord'");
  REFUSED(wrong, "did you mean 'ionic.torord' (plugin tawara-ionic)?");
  REFUSED(wrong, "1 refused: libmy_atria.so. See: tawara doctor");
  const Attempt left_out("[a]\nuse = \"learner.mlp\"\n");
  REFUSED(left_out, "'learner.mlp' is not part of this build: LibTorch was not found when this was built");
  REFUSED(left_out, "install libtorch-dev");
  REFUSED(Attempt("[a]\nuse = \"torord\"\n"), "did you mean 'ionic.torord'");
  REFUSED(Attempt("[a]\nuse = \"ionic.luorudy\"\n"), "of this kind there are ionic.torord and ionic.torord_2019");
  REFUSED(Attempt("[a]\nuse = \"test.twice\"\n"), "2 plugins offer 'test.twice'");
  REFUSED(Attempt("[a]\nuse = \"test.twice\"\n"), "say which: 'tawara-heart:test.twice' and 'other:test.twice'");
  LOADED(Attempt("[a]\nuse = \"other:test.twice\"\n"));
  CHECK(Attempt("[a]\nuse = \"ionic.torord_2019\"\n").warns("'ionic.torord_2019' is deprecated; use 'ionic.torord'"));
}
