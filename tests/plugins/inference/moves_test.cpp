#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "../../message_of.hpp"
#include "fake_simulator.hpp"
#include "smc_abc/latin_hypercube.hpp"
#include "smc_abc/moves.hpp"

using namespace tawara;
using namespace tawara::smc_abc;

namespace {

std::vector<Ids> all_subsets(std::size_t n, std::size_t low, std::size_t high) {
  std::vector<Ids> out;
  for (std::size_t bits = 0; bits < (std::size_t{1} << n); ++bits) {
    Ids ids;
    for (std::size_t i = 0; i < n; ++i)
      if (bits >> i & 1) ids.push_back(static_cast<double>(i));
    if (ids.size() >= low && ids.size() <= high) out.push_back(ids);
  }
  return out;
}

// Of observed counts against probabilities; cells expected to hold fewer than five are pooled.
double chi_squared_excess(const std::vector<double>& expected, const std::vector<double>& seen) {
  double chi = 0, pooled_expected = 0, pooled_seen = 0;
  int cells = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (expected[i] < 5) {
      pooled_expected += expected[i];
      pooled_seen += seen[i];
      continue;
    }
    chi += std::pow(seen[i] - expected[i], 2) / expected[i];
    ++cells;
  }
  if (pooled_expected > 0) {
    chi += std::pow(pooled_seen - pooled_expected, 2) / pooled_expected;
    ++cells;
  }
  const double dof = std::max(1, cells - 1);
  return (chi - dof) / std::sqrt(2 * dof);  // about a standard score
}

struct Draws {
  SubsetMove move;
  std::vector<Ids> sets;
};

Draws seven_ids() {
  const Prior prior = fakes::subset("x", 7, 1, 5, 3, 1);
  return {SubsetMove(prior, {{0, 1, 2}, {0, 1, 2}, {0, 4}, {3, 4, 5, 6}, {2}}), all_subsets(7, 1, 5)};
}

template <class Draw, class Probability>
void agree(const std::vector<Ids>& sets, Draw draw, Probability probability) {
  const int n = 40000;
  std::map<Ids, double> count;
  Random random(3, "draws");
  for (int i = 0; i < n; ++i) ++count[draw(random)];
  std::vector<double> expected, seen;
  double sum = 0, found = 0;
  for (const Ids& s : sets) {
    expected.push_back(n * probability(s));
    seen.push_back(count[s]);
    sum += probability(s);
    found += count[s];
    if (probability(s) == 0) CHECK(count[s] == 0);
  }
  CHECK(sum == doctest::Approx(1));
  CHECK(found == n);
  CHECK(chi_squared_excess(expected, seen) < 4);
}

}  // namespace

TEST_CASE("a Latin hypercube has one point in every slice of every axis") {
  Random random(1, "cube");
  const auto points = latin_hypercube(20, 3, random);
  for (std::size_t k = 0; k < 3; ++k) {
    std::set<int> slices;
    for (std::size_t i = 0; i < 20; ++i) slices.insert(static_cast<int>(20 * points[i * 3 + k]));
    CHECK(slices.size() == 20);
    CHECK(*slices.begin() == 0);
    CHECK(*slices.rbegin() == 19);
  }
}

TEST_CASE("the maximin hypercube keeps its points further apart than most") {
  const auto gap = [](const std::vector<double>& p) {
    double least = INFINITY;
    for (std::size_t i = 0; i < 30; ++i)
      for (std::size_t j = 0; j < i; ++j)
        least = std::min(least, std::hypot(p[2 * i] - p[2 * j], p[2 * i + 1] - p[2 * j + 1]));
    return least;
  };
  Random one(1, "a"), other(2, "b");
  int better = 0;
  for (int i = 0; i < 20; ++i) better += gap(maximin_latin_hypercube(30, 2, one)) > gap(latin_hypercube(30, 2, other));
  CHECK(better >= 18);
}

TEST_CASE("a local change is drawn with the probability it claims") {
  const auto [move, sets] = seven_ids();
  for (const Ids& from : {Ids{2}, Ids{0, 4}, Ids{1, 2, 3, 5, 6}})
    agree(
        sets, [&, m = &move](Random& r) { return m->draw_local(from, r); },
        [&, m = &move](const Ids& to) { return m->local_probability(from, to); });
}

TEST_CASE("a relative of a kept subset is drawn with the probability it claims") {
  const auto [move, sets] = seven_ids();
  agree(
      sets, [m = &move](Random& r) { return m->draw_kin(r); },
      [m = &move](const Ids& to) { return m->kin_probability(to); });
}

TEST_CASE("an independent subset is drawn with the probability it claims, and every subset can be") {
  const auto [move, sets] = seven_ids();
  agree(
      sets, [m = &move](Random& r) { return m->draw_independent(r); },
      [m = &move](const Ids& to) { return m->independent_probability(to); });
  for (const Ids& s : sets) CHECK(move.independent_probability(s) > 0);
}

TEST_CASE("local changes respect sets that are full, empty or of fixed count") {
  Random random(4, "edges");
  const SubsetMove full(fakes::subset("x", 3, 3, 3), {{0, 1, 2}});
  CHECK(full.draw_local({0, 1, 2}, random) == Ids{0, 1, 2});
  CHECK(full.local_probability({0, 1, 2}, {0, 1, 2}) == 1);
  const SubsetMove fixed(fakes::subset("x", 5, 2, 2), {{0, 1}});
  for (int i = 0; i < 100; ++i) CHECK(fixed.draw_local({0, 1}, random).size() == 2);
  const SubsetMove from_none(fakes::subset("x", 5, 0, 1), {{}});
  for (int i = 0; i < 20; ++i) CHECK(from_none.draw_local({}, random).size() == 1);
}

TEST_CASE("a long chain of subset moves visits every subset as often as its target says") {
  // An uneven target that prefers 2 and 5 together, so a wrong ratio of any kernel would show.
  const Prior prior = fakes::subset("x", 7, 1, 5, 3, 1);
  const SubsetMove move(prior, {{0, 1, 2}, {0, 1, 2}, {0, 4}, {3, 4, 5, 6}, {2}});
  const auto sets = all_subsets(7, 1, 5);
  const auto log_target = [&](const Ids& ids) {
    const bool two = std::count(ids.begin(), ids.end(), 2) > 0, five = std::count(ids.begin(), ids.end(), 5) > 0;
    return prior.log_density(ids) + (two && five ? 1.5 : 0) - 0.2 * ids[0];
  };
  const int chains = 3000, steps = 40;
  std::map<Ids, double> count;
  for (int c = 0; c < chains; ++c) {
    Random random(5, "chain", static_cast<std::uint64_t>(c));
    Ids at = prior.draw(random);
    for (int s = 0; s < steps; ++s) {
      auto [to, ratio] = move.propose(at, random);
      if (std::log(random.uniform()) < log_target(to) - log_target(at) + ratio) at = to;
    }
    ++count[at];
  }
  double sum = 0;
  for (const Ids& s : sets) sum += std::exp(log_target(s));
  std::vector<double> expected, seen;
  for (const Ids& s : sets) {
    expected.push_back(chains * std::exp(log_target(s)) / sum);
    seen.push_back(count[s]);
  }
  CHECK(chi_squared_excess(expected, seen) < 4);
}

TEST_CASE("a chain of choice moves is even over the choices, however uneven the population") {
  Prior prior = fakes::uniform("layer", 0, 0);
  prior.kind = Prior::Kind::choice;
  prior.choices = {0, 1, 2};
  const ChoiceMove move(prior, std::vector<double>{1, 1, 1, 1, 2});
  Random random(6, "choices");
  std::vector<double> seen(3);
  double at = 1;
  for (int i = 0; i < 30000; ++i) {
    double ratio = 0;
    const double to = move.propose(at, random, ratio);
    if (std::log(random.uniform()) < ratio) at = to;
    ++seen[static_cast<std::size_t>(at)];
  }
  for (const double s : seen) CHECK(s == doctest::Approx(10000).epsilon(0.05));
}

TEST_CASE("number moves stay on the grid and have the covariance of the kept particles") {
  const Space space({fakes::uniform("a", -10, 10), fakes::uniform("b", -10, 10, 0.5)}, {});
  std::vector<Values> kept;
  Random random(7, "numbers");
  for (int i = 0; i < 400; ++i) {
    const double x = random.normal();
    kept.push_back({{x}, {2 * x + random.normal()}});
  }
  const NumberMove move(space, kept, 1);
  double aa = 0, ab = 0, bb = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    Values v = {{0}, {0.5}};
    move.propose(v, random);
    CHECK(v[1][0] == 0.5 * std::round(v[1][0] / 0.5));
    aa += v[0][0] * v[0][0] / n;
    ab += v[0][0] * (v[1][0] - 0.5) / n;
    bb += (v[1][0] - 0.5) * (v[1][0] - 0.5) / n;
  }
  const double factor = 2.38 * 2.38 / 2;
  CHECK(aa / factor == doctest::Approx(1).epsilon(0.15));
  CHECK(ab / factor == doctest::Approx(2).epsilon(0.15));
  CHECK(bb / factor == doctest::Approx(5).epsilon(0.15));
}

TEST_CASE("moved and drawn values on one grid have the same bytes") {
  const Space space({fakes::uniform("g", -1, 1, 0.1)}, {});
  std::vector<Values> kept;
  std::set<double> drawn;
  for (int i = 0; i < 210; ++i) {
    kept.push_back({{space.priors[0].quantile((i + 0.5) / 210)}});
    drawn.insert(kept.back()[0][0]);
  }
  REQUIRE(drawn.size() == 21);
  const NumberMove move(space, kept, 0.5);
  Random random(10, "bytes");
  for (const Values& from : kept) {
    Values v = from;
    move.propose(v, random);
    if (std::isfinite(space.log_prior(v))) CHECK(drawn.count(v[0][0]) == 1);
  }
}

TEST_CASE("a parameter on which all kept particles agree can still move") {
  const Space space({fakes::uniform("a", -10, 10, 0.5), fakes::uniform("b", 0, 1)}, {});
  const std::vector<Values> kept(10, Values{{2.0}, {0.5}});
  const NumberMove move(space, kept, 1);
  Random random(8, "stuck");
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    Values v = {{2.0}, {0.5}};
    move.propose(v, random);
    CHECK(v[1][0] != 0.5);
    moved += v[0][0] != 2.0;
  }
  CHECK(moved > 20);
}

TEST_CASE("orders hold in draws, and the prior has no density where they do not") {
  const Space space({fakes::uniform("APD_max", 200, 300), fakes::uniform("APD_min", 180, 280)}, {{0, 1}});
  Random random(9, "order");
  for (int i = 0; i < 200; ++i) CHECK(space.ordered(space.draw(random)));
  CHECK(space.log_prior({{210}, {220}}) == -INFINITY);
  CHECK(std::isfinite(space.log_prior({{220}, {210}})));
  const Space impossible({fakes::uniform("a", 0, 1), fakes::uniform("b", 2, 3)}, {{0, 1}});
  CHECK(message_of([&] { (void)impossible.draw(random); }) ==
        "the priors hardly ever satisfy the order, e.g. a >= b; move their ranges");
}
