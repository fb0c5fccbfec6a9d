#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/conformance/checks/stand.hpp"
#include "kernel/docs/fit.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara::conformance {
namespace {

constexpr std::string_view theta = "conformance_gaussian.theta", nuisance = "conformance_gaussian.nuisance";
constexpr double theta_0 = 1, low = -2, high = 6, nuisance_mean = 2, nuisance_deviation = 0.5;

/// A sampler over a toy whose posterior is known.
struct Sampled {
  std::unique_ptr<Study> study;
  Table population;  ///< rows whose status is "ok"
  std::vector<double> weights;
  bool infers = false;  ///< it looks for a low discrepancy or a high likelihood; else it spreads points

  [[nodiscard]] std::vector<double> column(std::string_view path) const { return population.at(path).numbers; }
  [[nodiscard]] double mean(std::string_view path) const {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * population.at(path).numbers[i];
    return sum;
  }
  [[nodiscard]] double deviation(std::string_view path) const {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
      sum += weights[i] * std::pow(population.at(path).numbers[i] - mean(path), 2);
    return std::sqrt(sum);
  }
  /// Of the mean: 5 standard errors. A quarter of the rows is taken to be independent.
  [[nodiscard]] double tolerance(double deviation) const {
    double squares = 0;
    for (const double w : weights) squares += w * w;
    return 5 * deviation * std::sqrt(4 * squares);
  }
};

std::optional<Sampled> sample(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  const Descriptor& d = descriptor_of(subject);
  const auto skip = [&](std::string why) {
    findings.skip(std::move(why));
    return std::nullopt;
  };
  const Output* population = nullptr;
  for (const Output& o : d.outputs)
    if (o.table && o.constant && o.hint == Hint::population) population = &o;
  if (!population) return skip("it has no output shown as a population");

  Stand stand(subject);
  // Settings of the author's scenario are made for its simulator, and a likelihood's width in its units.
  for (const Parameter& p : d.parameters)
    if (!p.default_value.empty() && p.type != Type::priors) stand.set(p.name, scenario::toml_text(p.default_value));
  stand.add("conformance_gaussian", "experiment.toy_gaussian", fmt::format("theta_0 = {}", theta_0));
  Sampled sampled;
  std::string over;
  for (const Slot& slot : d.slots) {
    if (slot.simulated_over.empty()) {
      if (slot.how_many == HowMany::one)
        return skip(fmt::format("its slot {} needs more than a simulation", slot.name));
      continue;
    }
    const bool anything = docs::takes_anything(slot);
    if (slot.how_many == HowMany::optional || (anything && !over.empty())) continue;
    if (!anything && !fills(subject, slot, "experiment.toy_gaussian"))
      return skip(fmt::format("experiment.toy_gaussian lacks what its slot {} asks for", slot.name));
    stand.set(slot.name, filled(slot, "conformance_gaussian"));
    sampled.infers = sampled.infers || !anything;
    over = slot.simulated_over;
  }
  if (over.empty()) return skip("none of its slots is simulated over priors");
  stand.set(over, fmt::format("[{{ path = \"{}\", uniform = [{}, {}] }}, {{ path = \"{}\", normal = [{}, {}] }}]",
                              theta, low, high, nuisance, nuisance_mean, nuisance_deviation));
  sampled.study = stand.study();
  const Table& all = sampled.study->table(subject.instance, population->name);
  for (const std::string_view path : {theta, nuisance})
    if (const auto* column = all.find(path); !column || column->size() != all.rows() || !column->texts.empty()) {
      std::string there;
      for (const auto& c : all.columns) there += (there.empty() ? "" : ", ") + c.name;
      findings.fail(
          fmt::format("the population has no column of numbers '{}', a path it varies; it has {}", path, there));
      return std::nullopt;
    }
  const auto* weight = all.find("weight");
  const auto* status = all.find("status");
  for (const std::string_view path : {theta, nuisance}) sampled.population.add(std::string(path), "1", {});
  double sum = 0;
  for (std::size_t i = 0; i < all.rows(); ++i) {
    if (status && status->texts.at(i) != "ok") continue;
    for (auto& column : sampled.population.columns) column.numbers.push_back(all.at(column.name).numbers[i]);
    sampled.weights.push_back(weight ? weight->numbers.at(i) : 1);
    sum += sampled.weights.back();
  }
  if (sampled.weights.empty()) {
    findings.fail("the population has no row whose status is ok, although no simulation fails");
    return std::nullopt;
  }
  for (double& w : sampled.weights) w /= sum;
  return sampled;
}

void population_is_sound(const Subject& subject, Findings& findings) {
  const auto sampled = sample(subject, findings);
  if (!sampled) return;
  for (const double v : sampled->column(theta))
    if (!(v >= low && v <= high))
      return findings.fail(fmt::format("the population has {} = {}, outside of its prior, uniform from {} to {}", theta,
                                       number(v), low, high));
  for (const double v : sampled->column(nuisance))
    if (!std::isfinite(v)) return findings.fail(fmt::format("the population has {} = {}", nuisance, number(v)));
  for (const Output& o : descriptor_of(subject).outputs) {
    if (!o.table || o.hint != Hint::population) continue;
    const auto* weight = sampled->study->table(subject.instance, o.name).find("weight");
    if (!weight)
      return findings.fail("the population has no column weight; give every row its weight, 1/rows if equal");
    double sum = 0;
    for (const double w : weight->numbers) {
      if (!(w >= 0)) return findings.fail(fmt::format("the population has a weight of {}", number(w)));
      sum += w;
    }
    if (std::abs(sum - 1) > 1e-9) findings.fail(fmt::format("the weights sum to {}; expected 1", number(sum)));
  }
}

void posterior_is_recovered(const Subject& subject, Findings& findings) {
  const auto sampled = sample(subject, findings);
  if (!sampled) return;
  if (!sampled->infers) return findings.skip("it does not infer: what it simulates is any instance");
  const double prior_deviation = (high - low) / std::sqrt(12.0);
  const double mean = sampled->mean(theta), deviation = sampled->deviation(theta);
  if (std::abs(mean - theta_0) > sampled->tolerance(deviation))
    findings.fail(
        fmt::format("theta was observed as {} and the population's mean is {} (standard deviation {}, {} rows); "
                    "expected the posterior's mean, {} within {}",
                    theta_0, number(mean), number(deviation), sampled->weights.size(), theta_0,
                    number(sampled->tolerance(deviation))));
  if (!(deviation < prior_deviation / 2))
    findings.fail(
        fmt::format("the population's standard deviation of theta is {}, that of the prior {}; with its default "
                    "settings it has learned next to nothing from an observation that fixes theta",
                    number(deviation), number(prior_deviation)));
  if (!(deviation > 0)) findings.fail("all rows of the population have the same theta: it has collapsed to a point");
}

void prior_is_kept(const Subject& subject, Findings& findings) {
  const auto sampled = sample(subject, findings);
  if (!sampled) return;
  const double mean = sampled->mean(nuisance), deviation = sampled->deviation(nuisance);
  if (std::abs(mean - nuisance_mean) > sampled->tolerance(nuisance_deviation))
    findings.fail(
        fmt::format("a parameter without any effect has the prior normal({}, {}) and the mean {} in the "
                    "population; expected its prior, {} within {}",
                    nuisance_mean, nuisance_deviation, number(mean), nuisance_mean,
                    number(sampled->tolerance(nuisance_deviation))));
  if (!(deviation > nuisance_deviation / 2 && deviation < 2 * nuisance_deviation))
    findings.fail(
        fmt::format("a parameter without any effect has the prior normal({}, {}) and the standard deviation {} in "
                    "the population; expected that of its prior",
                    nuisance_mean, nuisance_deviation, number(deviation)));
}

void marginals_are_covered(const Subject& subject, Findings& findings) {
  const auto sampled = sample(subject, findings);
  if (!sampled) return;
  if (sampled->infers) return findings.skip("it infers, so it does not stay spread over its priors");
  const std::size_t n = sampled->weights.size();
  if (n < 40) return findings.skip(fmt::format("{} points are too few to tell", n));
  // The quarters of each prior, by probability.
  const double quartile = 0.6744897501960817;
  const std::array<double, 3> uniform = {0, 2, 4},
                              normal = {nuisance_mean - quartile * nuisance_deviation, nuisance_mean,
                                        nuisance_mean + quartile * nuisance_deviation};
  for (const auto& [path, limits] : {std::pair(theta, uniform), std::pair(nuisance, normal)}) {
    std::array<std::size_t, 4> count{};
    for (const double v : sampled->column(path))
      ++count[static_cast<std::size_t>(std::count_if(limits.begin(), limits.end(), [&](double l) { return v > l; }))];
    for (std::size_t quarter = 0; quarter < 4; ++quarter)
      if (count[quarter] < n / 16)
        return findings.fail(
            fmt::format("of {} points {} lie in quarter {} of the prior of {}; expected about {}, points "
                        "that cover every prior",
                        n, count[quarter], quarter + 1, path, n / 4));
  }
}

}  // namespace

void add_sampler_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, "sampler", "", 120, run});
  };
  add("population_sound", "The population has the paths it varies, within their priors, and weights that sum to 1.",
      population_is_sound);
  add("posterior_recovered", "What is observed of a number is recovered: the mean of a known posterior.",
      posterior_is_recovered);
  add("prior_kept", "A parameter without effect keeps its prior.", prior_is_kept);
  add("marginals_covered", "Points that only spread cover every prior.", marginals_are_covered);
}

}  // namespace tawara::conformance
