#include "smc_abc/smc_abc.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "fake_simulator.hpp"
#include "smc_abc/checkpoint.hpp"
#include "smc_abc/initial_population.hpp"

using namespace tawara;
using namespace tawara::smc_abc;

namespace {

constexpr double never = -1;  // a target no discrepancy reaches

Run run(fakes::FakeSimulator& simulator, TestHost& host, const Space& space, const Options& options, Run from = {}) {
  Evaluator evaluator(simulator, 0, {}, space.subsets);
  return infer(evaluator, host, space, options, std::move(from));
}

// Two numbers and a subset against a target, smooth enough to go on for many iterations.
struct Toy {
  Space space{{fakes::uniform("a", -5, 5), fakes::uniform("b", -5, 5, 0.25), fakes::subset("roots", 12, 2, 6, 4, 1)},
              {}};
  fakes::FakeSimulator simulator{{fakes::path("a"), fakes::path("b"), fakes::path("roots", 12)}, [](const Values& v) {
                                   double sum = std::abs(v[0][0] - 1) + 0.5 * std::abs(v[1][0] + 2);
                                   for (const double id : v[2]) sum += 0.3 * std::abs(id - 5);
                                   return sum;
                                 }};
  TestHost host;
  Options options{.particles = 40, .target_discrepancy = 1, .max_iterations = 8, .min_acceptance = 0, .min_unique = 0};
};

Stop stop_of(Options options) {
  Toy toy;
  options.particles = 40;
  return run(toy.simulator, toy.host, toy.space, options).stop;
}

struct Moments {
  double mean = 0, sd = 0;
};

Moments moments(const Run& r, std::size_t path) {
  Moments m;
  const double n = static_cast<double>(r.population.size());
  for (const Particle& p : r.population) m.mean += p.values[path][0] / n;
  for (const Particle& p : r.population) m.sd += std::pow(p.values[path][0] - m.mean, 2) / n;
  m.sd = std::sqrt(m.sd);
  return m;
}

// Particles of one population are related, those of different seeds are not: so errors are judged between seeds.
double standard_score(const std::vector<double>& estimates, double truth) {
  const double n = static_cast<double>(estimates.size());
  double mean = 0, variance = 0;
  for (const double e : estimates) mean += e / n;
  for (const double e : estimates) variance += (e - mean) * (e - mean) / (n - 1);
  return (mean - truth) / std::sqrt(variance / n);
}

}  // namespace

TEST_CASE("the posterior of a Gaussian mean is the conjugate one") {
  // y = theta + s u with theta, u ~ N(0, 1): theta | y ~ N(y / (1 + s^2), s^2 / (1 + s^2)).
  const double y = 1.5, s = 0.5;
  const Space space({fakes::normal("theta", 0, 1), fakes::normal("u", 0, 1)}, {});
  std::vector<double> means, deviations;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    fakes::FakeSimulator simulator({fakes::path("theta"), fakes::path("u")},
                                   [=](const Values& v) { return std::abs(v[0][0] + s * v[1][0] - y); });
    TestHost host;
    host.seed = seed;
    const Run r =
        run(simulator, host, space, {.particles = 200, .target_discrepancy = 0.05, .max_evaluations = 1000000});
    CHECK(r.stop == Stop::target);
    for (const Particle& p : r.population) REQUIRE(p.discrepancy <= 0.05);
    means.push_back(moments(r, 0).mean);
    deviations.push_back(moments(r, 0).sd);
  }
  CHECK(std::abs(standard_score(means, y / (1 + s * s))) < 4);
  CHECK(std::abs(standard_score(deviations, s / std::sqrt(1 + s * s))) < 4);
}

TEST_CASE("a posterior over subsets has the inclusion frequencies of exact enumeration") {
  // Accepted are the sets whose ids sum to a multiple of three or hold both 1 and 4; which ones is lumpy on purpose.
  const Prior prior = fakes::subset("roots", 7, 1, 5, 3, 1);
  const auto discrepancy = [](const Ids& ids) {
    double sum = 0;
    bool one = false, four = false;
    for (const double id : ids) {
      sum += id;
      one = one || id == 1;
      four = four || id == 4;
    }
    return one && four ? 0.5 : std::fmod(sum, 3);
  };
  std::vector<double> exact(7), count_of(6);
  double total = 0, mean_count = 0;
  for (int bits = 1; bits < 128; ++bits) {
    Ids ids;
    for (int i = 0; i < 7; ++i)
      if (bits >> i & 1) ids.push_back(i);
    if (ids.size() > 5 || discrepancy(ids) > 0.5) continue;
    const double p = std::exp(prior.log_density(ids));
    total += p;
    mean_count += p * static_cast<double>(ids.size());
    for (const double id : ids) exact[static_cast<std::size_t>(id)] += p;
  }
  std::vector<std::vector<double>> frequency(7);
  std::vector<double> counts;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    fakes::FakeSimulator simulator({fakes::path("roots", 7)}, [&](const Values& v) { return discrepancy(v[0]); });
    TestHost host;
    host.seed = seed;
    const Run r = run(simulator, host, Space({prior}, {}),
                      {.particles = 100,
                       .keep_fraction = 0.3,
                       .target_discrepancy = 0.5,
                       .max_evaluations = 1000000,
                       .min_unique = 0});
    CHECK(r.stop == Stop::target);
    counts.push_back(0);
    for (auto& f : frequency) f.push_back(0);
    for (const Particle& p : r.population) {
      counts.back() += 0.01 * static_cast<double>(p.values[0].size());
      for (const double id : p.values[0]) frequency[static_cast<std::size_t>(id)].back() += 0.01;
    }
  }
  CHECK(std::abs(standard_score(counts, mean_count / total)) < 4);
  for (std::size_t i = 0; i < 7; ++i) CHECK(std::abs(standard_score(frequency[i], exact[i] / total)) < 4);
}

TEST_CASE("where the data say nothing the counts and places of a subset keep their prior") {
  const Prior prior = fakes::subset("roots", 20, 3, 9, 6, 1);
  const auto probability = prior.count_probabilities();
  std::vector<std::vector<double>> share(7);
  std::vector<double> first_half;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    fakes::FakeSimulator simulator({fakes::path("roots", 20)}, [](const Values&) { return 1.0; });
    TestHost host;
    host.seed = seed;
    const Run r = run(simulator, host, Space({prior}, {}),
                      {.particles = 100,
                       .target_discrepancy = never,
                       .max_iterations = 6,
                       .max_evaluations = 1000000,
                       .stall_iterations = 0});
    CHECK(r.iteration == 6);
    for (auto& s : share) s.push_back(0);
    first_half.push_back(0);
    for (const Particle& p : r.population) {
      share[p.values[0].size() - 3].back() += 0.01;
      for (const double id : p.values[0]) first_half.back() += id < 10 ? 0.01 / 6 : 0;
    }
  }
  CHECK(std::abs(standard_score(first_half, 0.5)) < 4);
  for (std::size_t k = 1; k < 6; ++k) CHECK(std::abs(standard_score(share[k], probability[k])) < 4);
}

TEST_CASE("the initial population fills the ranges, tries every candidate and keeps the count prior") {
  Toy toy;
  const auto rows = initial_values(toy.space, 48, toy.host);
  std::set<double> candidates;
  std::set<int> slices;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(std::isfinite(toy.space.log_prior(rows[i])));
    CHECK(std::count(rows[i][2].begin(), rows[i][2].end(), static_cast<double>(i % 12)) == 1);
    slices.insert(static_cast<int>((rows[i][0][0] + 5) / 10 * 48));
    candidates.insert(rows[i][2].begin(), rows[i][2].end());
  }
  CHECK(slices.size() == 48);
  CHECK(candidates.size() == 12);
}

TEST_CASE("thresholds fall, and every particle is always at or below the last one") {
  Toy toy;
  const Run r = run(toy.simulator, toy.host, toy.space, toy.options);
  REQUIRE(r.history.size() >= 4);
  for (std::size_t i = 1; i < r.history.size(); ++i) CHECK(r.history[i].threshold <= r.history[i - 1].threshold);
  for (const Particle& p : r.population) CHECK(p.discrepancy <= r.history.back().threshold);
  CHECK(toy.simulator.evaluated == r.counts.evaluations);
}

TEST_CASE("orders hold in every particle") {
  Toy toy;
  toy.space.orders = {{1, 0}};
  toy.options.target_discrepancy = 4;
  const Run r = run(toy.simulator, toy.host, toy.space, toy.options);
  for (const Particle& p : r.population) CHECK(p.values[1][0] >= p.values[0][0]);
}

TEST_CASE("one seed gives the same bytes with one and with two threads, another seed gives others") {
  Toy one, two, other;
  two.simulator.threads = 2;
  other.host.seed = 2;
  const std::string bytes = written(run(one.simulator, one.host, one.space, one.options), one.space);
  CHECK(bytes == written(run(two.simulator, two.host, two.space, two.options), two.space));
  CHECK(bytes != written(run(other.simulator, other.host, other.space, other.options), other.space));
}

TEST_CASE("a simulator that never abandons gives the same posterior") {
  Toy one, two;
  two.simulator.abandons = false;
  CHECK(written(run(one.simulator, one.host, one.space, one.options), one.space) ==
        written(run(two.simulator, two.host, two.space, two.options), two.space));
}

TEST_CASE("resumed after any iteration a run ends with the same bytes") {
  Toy toy;
  const std::string bytes = written(run(toy.simulator, toy.host, toy.space, toy.options), toy.space);
  const auto saved = toy.host.saved;
  REQUIRE(saved.size() >= 4);
  CHECK(saved.back() == bytes);
  for (const std::string& state : saved) {
    Toy again;
    CHECK(written(read_run(state, again.space), again.space) == state);
    CHECK(written(run(again.simulator, again.host, again.space, again.options, read_run(state, again.space)),
                  again.space) == bytes);
  }
}

TEST_CASE("cancelling keeps the last finished iteration, and resuming ends as if nothing had happened") {
  Toy toy;
  const std::string bytes = written(run(toy.simulator, toy.host, toy.space, toy.options), toy.space);
  for (const bool by_simulator : {true, false}) {
    Toy cut;
    const std::int64_t half = toy.simulator.evaluated / 2;
    if (by_simulator)
      cut.simulator.cancel_after = half;
    else
      cut.host.stop = [&] { return cut.simulator.evaluated >= half; };
    const Run partial = run(cut.simulator, cut.host, cut.space, cut.options);
    CHECK(partial.stop == Stop::cancelled);
    CHECK(partial.iteration > 0);
    CHECK(written(partial, cut.space) == cut.host.saved.back());
    Toy again;
    CHECK(written(run(again.simulator, again.host, again.space, again.options,
                      read_run(cut.host.saved.back(), again.space)),
                  again.space) == bytes);
  }
}

TEST_CASE("cancelled before there is a population there is nothing to keep") {
  Toy toy;
  toy.simulator.cancel_after = 10;
  CHECK_THROWS_AS(run(toy.simulator, toy.host, toy.space, toy.options), Cancelled);
  CHECK(toy.host.saved.empty());
}

TEST_CASE("a wall limit pauses after an iteration without changing the result") {
  Toy toy;
  const std::string bytes = written(run(toy.simulator, toy.host, toy.space, toy.options), toy.space);
  std::optional<std::string> state;
  int launches = 0;
  for (Stop stop = Stop::wall; stop == Stop::wall; ++launches) {
    Toy part;
    part.options.wall_limit = 0;
    stop = run(part.simulator, part.host, part.space, part.options, state ? read_run(*state, part.space) : Run{}).stop;
    state = part.host.saved.back();
  }
  CHECK(launches > 2);
  CHECK(*state == bytes);
}

TEST_CASE("every reason to stop stops") {
  const Options base{
      .target_discrepancy = never, .max_iterations = 30, .min_acceptance = 0, .min_unique = 0, .stall_iterations = 0};
  const auto with = [&](auto change) {
    Options o = base;
    change(o);
    return stop_of(o);
  };
  CHECK(with([](Options& o) { o.target_discrepancy = 3; }) == Stop::target);
  CHECK(with([](Options& o) { o.max_iterations = 2; }) == Stop::iterations);
  CHECK(with([](Options& o) { o.max_evaluations = 500; }) == Stop::evaluations);
  CHECK(with([](Options& o) { o.min_acceptance = 0.9; }) == Stop::acceptance);
  CHECK(with([](Options& o) {
          o.min_unique = 1;
          o.max_moves = 1;
        }) == Stop::unique);
  CHECK(with([](Options& o) {
          o.stall_iterations = 2;
          o.stall_fraction = 0.99;
        }) == Stop::stall);
  CHECK(with([](Options& o) { o.max_iterations = 0; }) == Stop::iterations);
  for (const Stop stop : {Stop::running, Stop::target, Stop::unique, Stop::acceptance, Stop::iterations,
                          Stop::evaluations, Stop::stall, Stop::wall, Stop::cancelled})
    CHECK_FALSE(in_words(stop).empty());
}

TEST_CASE("a budget of evaluations is never exceeded") {
  for (const std::int64_t budget : {200, 500, 1000}) {
    Toy toy;
    toy.options.max_evaluations = budget;
    toy.options.max_iterations = 100;
    toy.options.target_discrepancy = never;
    const Run r = run(toy.simulator, toy.host, toy.space, toy.options);
    CHECK(toy.simulator.evaluated <= budget);
    CHECK(r.stop == Stop::evaluations);
  }
}

TEST_CASE("a target above every discrepancy gives the prior back without an iteration") {
  Toy toy;
  toy.options.target_discrepancy = 1000;
  const Run r = run(toy.simulator, toy.host, toy.space, toy.options);
  CHECK(r.stop == Stop::target);
  CHECK(r.counts.evaluations == 40);
}

TEST_CASE("what failed in the initial population is drawn again, and failures are counted by cause") {
  Toy toy;
  const auto model = toy.simulator.model;
  toy.simulator.model = [model](const Values& v) {
    if (v[0][0] > 3) throw SolverError("no_capture at a = " + std::to_string(v[0][0]));
    if (v[0][0] < -4) return std::vector<Array>{Array::scalar(NAN)};
    return model(v);
  };
  const Run r = run(toy.simulator, toy.host, toy.space, toy.options);
  for (const Particle& p : r.population) {
    CHECK(p.values[0][0] <= 3);
    CHECK(p.values[0][0] >= -4);
  }
  REQUIRE(r.counts.failures.count("no_capture") == 1);
  CHECK(r.counts.failures.at("no_capture").count >= 7);  // of the 40 slices of the hypercube 8 are above 3
  CHECK(r.counts.failures.at("no_capture").text.starts_with("no_capture at a = "));
  CHECK(r.counts.failures.at("nan_discrepancy").count >= 3);
  CHECK(r.history.back().failures == r.counts.failed());
}

TEST_CASE("too many failures stop the run and name the causes") {
  Toy toy;
  toy.simulator.model = [](const Values& v) -> std::vector<Array> {
    if (v[0][0] > 0) throw SolverError("nan at 3 ms");
    if (v[0][0] > -1) throw SolverError("no_capture of beat 2");
    return {Array::scalar(1)};
  };
  CHECK(message_of([&] { (void)run(toy.simulator, toy.host, toy.space, toy.options); }) ==
        "24 of 40 simulations failed: nan 20 (first: nan at 3 ms), no_capture 4 (first: no_capture of beat 2); that is "
        "more than "
        "max_failed_fraction = 0.5: narrow the priors to what can be simulated, or allow more");
  Toy hopeless;
  hopeless.options.max_failed_fraction = 1;
  hopeless.simulator.model = [](const Values&) -> std::vector<Array> { throw SolverError("nan at 3 ms"); };
  CHECK(message_of([&] { (void)run(hopeless.simulator, hopeless.host, hopeless.space, hopeless.options); }) ==
        "840 of 840 simulations failed: nan 840 (first: nan at 3 ms); 40 of 40 particles failed in all of 21 draws: "
        "narrow the priors to "
        "what can be simulated");
}

TEST_CASE("rows with like subsets are evaluated side by side") {
  Toy toy;
  (void)run(toy.simulator, toy.host, toy.space, toy.options);
  for (const auto& batch : toy.simulator.batches)
    for (std::size_t i = 1; i < batch.size(); ++i) CHECK(batch[i - 1][2] <= batch[i][2]);
}

TEST_CASE("effective sample size follows from multiplicities") {
  std::vector<Particle> population(10);
  for (std::size_t i = 0; i < 10; ++i) population[i].values = {{i < 6 ? 0.0 : static_cast<double>(i)}};
  const auto distinct = multiplicities(population);
  REQUIRE(distinct.size() == 5);
  CHECK(distinct[0] == std::pair<std::size_t, int>(0, 6));
}

TEST_CASE("a saved state that does not fit is refused") {
  Toy toy;
  toy.options.max_iterations = 1;
  (void)run(toy.simulator, toy.host, toy.space, toy.options);
  const std::string state = toy.host.saved.back();
  CHECK(message_of([&] { (void)read_run("something else", toy.space); }) ==
        "the saved state was not written by this version of sampler.smc_abc; start afresh without --resume");
  Space other = toy.space;
  other.priors[0].path = "c";
  CHECK(message_of([&] { (void)read_run(state, other); }) ==
        "the saved state is of a run over other parameters; start afresh without --resume");
  for (const std::string& damaged :
       {state.substr(0, state.size() / 2), state + "1 ", state.substr(0, 60) + "x" + state.substr(60)})
    CHECK(message_of([&] { (void)read_run(damaged, toy.space); }) ==
          "the saved state of the sampler is damaged; start afresh without --resume");
}
