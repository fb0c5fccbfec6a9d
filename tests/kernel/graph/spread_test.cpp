#include <doctest/doctest.h>

#include "tests/kernel/graph/study.hpp"

using namespace tawara;

namespace {

const std::string source = R"(
[ramp]
use = "geometry.ramp"
[left]
use = "propagation.scale"
x = "ramp"
factor = 2
[right]
use = "propagation.scale"
x = "ramp"
factor = 10
[cohort]
use = "experiment.cohort"
of = ["left", "right"]
)";

const std::string spread = source + R"(
parameters = [{ path = "right.factor", uniform = [0, 1] }]
)";

}  // namespace

TEST_CASE("without priors or columns a slot that spreads sees scenario values") {
  Study study(source);
  CHECK(study.number("cohort", "total") == 10 * (2 + 10));
  CHECK(study.number("cohort", "paths") == 0);
}

TEST_CASE("priors of a slot that spreads differ from row to row, the rest stays") {
  Study study(spread);
  CHECK(study.number("cohort", "paths") == 1);
  const double total = study.number("cohort", "total");
  CHECK(total > 20);
  CHECK(total < 30);
}

TEST_CASE("a spread path is described as a sampler's is") {
  Study study(spread +
              "[inference]\nuse = \"sampler.best_of\"\ndiscrepancy = \"sum\"\nparameters = [{ path = "
              "\"right.factor\", uniform = [0, 1] }]\n[sum]\nuse = \"discrepancy.sum\"\ny = \"right\"\n");
  const auto simulator = study.simulator();
  const PathInfo& info = simulator->paths()[0];
  CHECK(info.path == "right.factor");
  CHECK(info.minimum == -100);
  CHECK(info.maximum == 100);
  CHECK(info.scenario_value == Value(10.0));
}

TEST_CASE("what is spread keeps its own results, also for others") {
  Study study(spread);
  const auto shown = evaluated_upstream(study.scenario, study.scenario.run.targets);
  CHECK(shown.size() == 4);
  CHECK(study.number("right", "evaluations") == 1);
}

TEST_CASE("a population of what a sampler varies has results, what is on the sampler's way has none") {
  Study study(source + R"(
[sum]
use = "discrepancy.sum"
y = "left"
[other]
use = "discrepancy.sum"
y = "left"
[inference]
use = "sampler.best_of"
discrepancy = "sum"
parameters = [{ path = "left.factor", uniform = [0, 1] }]
)");
  std::vector<std::string> shown;
  for (const std::size_t i : evaluated_upstream(study.scenario, study.scenario.run.targets))
    shown.push_back(study.scenario.instances[i].name);
  CHECK(shown == std::vector<std::string>{"ramp", "right", "cohort", "other", "inference"});
  CHECK(study.number("other", "total") == 2 * (0 + 1 + 2 + 3));
}

namespace {

std::string with_column(const std::string& column) {
  return R"(
[ramp]
use = "geometry.ramp"
[left]
use = "propagation.scale"
x = "ramp"
factor = { column = ")" +
         column + R"(" }
[numbers]
use = "dataset.numbers"
[cohort]
use = "experiment.cohort"
of = ["left"]
design = "numbers"
)";
}

}  // namespace

TEST_CASE("a column shows as NaN with its name, at its place among the arguments") {
  Study study(with_column("g"));
  const GraphInput input(study.graph, study.index("left"));
  REQUIRE(input.columns().size() == 1);
  CHECK(input.columns()[0].argument == 1);  // the first, `offset`, is absent and keeps its place
  CHECK(input.columns()[0].column == "g");
  CHECK(std::isnan(input.arguments()[1]));
  CHECK(input.descriptor().argument_index("factor") == 1);
  CHECK(input.descriptor().argument_index("no such") == -1);
  CHECK(study.number("cohort", "total") == 45);
  CHECK(Study(with_column("h")).number("cohort", "total") == 1045);
}

TEST_CASE("what was prepared with one column does not stand in for another") {
  Study study(with_column("g"));
  const auto key = [&](const std::string& column) {
    std::map<std::pair<std::size_t, std::size_t>, Value> changed;
    changed[{study.index("left"), 1}] = Record{{"column", column}};
    const auto which = upstream(study.scenario, study.scenario.run.targets);
    return study.preparer->prepare(which, changed).nodes[study.index("cohort")]->key;
  };
  CHECK(key("g") == study.graph.nodes[study.index("cohort")]->key);
  CHECK(key("h") != key("g"));
}

TEST_CASE("two equal instances are not taken for one another by what is spread") {
  const auto key = [](const std::string& path) {
    Study study(source + "parameters = [{ path = \"" + path + "\", uniform = [0, 1] }]\n");
    return study.graph.nodes[study.index("cohort")]->key;
  };
  CHECK(key("left.factor") != key("right.factor"));
}
