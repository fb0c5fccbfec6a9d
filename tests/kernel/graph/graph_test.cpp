#include <doctest/doctest.h>

#include "tests/kernel/graph/study.hpp"

using namespace tawara;

namespace {

const std::string chain = R"(
[ramp]
use = "geometry.ramp"
start = 1
[left]
use = "propagation.scale"
x = "ramp"
factor = 2
[right]
use = "propagation.scale"
x = "ramp"
factor = 10
[sum]
use = "discrepancy.sum"
y = ["left", "right"]
)";

const std::string inference = chain + R"(
[inference]
use = "sampler.best_of"
discrepancy = "sum"
parameters = [{ path = "left.factor", uniform = [0, 1] }]
)";

std::vector<Result> evaluate(Simulator& s, const std::vector<double>& factors, std::vector<int> wanted = {0},
                             std::vector<double> limits = {}) {
  std::vector<Values> rows;
  for (const double f : factors) rows.push_back({{f}});
  std::vector<Result> results(rows.size());
  s.evaluate(rows, wanted, limits, results);
  return results;
}

}  // namespace

TEST_CASE("a chain of components gives the number its equations say") {
  Study study(chain);
  CHECK(study.number("sum", "total") == doctest::Approx((2 + 10) * (1 + 2 + 3 + 4)));
  CHECK(study.number("sum", "first") == 2);
}

TEST_CASE("a simulator varies one path and leaves the rest at scenario values") {
  Study study(inference);
  const auto simulator = study.simulator();
  REQUIRE(simulator->paths().size() == 1);
  CHECK(simulator->paths()[0].path == "left.factor");
  CHECK(simulator->block() == 8);
  const auto results = evaluate(*simulator, {0, 1, 2});
  for (int i = 0; i < 3; ++i) CHECK(results[i].arrays[0].number() == doctest::Approx((i + 10) * 10));
}

TEST_CASE("what no path varies runs once, whatever the number of rows") {
  Study study(inference);
  const auto simulator = study.simulator();
  std::vector<double> factors(50, 1.5);
  (void)evaluate(*simulator, factors);
  // "right" was evaluated once by the shared part; asking a fresh evaluator makes it two.
  CHECK(study.number("right", "evaluations") == 2);
}

TEST_CASE("a row gives the same bytes alone, in any batch and at any place in it") {
  Study study(inference);
  const auto simulator = study.simulator();
  std::vector<double> factors;
  for (int i = 0; i < 37; ++i) factors.push_back(0.1 * i);
  const auto together = evaluate(*simulator, factors);
  for (std::size_t i = 0; i < factors.size(); i += 5)
    CHECK(evaluate(*simulator, {factors[i]})[0].arrays[0].number() == together[i].arrays[0].number());
}

TEST_CASE("a row that fails is that row's failure, with a cause and the component's words") {
  Study study(inference);
  const auto simulator = study.simulator();
  const auto results = evaluate(*simulator, {1, 13, 2});
  CHECK(results[0].status == Status::ok);
  CHECK(results[1].status == Status::failed);
  CHECK(results[1].cause == "solver");
  CHECK(results[1].text == "left (propagation.scale): 13 brings no luck");
  CHECK(results[2].arrays[0].number() == doctest::Approx(120));
}

TEST_CASE("a row above its limit is abandoned, others are not touched") {
  Study study(inference);
  const auto simulator = study.simulator();
  const auto results = evaluate(*simulator, {1, 2, 3}, {0}, {200, 119, 130});
  CHECK(results[0].status == Status::ok);
  CHECK(results[1].status == Status::abandoned);
  CHECK(results[2].status == Status::ok);
}

TEST_CASE("a prior over a prepare parameter prepares each of its values once") {
  Study study(chain + R"(
[inference]
use = "sampler.best_of"
discrepancy = "sum"
parameters = [{ path = "ramp.start", choice = [0, 5] }]
)");
  const auto simulator = study.simulator();
  const auto results = evaluate(*simulator, {0, 5, 0, 5, 5});
  CHECK(results[0].arrays[0].number() == doctest::Approx(12 * 6));
  CHECK(results[3].arrays[0].number() == doctest::Approx(12 * 26));
  CHECK(results[2].arrays[0].number() == results[0].arrays[0].number());
}

TEST_CASE("an evaluate parameter read while preparing is prepared anew when it varies") {
  Study study(R"(
[ramp]
use = "geometry.ramp"
[source]
use = "propagation.scale"
x = "ramp"
factor = 2
[frozen]
use = "experiment.frozen"
of = "source"
[sum]
use = "discrepancy.sum"
y = "frozen"
[inference]
use = "sampler.best_of"
discrepancy = "sum"
parameters = [{ path = "source.factor", choice = [3, 4] }]
)");
  CHECK(study.number("sum", "total") == 2);
  const auto simulator = study.simulator();
  const auto results = evaluate(*simulator, {3, 4, 3});
  CHECK(results[0].arrays[0].number() == 3);
  CHECK(results[1].arrays[0].number() == 4);
}

TEST_CASE("a sampler gives the same bytes with one thread and with two") {
  const auto best = [](int threads) {
    Study study("[tawara]\nseed = 7\n" + inference + "[run]\nthreads = " + std::to_string(threads) + "\n");
    return study.number("inference", "best");
  };
  const double one = best(1);
  CHECK(one == best(2));
  CHECK(one >= 100);
}

TEST_CASE("equal keys share a preparation, a changed parameter prepares anew") {
  Study study(chain);
  const Graph again = study.preparer->prepare(upstream(study.scenario, study.scenario.run.targets));
  CHECK(again.nodes[study.index("ramp")].get() == study.graph.nodes[study.index("ramp")].get());
  const Graph other = study.preparer->prepare(upstream(study.scenario, study.scenario.run.targets),
                                              {{{study.index("ramp"), 0}, Value(3.0)}});
  CHECK(other.nodes[study.index("ramp")].get() != study.graph.nodes[study.index("ramp")].get());
}
