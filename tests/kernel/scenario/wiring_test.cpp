#include "fixture.hpp"

using namespace tawara;

namespace {

const std::string twin =
    "[slab]\nuse = \"geometry.slab\"\n"                                              // 1
    "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n"             // 3
    "[twin]\nuse = \"propagation.reaction_eikonal\"\nactivation = \"activation\"\n"  // 6
    "[ecg]\nuse = \"ecg.pseudo\"\n";                                                 // 9, 11 is next

}  // namespace

TEST_CASE("slots hold the instances they name, inputs come first in the order") {
  const Attempt a(
      "[ecg]\nuse = \"ecg.pseudo\"\nsource = \"twin\"\n[twin]\nuse = \"propagation.reaction_eikonal\"\nactivation = "
      "[\"activation\"]\n"
      "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n[slab]\nuse = \"geometry.slab\"\n");
  LOADED(a);
  CHECK(a.scenario->order == std::vector<std::size_t>{3, 2, 1, 0});
  CHECK(a.scenario->run.targets == std::vector<std::size_t>{0});
  const Instance& ecg = *a.scenario->find("ecg");
  REQUIRE(ecg.wires.size() == 1);
  CHECK(ecg.wires[0].instances == std::vector<std::size_t>{1});
  CHECK(ecg.wires[0].alternatives == std::vector<std::size_t>{0});
  // One wire per slot, also where it is empty.
  CHECK(a.scenario->find("activation")->wires.size() == 2);
  CHECK(a.scenario->find("activation")->wires[1].instances.empty());
}

TEST_CASE("independent instances keep the order of the file") {
  const Attempt a("[b]\nuse = \"test.free\"\n[a]\nuse = \"test.free\"\n[c]\nuse = \"test.free\"\n");
  LOADED(a);
  CHECK(a.scenario->order == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a slot refuses unknown names, wrong kinds and missing outputs") {
  const Attempt unknown(twin + "source = \"twn\"\n");
  REFUSED(unknown, "twin.toml:11:10: error: ecg.source: no instance called 'twn'");
  REFUSED(unknown, "did you mean 'twin'?");
  REFUSED(unknown, "in this file: twin (line 6)");
  REFUSED(Attempt(twin + "source = \"propagation.eikonal\"\n"),
          "that is a component; a slot takes the name of an instance");

  const Attempt kind(twin + "source = \"slab\"\n");
  REFUSED(kind,
          "ecg.source expects a 'propagation' instance with V_m [mV], or LAT [ms] and AP, but 'slab' is a 'geometry'");

  const Attempt outputs(twin + "source = \"activation\"\n");
  REFUSED(outputs,
          "ecg.source needs V_m [mV], or LAT [ms] and AP, but 'activation' (propagation.eikonal) has no output 'V_m'");
  REFUSED(outputs, "in this file: twin (line 6)");
  REFUSED(outputs, "'activation' gives LAT [ms]");

  REFUSED(
      Attempt(twin),
      "twin.toml:9:2: error: ecg.source is empty; it needs a 'propagation' instance with V_m [mV], or LAT [ms] and AP");
  REFUSED(Attempt(twin + "source = 3\n"), "ecg.source: expected the name of an instance, found the number 3");
  REFUSED(Attempt(twin + "source = [\"twin\", \"activation\"]\n"), "ecg.source takes one instance, found a list of 2");
}

TEST_CASE("an output in another unit does not serve, and the refusal says so") {
  const Attempt a(
      "[rec]\nuse = \"dataset.ecg\"\nfile = \"twin.toml\"\n[d]\nuse = \"discrepancy.ecg\"\nsimulated = \"rec\"\n");
  REFUSED(a, "d.simulated needs leads [mV], but 'rec' (dataset.ecg) gives 'leads' in V, not in mV");
  REFUSED(a, "no instance in this file fits; components that do: ecg.pseudo");
}

TEST_CASE("many-slots take lists, and each instance once") {
  const std::string cell =
      "[c]\nuse = \"ionic.torord\"\nsex = \"male\"\n[e]\nuse = \"experiment.single_cell\"\ncell = \"c\"\n";
  LOADED(Attempt(cell));
  const std::string drugs = "[a]\nuse = \"drug.block\"\n[b]\nuse = \"drug.block\"\n" + cell;
  const Attempt two(drugs + "drugs = [\"b\", \"a\"]\n");
  LOADED(two);
  CHECK(two.scenario->find("e")->wires[2].instances == std::vector<std::size_t>{1, 0});
  CHECK(Attempt(drugs + "drugs = \"b\"\n").scenario->find("e")->wires[2].instances == std::vector<std::size_t>{1});
  REFUSED(Attempt(drugs + "drugs = [\"b\", \"b\"]\n"), "e.drugs: 'b' is listed twice");
  REFUSED(Attempt(cell + "drugs = [\"c\"]\n"), "e.drugs expects a 'drug' instance, but 'c' is a 'ionic'");
  REFUSED(Attempt(cell + "drugs = [\"c\"]\n"), "no instance in this file fits; components that do: drug.block");
  REFUSED(Attempt("[slab]\nuse = \"geometry.slab\"\n[act]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n"
                  "[s]\nuse = \"test.nobody\"\nsource = \"act\"\n"),
          "no instance in this file fits, and no known component does");
}

TEST_CASE("cycles are printed as their path") {
  const Attempt a(
      "[one]\nuse = \"propagation.reaction_eikonal\"\nactivation = \"two\"\n[two]\nuse = "
      "\"propagation.reaction_eikonal\"\nactivation = \"one\"\n"
      "[self]\nuse = \"propagation.reaction_eikonal\"\nactivation = \"self\"\n[user]\nuse = "
      "\"propagation.reaction_eikonal\"\nactivation = \"one\"\n");
  REFUSED(a, "twin.toml:3:14: error: cycle: one (line 1) -> two (line 4) -> one\n");
  REFUSED(a, "twin.toml:9:14: error: cycle: self (line 7) -> self\n");
  CHECK(a.problems.size() == 2);
}

TEST_CASE("a field taken from another instance is a dependency") {
  const Attempt a(
      "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"one\"\nCV_fibre = { field = \"other.scar\" }\n"
      "[one]\nuse = \"geometry.slab\"\n[other]\nuse = \"geometry.slab\"\n");
  LOADED(a);
  CHECK(a.scenario->order == std::vector<std::size_t>{1, 2, 0});
  CHECK(a.scenario->run.targets == std::vector<std::size_t>{0});
}

TEST_CASE("targets are named, and what they do not reach is mentioned") {
  const Attempt a(twin + "source = \"twin\"\n[run]\ntargets = [\"twin\", \"twin\"]\n");
  LOADED(a);
  CHECK(a.scenario->run.targets == std::vector<std::size_t>{2});
  CHECK(a.warns("twin.toml:9:2: warning: instance 'ecg' is not reached from run.targets"));
  CHECK_FALSE(Attempt(twin + "source = \"twin\"\n").warns("not reached"));
  const Attempt wrong(twin + "source = \"twin\"\n[run]\ntargets = [\"twim\"]\n");
  REFUSED(wrong, "run.targets: no instance called 'twim'");
  REFUSED(wrong, "did you mean 'twin'?");
  REFUSED(Attempt(twin + "source = \"twin\"\n[run]\ntargets = []\n"), "run.targets is empty");
}

TEST_CASE("what to save is an output of an instance") {
  const auto save = [](const std::string& what) {
    return Attempt(twin + "source = \"twin\"\n[output]\nsave = [\"" + what + "\"]\n");
  };
  LOADED(save("activation.LAT"));
  CHECK(save("activation.LAT").scenario->output.save == std::vector<std::string>{"activation.LAT"});
  REFUSED(save("activation.lat2"), "output.save: 'activation' (propagation.eikonal) has no output 'lat2'");
  REFUSED(save("activtion.LAT"), "output.save: 'activtion.LAT' is not an 'instance.output' of this file");
  REFUSED(save("activtion.LAT"), "did you mean 'activation'?");
  REFUSED(save("LAT"), "output.save: 'LAT' is not an 'instance.output' of this file");
}

TEST_CASE("serves asks for every output in its unit") {
  Descriptor d("x.y");
  d.output("V_m", "mV");
  d.output("I", "A/F");
  CHECK(serves(d, {}));
  CHECK(serves(d, {{"V_m", "mV"}, {"I", "uA/uF"}}));
  CHECK(serves(d, {{"V_m", ""}}));
  CHECK_FALSE(serves(d, {{"V_m", "V"}}));
  CHECK_FALSE(serves(d, {{"V_m", "mV"}, {"LAT", "ms"}}));
}
