#include "fixture.hpp"

using namespace tawara;

namespace {

const std::string study = R"toml([tawara]
title = "a \"quoted\" title"
requires = ">=0.1"
seed = 20250901

[define]
speed = "65 cm/s"

[slab]
use = "geometry.slab"
surface = "twin.toml"

[sites]
use = "conduction.sites"
geometry = "slab"

[activation]
use = "propagation.eikonal"
geometry = "slab"
sites = "sites"
CV_fibre = { regions = { "old scar" = "10 cm/s" }, otherwise = "${speed}" }
CV_sheet = 0.1
root_nodes = [3, 1]
stop = { tolerance = 1e-3 }

[twin]
use = "propagation.reaction_eikonal"
activation = "activation"
APD_min = 199.99999999999997

[ecg]
use = "ecg.pseudo"
source = "twin"

[mismatch]
use = "discrepancy.ecg"
simulated = "ecg"

[inference]
use = "sampler.smc_abc"
discrepancy = "mismatch"
parameters = [
  { path = "activation.CV_sheet", uniform = ["25 cm/s", "60 cm/s"] },
  { path = "activation.root_nodes", subset = { count = { normal = [6, 1], range = [3, 9] } } },
]

[free]
use = "test.free"
anything = { a = [1, 2.5, { b = true }], "c d" = "x\ty" }
steps = [{ V_m = -80 }, { V_m = 10, duration = "1 s" }]

[[sweep]]
path = "twin.g_tm"
values = [-0.5, 0.5]

[[sweep]]
paths = ["twin.APD_min", "activation.CV_sheet"]
rows = [[200, "30 cm/s"], [220, 0.4]]

[run]
targets = ["inference", "free"]
isa = "avx2"

[output]
directory = "out/x"
save = ["twin.LAT"]
)toml";

}  // namespace

TEST_CASE("the resolved scenario loads again to the same scenario") {
  const Attempt first(study, {.sets = {"inference.particles=64"}});
  LOADED(first);
  const Attempt second(first.scenario->resolved);
  LOADED(second);
  const Scenario &a = *first.scenario, &b = *second.scenario;
  CHECK(a.title == b.title);
  CHECK(a.seed == b.seed);
  REQUIRE(a.instances.size() == b.instances.size());
  for (std::size_t i = 0; i < a.instances.size(); ++i) {
    CHECK(a.instances[i].name == b.instances[i].name);
    CHECK_MESSAGE(a.instances[i].settings.values() == b.instances[i].settings.values(), a.instances[i].name);
    REQUIRE(a.instances[i].wires.size() == b.instances[i].wires.size());
    for (std::size_t w = 0; w < a.instances[i].wires.size(); ++w)
      CHECK(a.instances[i].wires[w].instances == b.instances[i].wires[w].instances);
  }
  CHECK(a.order == b.order);
  CHECK(a.run.targets == b.run.targets);
  CHECK(a.run.isa == b.run.isa);
  CHECK(a.output.directory == b.output.directory);
  CHECK(a.output.save == b.output.save);
  CHECK(sweep_rows(a) == sweep_rows(b));
  CHECK(sweep_rows(a).size() == 4);
  // Once written it no longer changes.
  CHECK(a.resolved == b.resolved);
}

TEST_CASE("the resolved scenario shows defaults and units, and no defines") {
  const Attempt a(study);
  LOADED(a);
  const auto has = [&](const std::string& line) { return a.scenario->resolved.find(line) != std::string::npos; };
  CHECK(has("edge = 1.0   # mm\n"));
  CHECK(has("particles = 128\n"));
  CHECK(has("use = \"geometry.slab\"\n"));
  CHECK(has("stop = { tolerance = 0.001, sweeps = 10 }\n"));
  CHECK(has("surface = \"" + (a.folder.path() / "twin.toml").string() + "\"\n"));
  CHECK_FALSE(has("define"));
  CHECK_FALSE(has("${"));
}

TEST_CASE("seed and threads of the command line go into the resolved scenario") {
  Folder folder;
  ScenarioRequest request;
  request.file = folder.write("a.toml", "[free]\nuse = \"test.free\"\n");
  request.seed = 99;
  request.threads = 3;
  const Scenario s = load_scenario(request, components());
  CHECK(s.resolved.find("seed = 99\n") != std::string::npos);
  CHECK(s.resolved.find("threads = 3\n") != std::string::npos);
}
