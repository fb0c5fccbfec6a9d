// Damaged scenarios: whatever the text, it loads or is refused with a message; nothing else.
#include "fixture.hpp"
#include "tawara/random.hpp"

using namespace tawara;

namespace {

const std::vector<std::string> seeds = {
    R"([tawara]
title = "x"
requires = ">=0.1, <0.2"
seed = 1
[define]
a = 3
b = "${a} cm/s"
[slab]
use = "geometry.slab"
[sites]
use = "conduction.sites"
geometry = "slab"
[act]
use = "propagation.eikonal"
geometry = "slab"
sites = "sites"
CV_fibre = { regions = { scar = "10 cm/s" }, otherwise = "${b}" }
root_nodes = [1, 2]
stop = { tolerance = 0.1 }
[twin]
use = "propagation.reaction_eikonal"
activation = "act"
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
  { path = "act.CV_sheet", uniform = ["25 cm/s", "60 cm/s"], step = "1 cm/s" },
  { path = "twin.g_tm", normal = [0, 0.1], range = [-0.5, 0.5], truth = 0.1 },
  { path = "act.root_nodes", subset = { of = "sites.candidates", count = { normal = [6, 1], range = [3, 9] } } },
  { path = "slab.edge", choice = [1, 2] },
]
[[sweep]]
paths = ["twin.APD_min", "slab.edge"]
rows = [[200, "1 mm"], [220, 2]]
[run]
targets = ["inference"]
[output]
directory = "out"
save = ["twin.LAT"]
)",
    R"([c]
use = "ionic.torord"
sex = "male"
gks = 2
[p]
use = "protocol.pacing"
period = "1 s"
[e]
use = "experiment.single_cell"
cell = "c"
protocol = "p"
biomarkers = ["APD90"]
[f]
use = "test.free"
steps = [{ V_m = 1, duration = 2 }]
anything = { a = { b = [1, 1979-05-27T07:32:00Z] } }
)"};

const std::vector<std::string> pieces = {"\"",
                                         "'",
                                         "\"\"\"",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "=",
                                         ",",
                                         ".",
                                         "\n",
                                         "#",
                                         "${",
                                         "${a}",
                                         "}",
                                         "nan",
                                         "inf",
                                         "-",
                                         "1e999",
                                         "0x1",
                                         "true",
                                         "\xff",
                                         "\xc2",
                                         std::string(1, '\0'),
                                         "\xef\xbb\xbf",
                                         "\\u0000",
                                         "use",
                                         "[[x]]\n",
                                         "a.b.",
                                         "[0]",
                                         " cm/s",
                                         "\t",
                                         "9999999999999999999",
                                         "{}",
                                         "[]",
                                         "\r",
                                         "path",
                                         "subset",
                                         "regions",
                                         "field"};

std::string mutated(Random& random) {
  std::string text = seeds[random.below(seeds.size())];
  const auto edits = 1 + random.below(6);
  for (std::uint64_t e = 0; e < edits && !text.empty(); ++e) {
    const std::size_t at = random.below(text.size());
    const std::size_t length = std::min<std::size_t>(text.size() - at, 1 + random.below(12));
    switch (random.below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, pieces[random.below(pieces.size())]);
        break;
      case 2:
        text.replace(at, length, pieces[random.below(pieces.size())]);
        break;
      case 3:
        text.insert(at, text.substr(random.below(text.size()), 40));
        break;
      case 4:
        text[at] = static_cast<char>(random.below(256));
        break;
      default: {  // swap two words, so that what was valid stands where it does not belong
        const std::size_t other = random.below(text.size());
        const std::string word = text.substr(at, length);
        text.replace(at, length, text.substr(other, length));
        text.replace(std::min(other, text.size()), std::min(length, text.size() - std::min(other, text.size())), word);
      }
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the undamaged scenarios load") {
  for (const std::string& text : seeds) {
    const Attempt a(text);
    LOADED(a);
  }
}

TEST_CASE("damaged scenarios are loaded or refused, never a crash") {
  Random random(1, "garbage");
  const char* rounds = std::getenv("TAWARA_GARBAGE_ROUNDS");
  int refused = 0, loaded = 0;
  for (int i = 0; i < (rounds ? std::atoi(rounds) : 600); ++i) {
    const std::string text = mutated(random);
    const std::string set = random.below(3) == 0 ? text.substr(random.below(text.size() + 1), 30) : "";
    const Attempt a(text, {.sets = set.empty() ? std::vector<std::string>{} : std::vector<std::string>{set}});
    if (a.scenario) {
      ++loaded;
      const Attempt again(a.scenario->resolved);
      const std::string story = text + "\n--- resolved ---\n" + a.scenario->resolved + "\n" + again.text;
      CHECK_MESSAGE(again.scenario, story);
    } else {
      ++refused;
      REQUIRE_MESSAGE(!a.problems.empty(), text);
      for (const Problem& p : a.problems) CHECK_MESSAGE(p.message.find('\n') == std::string::npos, p.message);
    }
  }
  CHECK(refused > 0);
  CHECK(loaded > 0);
}

TEST_CASE("damaged overrides and sweeps are loaded or refused, never a crash") {
  Random random(2, "garbage");
  const std::vector<std::string> good = {"act.stop.tolerance=1", "inference.parameters[1].range=[0,1]",
                                         "slab.edge=1:2:3:log", "act.use=ecg.pseudo", "define.a=5"};
  for (int i = 0; i < 300; ++i) {
    std::string text = good[random.below(good.size())];
    for (int e = 0; e < 2; ++e) text.insert(random.below(text.size() + 1), pieces[random.below(pieces.size())]);
    if (random.below(2) == 0) text.erase(random.below(text.size()), 1);
    const Attempt set(seeds[0], {.sets = {text}});
    CHECK(set.scenario.has_value() != !set.problems.empty());
    const Attempt sweep(seeds[0], {.sweeps = {text}});
    CHECK(sweep.scenario.has_value() != !sweep.problems.empty());
  }
}
