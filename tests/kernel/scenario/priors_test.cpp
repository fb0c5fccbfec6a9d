#include <cmath>

#include "fixture.hpp"
#include "tawara/prior.hpp"

using namespace tawara;

namespace {

/// A sampler over a twin, with these priors. The first prior is on line 21.
Attempt priors(const std::string& list, const Options& options = {}) {
  return Attempt(
      "[slab]\nuse = \"geometry.slab\"\n"
      "[sites]\nuse = \"conduction.sites\"\ngeometry = \"slab\"\n"
      "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\nsites = \"sites\"\n"
      "[twin]\nuse = \"propagation.reaction_eikonal\"\nactivation = \"activation\"\n"
      "[ecg]\nuse = \"ecg.pseudo\"\nsource = \"twin\"\n"
      "[mismatch]\nuse = \"discrepancy.ecg\"\nsimulated = \"ecg\"\n"
      "[inference]\nuse = \"sampler.smc_abc\"\nparameters = [\n" +
          list +
          "\n]\ndiscrepancy = \"mismatch\"\n"
          "[myocyte]\nuse = \"ionic.torord\"\nsex = \"male\"\n"
          "[paced]\nuse = \"experiment.single_cell\"\ncell = \"myocyte\"\n",
      options);
}

/// The normalised form of a single prior.
Value one(const std::string& prior) {
  const Attempt a = priors(prior);
  LOADED(a);
  return a.settings("inference").list("parameters").at(0);
}

std::optional<double> number(const Value& record, const char* key) {
  const Value* found = record.find(key);
  return found ? std::optional(found->number()) : std::nullopt;
}

}  // namespace

TEST_CASE("a uniform prior is converted to the parameter's unit") {
  const Value p =
      one("{ path = \"activation.CV_sheet\", uniform = [\"25 cm/s\", 0.6], step = \"1 cm/s\", truth = \"44 cm/s\" }");
  CHECK(p.find("path")->text() == "activation.CV_sheet");
  CHECK(p.find("kind")->text() == "uniform");
  CHECK(number(p, "a") == 0.25);
  CHECK(number(p, "b") == 0.6);
  CHECK(number(p, "step") == 0.01);
  CHECK(p.find("truth")->list() == List{0.44});
  CHECK_FALSE(p.find("low"));
}

TEST_CASE("within lies around what the scenario sets, for many parameters at once") {
  const Attempt a = priors(
      "{ paths = [\"activation.CV_sheet\", \"twin.g_tm\"], within = 0.25 }, { path = \"twin.APD_min\", within = 0.1 }",
      {.sets = {"activation.CV_sheet=0.4", "twin.g_tm=-0.8", "twin.APD_min=200"}});
  LOADED(a);
  const List& list = a.settings("inference").list("parameters");
  REQUIRE(list.size() == 3);
  CHECK(list[0].find("path")->text() == "activation.CV_sheet");
  CHECK(list[0].find("kind")->text() == "uniform");
  CHECK(*number(list[0], "a") == doctest::Approx(0.3));
  CHECK(*number(list[0], "b") == doctest::Approx(0.5));
  CHECK(*number(list[1], "a") == doctest::Approx(-1));
  CHECK(*number(list[1], "b") == doctest::Approx(-0.6));
  CHECK(*number(list[2], "a") == doctest::Approx(180));
}

TEST_CASE("within refuses what it cannot lie around, and paths what is no list of them") {
  const auto refuses = [](const std::string& list, const char* words, const std::vector<std::string>& sets = {}) {
    const Attempt a = priors(list, {.sets = sets});
    REFUSED(a, words);
  };
  refuses("{ path = \"twin.g_tm\", within = 0.4 }", "'twin.g_tm' is 0, and no range lies around that", {"twin.g_tm=0"});
  refuses("{ path = \"twin.APD_min\", within = 40 }", "expected a fraction above 0 and at most 1");
  refuses("{ paths = [], within = 0.4 }", "expected a list of \"instance.parameter\"");
  refuses("{ path = \"twin.g_tm\", paths = [\"twin.APD_min\"], uniform = [0, 1] }", "not both");
  refuses("{ paths = [\"twin.g_tm\", \"twin.g_tmm\"], uniform = [0, 1] }", "'twin.g_tmm' is not a parameter of");
  refuses("{ paths = [\"twin.g_tm\", \"twin.g_tm\"], uniform = [0, 1] }", "'twin.g_tm' has a prior already");
}

TEST_CASE("normal priors keep mean, spread and range") {
  const Value p = one("{ path = \"twin.APD_min\", truncated_normal = [220, \"0.02 s\"], range = [180, 260] }");
  CHECK(number(p, "a") == 220);
  CHECK(number(p, "b") == 20);
  CHECK(number(p, "low") == 180);
  CHECK(number(p, "high") == 260);
  CHECK_FALSE(one("{ path = \"twin.APD_min\", normal = [220, 20] }").find("low"));
  CHECK(one("{ path = \"twin.g_tm\", uniform = [-1, 1] }").find("kind")->text() == "uniform");
}

TEST_CASE("choices become indices, subsets keep the law of their count") {
  const Value edge = one("{ path = \"slab.edge\", choice = [1, \"0.2 cm\"] }");
  CHECK(edge.find("choices")->list() == List{1.0, 2.0});
  const Value p =
      one("{ path = \"activation.root_nodes\", subset = { of = \"sites.candidates\", count = { normal = [6, 1], range "
          "= [3, 9] } }, truth = [5, 2] }");
  CHECK(p.find("kind")->text() == "subset");
  CHECK(number(p, "a") == 6);
  CHECK(number(p, "low") == 3);
  CHECK(number(p, "high") == 9);
  CHECK(p.find("truth")->list() == List{2.0, 5.0});
  const Value even = one("{ path = \"activation.root_nodes\", subset = { count = { range = [3, 9] } } }");
  CHECK_FALSE(even.find("a"));
  CHECK(number(even, "low") == 3);
  // Without a range the parameter's own limits hold.
  CHECK(number(one("{ path = \"activation.root_nodes\", subset = { count = { normal = [6, 1] } } }"), "high") == 10);
}

TEST_CASE("choices, booleans and whole numbers become numbers") {
  const auto vary = [](const std::string& prior) {
    return Attempt(
        "[c]\nuse = \"ionic.torord\"\nsex = \"male\"\n[p]\nuse = \"protocol.pacing\"\n[s]\nuse = "
        "\"sampler.spread\"\nvary = [" +
        prior + "]\n");
  };
  const auto first = [&](const std::string& prior) {
    const Attempt a = vary(prior);
    LOADED(a);
    return a.settings("s").list("vary").at(0);
  };
  const Value layer = first("{ path = \"c.layer\", choice = [\"epi\", \"endo\"], truth = \"mid\" }");
  CHECK(layer.find("choices")->list() == List{2.0, 0.0});
  CHECK(layer.find("truth")->list() == List{1.0});
  CHECK(first("{ path = \"c.clamped\", choice = [true, false] }").find("choices")->list() == List{1.0, 0.0});
  CHECK(number(first("{ path = \"p.beats\", integer = [2, 5] }"), "b") == 5);
  REFUSED(vary("{ path = \"p.beats\", integer = [2, 5.5] }"),
          "s.vary[0].integer[1]: expected a whole number, found the number 5.5");
  REFUSED(vary("{ path = \"p.beats\", uniform = [2, 5] }"), "'p.beats' is a whole number: use integer or choice");
  REFUSED(vary("{ path = \"c.layer\", uniform = [0, 1] }"), "'c.layer' is a choice: use choice");
  REFUSED(vary("{ path = \"c.clamped\", uniform = [0, 1] }"), "'c.clamped' is true or false: use choice");
  REFUSED(vary("{ path = \"c.layer\", choice = [\"endo\", \"midd\"] }"), "s.vary[0].choice[1]: no choice 'midd'");
  REFUSED(vary("{ path = \"p.beats\", integer = [1, 9] }"), "this prior has 9");
  REFUSED(vary("{ path = \"p.period\", uniform = [500, 900] }"),
          "give it a choice of few values; 'protocol.pacing' has no parameter that may vary freely");
  CHECK_FALSE(Attempt("[s]\nuse = \"sampler.spread\"\n").settings("s").has("vary"));
}

TEST_CASE("a prior over what does not feed the simulated slot is refused") {
  REFUSED(priors("{ path = \"myocyte.layer\", choice = [\"endo\", \"epi\"] }"),
          "inference.parameters[0].path: 'myocyte.layer' has no influence on inference.discrepancy ('mismatch'): it is "
          "not upstream of it");
}

TEST_CASE("the older spelling is understood") {
  const Value p = one("{ path = \"activation.CV_sheet\", prior = \"uniform\", range = [25, 60], unit = \"cm/s\" }");
  CHECK(number(p, "a") == 0.25);
  CHECK(number(p, "b") == 0.6);
  const Value roots = one("{ path = \"activation.root_nodes\", prior = \"subset\", size = [6, 10] }");
  CHECK(number(roots, "low") == 6);
  CHECK(number(roots, "high") == 10);
  const Attempt a = priors("{ path = \"activation.CV_sheet\", prior = \"uniform\", range = [25, 60], unit = \"cm/s\" }",
                           {.sets = {"inference.parameters[0].range=[30,55]"}});
  LOADED(a);
  CHECK(number(a.settings("inference").list("parameters")[0], "a") == 0.3);
}

TEST_CASE("the SDK reads what the loader writes") {
  const Attempt a = priors(
      "{ path = \"activation.CV_sheet\", uniform = [\"25 cm/s\", \"60 cm/s\"] },\n"
      "{ path = \"twin.APD_min\", normal = [220, 20] },\n"
      "{ path = \"activation.root_nodes\", subset = { count = { normal = [6, 1], range = [3, 9] } } }");
  LOADED(a);
  std::vector<PathInfo> paths(3);
  paths[0] = {.path = "activation.CV_sheet",
              .type = Type::number,
              .unit = "m/s",
              .minimum = 0,
              .maximum = 3,
              .choices = {},
              .scenario_value = {}};
  paths[1] = {.path = "twin.APD_min",
              .type = Type::number,
              .unit = "ms",
              .minimum = 0,
              .maximum = INFINITY,
              .choices = {},
              .scenario_value = {}};
  paths[2] = {.path = "activation.root_nodes",
              .type = Type::subset,
              .unit = "1",
              .minimum = 1,
              .maximum = 10,
              .choices = {},
              .set_size = 20,
              .scenario_value = {}};
  const auto read = read_priors(a.settings("inference").list("parameters"), paths);
  REQUIRE(read.size() == 3);
  CHECK(read[0].kind == Prior::Kind::uniform);
  CHECK(read[0].log_density({0.4}) == doctest::Approx(-std::log(0.35)));
  CHECK(std::isinf(read[0].log_density({0.7})));
  CHECK(read[1].low == 0);
  CHECK(read[2].count_probabilities().size() == 7);
}

TEST_CASE("a prior names an inferable parameter upstream, once") {
  const Attempt typo = priors("{ path = \"twin.APD_mim\", uniform = [180, 260] }");
  REFUSED(typo,
          "twin.toml:22:10: error: inference.parameters[0].path: 'twin.APD_mim' is not a parameter of "
          "'propagation.reaction_eikonal'");
  REFUSED(typo, "did you mean 'twin.APD_min'?");
  REFUSED(priors("{ path = \"twn.APD_min\", uniform = [1, 2] }"),
          "inference.parameters[0].path: no instance called 'twn'");
  REFUSED(priors("{ path = \"APD_min\", uniform = [1, 2] }"), "expected \"instance.parameter\", found text 'APD_min'");
  REFUSED(priors("{ uniform = [1, 2] }"), "inference.parameters[0]: a prior needs a 'path', the parameter it is about");
  REFUSED(priors("{ path = \"slab.surface\", choice = [\"a\"] }"), "'slab.surface' cannot carry a prior");
  REFUSED(priors("{ path = \"slab.surface\", choice = [\"a\"] }"), "inferable: edge");
  REFUSED(priors("{ path = \"twin.g_tm\", uniform = [0, 1] }, { path = \"twin.g_tm\", normal = [0, 1] }"),
          "inference.parameters[1].path: 'twin.g_tm' has a prior already");
  REFUSED(priors("3"), "inference.parameters[0]: expected a prior, found the number 3");
}

TEST_CASE("a prior has exactly one law, of a kind that suits the parameter") {
  REFUSED(priors("{ path = \"twin.g_tm\" }"), "inference.parameters[0]: which prior? give one of uniform, normal, ");
  REFUSED(priors("{ path = \"twin.g_tm\", uniform = [0, 1], normal = [0, 1] }"),
          "exactly one prior, found uniform and normal");
  REFUSED(priors("{ path = \"twin.g_tm\", unifrom = [0, 1] }"), "a prior has no key 'unifrom'");
  REFUSED(priors("{ path = \"twin.g_tm\", unifrom = [0, 1] }"), "did you mean 'uniform'?");
  REFUSED(priors("{ path = \"twin.g_tm\", subset = {} }"), "'twin.g_tm' is a number: use uniform, normal");
  REFUSED(priors("{ path = \"activation.root_nodes\", uniform = [0, 1] }"),
          "'activation.root_nodes' is a subset: use subset");
}

TEST_CASE("the numbers of a prior are checked") {
  const auto sheet = [](const std::string& law) { return priors("{ path = \"activation.CV_sheet\", " + law + " }"); };
  REFUSED(sheet("uniform = [0.1, 4]"), "inference.parameters[0].uniform[1]: 4 m/s is above the allowed maximum 3 m/s");
  REFUSED(sheet("uniform = [\"25 mV\", 1]"),
          "inference.parameters[0].uniform[0]: 'mV' is a voltage, expected a speed (m/s)");
  REFUSED(sheet("uniform = [1, 0.5]"), "the first number must be below the second, found 1 and 0.5");
  REFUSED(sheet("uniform = 1"), "inference.parameters[0].uniform: expected [lowest, highest], found the number 1");
  REFUSED(sheet("uniform = [0.1, 1], range = [0.2, 0.5]"),
          "'range' belongs to normal priors; a uniform prior has its limits in its own two numbers");
  REFUSED(sheet("normal = [0.5, 0]"), "the standard deviation must be above 0, found 0");
  REFUSED(sheet("normal = [0.5]"), "expected [mean, standard deviation], found a list of 1");
  REFUSED(sheet("truncated_normal = [0.5, 0.1]"), "a truncated_normal prior needs a 'range'");
  REFUSED(sheet("normal = [0.5, 0.1], range = [0.1, 5]"),
          "inference.parameters[0].range[1]: 5 m/s is above the allowed maximum 3 m/s");
  REFUSED(priors("{ path = \"twin.g_tm\", log_uniform = [-1, 1] }"), "both limits must be above 0, found -1");
  REFUSED(sheet("uniform = [0.1, inf]"), "expected a finite number");
  REFUSED(sheet("integer = [0.5, 1.5]"), "expected whole numbers");
  REFUSED(sheet("choice = []"), "expected a list of values, found an empty list");
  REFUSED(sheet("choice = [0.5, 0.5]"), "inference.parameters[0].choice[1]: given twice");
  REFUSED(sheet("choice = [0.5], range = [0, 1]"), "a choice prior has no range");
  REFUSED(sheet("choice = [0.5], step = 1"), "a choice prior has no step");
  REFUSED(sheet("uniform = [0.1, 1], step = 0"), "inference.parameters[0].step: must be above 0, found 0");
  REFUSED(sheet("uniform = [0.1, 1], truth = 5"), "inference.parameters[0].truth: 5 m/s is above the allowed maximum");
}

TEST_CASE("the count of a subset is checked") {
  const auto roots = [](const std::string& law) { return priors("{ path = \"activation.root_nodes\", " + law + " }"); };
  REFUSED(roots("subset = 3"), "expected { count = { normal = [6, 1], range = [3, 9] } }, found the number 3");
  REFUSED(roots("subset = { cont = 1 }"), "a subset prior has no key 'cont'");
  REFUSED(roots("subset = { of = \"slab.nodes\" }"),
          "'activation.root_nodes' chooses from 'sites.candidates', not from 'slab.nodes'");
  REFUSED(roots("subset = { count = { normal = [6, 0] } }"), "expected [mean, standard deviation above 0]");
  REFUSED(roots("subset = { count = { range = [9, 3] } }"), "expected [fewest, most]");
  REFUSED(roots("subset = { count = { range = [0, 3] } }"), "'activation.root_nodes' takes 1 to 10 ids");
  REFUSED(roots("subset = {}, range = [1, 2]"), "belongs into 'count'");
  REFUSED(roots("subset = {}, truth = [1, 1]"), "inference.parameters[0].truth: id 1 is given twice");
}

TEST_CASE("a prior over a prepare parameter takes few values") {
  const Attempt a = priors("{ path = \"slab.edge\", uniform = [1, 2] }");
  REFUSED(a,
          "'slab.edge' acts when 'slab' is prepared, so it may take at most 8 values (run.max_prepared); this prior "
          "has any number of them");
  REFUSED(a, "'geometry.slab' has no parameter that may vary freely");
  LOADED(priors("{ path = \"slab.edge\", uniform = [0.1, 0.8], step = 0.1 }"));
  REFUSED(priors("{ path = \"slab.edge\", uniform = [0.1, 0.9], step = 0.1 }"), "this prior has 9");
  LOADED(priors("{ path = \"slab.edge\", integer = [1, 8] }"));
  REFUSED(priors("{ path = \"slab.edge\", normal = [1, 1], step = 0.1 }"), "any number of them");
  LOADED(priors("{ path = \"slab.edge\", uniform = [0.1, 0.9], step = 0.1 }", {.sets = {"run.max_prepared=9"}}));
}

TEST_CASE("the hint lists what may vary freely") {
  const Attempt a(
      "[c]\nuse = \"ionic.torord\"\nsex = \"male\"\n[s]\nuse = \"sampler.spread\"\nvary = [{ path = \"c.layer\", "
      "choice = [\"endo\", \"epi\"] }]\n[run]\nmax_prepared = 1\n");
  REFUSED(a, "this prior has 2");
  REFUSED(a, "free to vary are G_Kr_scale, G_Ks_scale and clamped");
}

TEST_CASE("the priors themselves must be there, as a list") {
  const std::string slab = "[slab]\nuse = \"geometry.slab\"\n[s]\nuse = \"sampler.spread\"\n";
  REFUSED(Attempt(slab + "vary = \"slab.edge\"\n"), "s.vary: expected a list of priors, found text 'slab.edge'");
  REFUSED(Attempt("[inference]\nuse = \"sampler.smc_abc\"\n"), "inference.parameters is missing");
}
