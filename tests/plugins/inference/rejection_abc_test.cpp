#include "rejection_abc/rejection_abc.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "fake_simulator.hpp"
#include "smc_abc/checkpoint.hpp"

using namespace tawara;
using namespace tawara::rejection_abc;
using smc_abc::Run;
using smc_abc::Space;

namespace {

// y = theta + s u with theta, u ~ N(0, 1): theta | y ~ N(y / (1 + s^2), s^2 / (1 + s^2)).
constexpr double y = 1.5, s = 0.5;

struct Gaussian {
  Space space{{fakes::normal("theta", 0, 1), fakes::normal("u", 0, 1)}, {}};
  fakes::FakeSimulator simulator{{fakes::path("theta"), fakes::path("u")},
                                 [](const Values& v) { return std::abs(v[0][0] + s * v[1][0] - y); }};
  TestHost host;
  Run run(const Options& options, Run from = {}) {
    smc_abc::Evaluator evaluator(simulator, 0, {}, space.subsets);
    return reject(evaluator, host, space, options, std::move(from));
  }
};

std::string bytes(const Run& run, const Space& space) { return smc_abc::written(run, space); }

}  // namespace

TEST_CASE("the posterior of a Gaussian mean is the conjugate one") {
  Gaussian g;
  const Run run = g.run({.particles = 2000, .simulations = 100000});
  REQUIRE(run.population.size() == 2000);
  double mean = 0, square = 0;
  for (const auto& p : run.population) mean += p.values[0][0] / 2000;
  for (const auto& p : run.population) square += std::pow(p.values[0][0] - mean, 2) / 2000;
  const double sd = s / std::sqrt(1 + s * s);
  CHECK(std::abs(mean - y / (1 + s * s)) < 4 * sd / std::sqrt(2000.0));
  CHECK(std::abs(std::sqrt(square) - sd) < 4 * sd / std::sqrt(4000.0));
}

TEST_CASE("what is kept are the draws of lowest discrepancy, whether or not simulations give up above the limit") {
  Gaussian patient, hasty;
  patient.simulator.abandons = false;
  const Options options{.particles = 30, .simulations = 1000};
  const Run all = patient.run({.particles = 1000, .simulations = 1000}), best = hasty.run(options);
  for (std::size_t i = 0; i < 30; ++i) CHECK(best.population[i].values == all.population[i].values);
  CHECK(best.history.back().threshold == all.population[29].discrepancy);
  CHECK(best.history.back().acceptance == doctest::Approx(0.03));
}

TEST_CASE("threads and interruptions change no byte") {
  const Options options{.particles = 30, .simulations = 1000};
  Gaussian one, three, stopped, resumed;
  const std::string whole = bytes(one.run(options), one.space);
  three.simulator.threads = 3;
  CHECK(bytes(three.run(options), three.space) == whole);
  stopped.simulator.cancel_after = 600;
  const Run half = stopped.run(options);
  CHECK(half.stop == smc_abc::Stop::cancelled);
  CHECK(half.iteration == 2);
  CHECK(bytes(resumed.run(options, smc_abc::read_run(bytes(half, stopped.space), stopped.space)), resumed.space) ==
        whole);
}

TEST_CASE("failures are counted, and too many end the run with their causes") {
  Gaussian g;
  g.simulator.model = [](const Values& v) {
    if (v[0][0] < 0) throw SolverError("no_capture at this speed");
    return std::vector<Array>{Array::scalar(v[0][0])};
  };
  const Run run = g.run({.particles = 10, .simulations = 300, .max_failed_fraction = 0.7});
  CHECK(run.counts.failed() > 100);
  CHECK(run.population.size() == 10);
  CHECK(message_of([&] {
          g.run({.particles = 10, .simulations = 300, .max_failed_fraction = 0.2});
        }).find("no_capture") != std::string::npos);
  CHECK(message_of([&] {
          g.run({.particles = 290, .simulations = 300, .max_failed_fraction = 0.9});
        }).find("fewer than particles = 290") != std::string::npos);
}
