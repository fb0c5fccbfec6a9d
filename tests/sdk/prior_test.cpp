#include "tawara/prior.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "../message_of.hpp"
#include "tawara/error.hpp"

using namespace tawara;

namespace {

Prior one_number(Prior::Kind kind, double a, double b, double step = 0) {
  Prior p;
  p.path = "twin.x";
  p.kind = kind;
  p.a = a;
  p.b = b;
  p.step = step;
  return p;
}

Prior with_range(Prior p, double low, double high) {
  p.low = low;
  p.high = high;
  return p;
}

Prior subset(std::size_t n, double low, double high, double mean = NAN, double sd = NAN) {
  Prior p = with_range(one_number(Prior::Kind::subset, mean, sd), low, high);
  p.set_size = n;
  return p;
}

double density(const Prior& p, double x) { return std::exp(p.log_density({x})); }

double integral(const Prior& p, double low, double high) {
  const int n = 20000;
  const double h = (high - low) / n;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += h * density(p, low + (i + 0.5) * h);
  return sum;
}

double sum_over_grid(const Prior& p, double step, int first, int last) {
  double sum = 0;
  for (int k = first; k <= last; ++k) sum += density(p, step * k);
  return sum;
}

Value setting(std::initializer_list<std::pair<std::string, Value>> entries) { return Value(Record(entries)); }

PathInfo number_path(const std::string& path) {
  return {.path = path,
          .type = Type::number,
          .unit = "1",
          .minimum = -INFINITY,
          .maximum = INFINITY,
          .log_scale = false,
          .choices = {},
          .set_size = 0,
          .scenario_value = {}};
}

}  // namespace

TEST_CASE("densities integrate to one") {
  CHECK(integral(one_number(Prior::Kind::uniform, -2, 3), -3, 4) == doctest::Approx(1).epsilon(1e-3));
  CHECK(integral(one_number(Prior::Kind::log_uniform, 0.5, 2), 0.4, 2.1) == doctest::Approx(1).epsilon(1e-3));
  CHECK(integral(one_number(Prior::Kind::normal, 1, 0.5), -5, 7) == doctest::Approx(1).epsilon(1e-6));
  CHECK(integral(with_range(one_number(Prior::Kind::truncated_normal, 220, 20), 180, 260), 170, 270) ==
        doctest::Approx(1).epsilon(1e-3));
  CHECK(integral(with_range(one_number(Prior::Kind::truncated_normal, 0, 1), 8, 12), 8, 12) ==
        doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("probabilities of values on a grid sum to one") {
  CHECK(sum_over_grid(one_number(Prior::Kind::uniform, 0.25, 0.60, 0.01), 0.01, 20, 70) == doctest::Approx(1));
  CHECK(sum_over_grid(with_range(one_number(Prior::Kind::truncated_normal, 3, 4, 0.5), -1, 6), 0.5, -10, 20) ==
        doctest::Approx(1));
  CHECK(sum_over_grid(one_number(Prior::Kind::log_uniform, 0.5, 8, 0.5), 0.5, 0, 30) == doctest::Approx(1));
  CHECK(sum_over_grid(one_number(Prior::Kind::integer, 2, 7), 1, -5, 20) == doctest::Approx(1));
}

TEST_CASE("a uniform prior on a grid gives every multiple the same weight, the outermost ones too") {
  const Prior p = one_number(Prior::Kind::uniform, 0.07, 0.15, 0.01);
  for (int k = 7; k <= 15; ++k) CHECK(density(p, 0.01 * k) == doctest::Approx(1.0 / 9));
  CHECK(density(p, 0.06) == 0);
  CHECK(density(p, 0.16) == 0);
  CHECK(density(p, 0.075) == 0);
  std::map<long, int> seen;
  for (int i = 0; i < 9000; ++i) ++seen[std::lround(p.quantile((i + 0.5) / 9000) / 0.01)];
  REQUIRE(seen.size() == 9);
  for (const auto& [multiple, count] : seen) CHECK(count == doctest::Approx(1000).epsilon(0.002));
}

TEST_CASE("values on a decimal grid are the doubles one writes") {
  const Prior p = one_number(Prior::Kind::uniform, -1, 1, 0.1);
  CHECK(p.quantile(16.5 / 21) == 0.6);
  CHECK(p.quantile(7.5 / 21) == -0.3);
  CHECK(one_number(Prior::Kind::uniform, 180, 300, 2).quantile(0.0001) == 180);
}

TEST_CASE("quantiles invert the distribution") {
  CHECK(one_number(Prior::Kind::normal, 10, 2).quantile(0.975) == doctest::Approx(10 + 2 * 1.959963984540054));
  CHECK(one_number(Prior::Kind::log_uniform, 0.5, 2).quantile(0.5) == doctest::Approx(1));
  for (const Prior& p : {with_range(one_number(Prior::Kind::truncated_normal, 220, 20), 180, 260),
                         with_range(one_number(Prior::Kind::truncated_normal, 0, 1), 9, 12),
                         with_range(one_number(Prior::Kind::truncated_normal, 0, 1), -12, -9)})
    for (const double q : {0.01, 0.3, 0.5, 0.9, 0.99})
      CHECK(integral(p, p.low, p.quantile(q)) == doctest::Approx(q).epsilon(1e-3));
}

TEST_CASE("draws fall between the quantiles in the right proportions") {
  for (const Prior& p : {one_number(Prior::Kind::uniform, -1, 1), one_number(Prior::Kind::normal, 3, 2),
                         one_number(Prior::Kind::log_uniform, 0.1, 10),
                         with_range(one_number(Prior::Kind::truncated_normal, 0, 1), 0.5, 2)}) {
    Random random(7, "prior test");
    std::vector<int> bin(10);
    const int n = 20000;
    for (int i = 0; i < n; ++i) {
      const double x = p.draw(random)[0];
      int k = 0;
      while (k < 9 && x > p.quantile(0.1 * (k + 1))) ++k;
      ++bin[k];
    }
    double chi_squared = 0;
    for (const int count : bin) chi_squared += std::pow(count - n / 10.0, 2) / (n / 10.0);
    CHECK(chi_squared < 27.9);  // 9 degrees of freedom, 0.1 %
  }
}

TEST_CASE("choices are equally likely and nothing else is possible") {
  Prior p = one_number(Prior::Kind::choice, 0, 0);
  p.choices = {0, 2, 5};
  CHECK(density(p, 2) == doctest::Approx(1.0 / 3));
  CHECK(density(p, 1) == 0);
  CHECK(p.quantile(0.2) == 0);
  CHECK(p.quantile(0.5) == 2);
  CHECK(p.quantile(0.999) == 5);
}

TEST_CASE("counts of a subset follow the rounded normal and its places are even") {
  const Prior p = subset(12, 3, 9, 6, 1);
  const auto probability = p.count_probabilities();
  REQUIRE(probability.size() == 7);
  CHECK(probability[3] == doctest::Approx(std::erf(0.5 / std::sqrt(2.0)) / std::erf(3.5 / std::sqrt(2.0))));
  CHECK(probability[2] == doctest::Approx(probability[4]));
  Random random(1, "subset test");
  const int n = 20000;
  std::vector<int> counts(7), places(12);
  for (int i = 0; i < n; ++i) {
    const auto ids = p.draw(random);
    REQUIRE(std::is_sorted(ids.begin(), ids.end()));
    ++counts.at(ids.size() - 3);
    for (const double id : ids) ++places.at(static_cast<std::size_t>(id));
  }
  double chi_counts = 0, chi_places = 0;
  for (int k = 0; k < 7; ++k) chi_counts += std::pow(counts[k] - n * probability[k], 2) / (n * probability[k]);
  for (const int c : places) chi_places += std::pow(c - n * 0.5, 2) / (n * 0.25);
  CHECK(chi_counts < 22.5);  // 6 degrees of freedom, 0.1 %
  CHECK(chi_places < 31.3);  // at most 11 degrees of freedom, 0.1 %
}

TEST_CASE("densities of all subsets sum to one, and a missing spread means even counts") {
  for (const Prior& p : {subset(6, 1, 4, 2, 0.7), subset(6, 0, 6)}) {
    double sum = 0;
    for (int bits = 0; bits < 64; ++bits) {
      std::vector<double> ids;
      for (int i = 0; i < 6; ++i)
        if (bits >> i & 1) ids.push_back(i);
      sum += std::exp(p.log_density(ids));
    }
    CHECK(sum == doctest::Approx(1));
  }
  for (const double q : subset(6, 0, 6).count_probabilities()) CHECK(q == doctest::Approx(1.0 / 7));
}

TEST_CASE("an ill-formed subset has no density") {
  const Prior p = subset(6, 1, 4);
  CHECK(p.log_density({}) == -INFINITY);
  CHECK(p.log_density({0, 1, 2, 3, 4}) == -INFINITY);
  CHECK(p.log_density({2, 1}) == -INFINITY);
  CHECK(p.log_density({1, 1}) == -INFINITY);
  CHECK(p.log_density({6}) == -INFINITY);
  CHECK(p.log_density({0.5}) == -INFINITY);
  CHECK(message_of([&] { (void)p.quantile(0.5); }) == "prior of twin.x: a subset has no quantiles");
}

TEST_CASE("priors are read in the simulator's order, with its hard limits and set sizes") {
  PathInfo speed = number_path("activation.CV_sheet"), roots = number_path("activation.root_nodes"),
           layer = number_path("cell.layer");
  speed.minimum = 0;
  roots.type = Type::subset;
  roots.set_size = 20;
  layer.type = Type::choice;
  layer.choices = {"endo", "mid", "epi"};
  const List list = {
      setting({{"path", "activation.root_nodes"}, {"kind", "subset"}, {"a", 6}, {"b", 1.0}, {"low", 3}, {"high", 9}}),
      setting({{"path", "cell.layer"}, {"kind", "choice"}}),
      setting({{"path", "activation.CV_sheet"}, {"kind", "normal"}, {"a", 0.5}, {"b", 0.4}, {"truth", List{0.45}}})};
  const std::vector<PathInfo> paths = {speed, roots, layer};
  const auto priors = read_priors(list, paths);
  REQUIRE(priors.size() == 3);
  CHECK(priors[0].low == 0);
  CHECK(priors[0].truth == std::vector<double>{0.45});
  CHECK(priors[1].set_size == 20);
  CHECK(priors[1].count_probabilities().size() == 7);
  CHECK(priors[2].choices == std::vector<double>{0, 1, 2});
}

TEST_CASE("impossible priors are refused with the path and the remedy") {
  const auto read = [](std::initializer_list<std::pair<std::string, Value>> entries, std::size_t set_size = 0) {
    PathInfo info = number_path("twin.x");
    info.set_size = set_size;
    Record record(entries);
    record.insert(record.begin(), {"path", "twin.x"});
    return message_of([&] { (void)read_priors({Value(record)}, std::span(&info, 1)); });
  };
  CHECK(read({{"kind", "uniform"}, {"a", 3.0}, {"b", 2.0}}) ==
        "prior of twin.x: no value lies between 3 and 2; widen the range");
  CHECK(read({{"kind", "uniform"}, {"a", 0.6}, {"b", 0.9}, {"step", 0.5}}) ==
        "prior of twin.x: no value that is a multiple of the step 0.5 lies between 0.6 and 0.9; widen the range or "
        "refine the step");
  CHECK(read({{"kind", "normal"}, {"a", 1.0}, {"b", 0.0}}) ==
        "prior of twin.x: the standard deviation is 0; expected above 0");
  CHECK(read({{"kind", "log_uniform"}, {"a", 0.0}, {"b", 2.0}}) ==
        "prior of twin.x: a log_uniform prior needs a lower limit above 0, found 0");
  CHECK(
      read({{"kind", "truncated_normal"}, {"a", 0.0}, {"b", 1.0}, {"low", 60.0}, {"high", 70.0}}) ==
      "prior of twin.x: the range 60 to 70 is so far from the mean 0 that its probability is 0; move one to the other");
  CHECK(read({{"kind", "subset"}, {"low", 3}, {"high", 9}}, 5) ==
        "prior of twin.x: a count of 3 to 9 is not possible; expected whole numbers from 0 to 5, the ids there are, "
        "the lower one first");
  CHECK(read({{"kind", "subset"}, {"a", 3}, {"b", -1}, {"low", 3}, {"high", 4}}, 5) ==
        "prior of twin.x: the standard deviation of the count is -1; expected above 0");
  CHECK(read({{"kind", "choice"}}) == "prior of twin.x: there is nothing to choose from; list at least one value");
  CHECK(read({{"kind", "beta"}}) ==
        "prior of twin.x: unknown kind 'beta'; expected uniform, normal, truncated_normal, log_uniform, integer, "
        "choice or subset");
  const PathInfo other = number_path("twin.y");
  CHECK(message_of([&] { (void)read_priors({}, std::span(&other, 1)); }) ==
        "there is no prior for twin.y; add one with this path");
}
