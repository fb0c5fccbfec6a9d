#include "tawara/prior.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <numeric>

#include "tawara/error.hpp"

namespace tawara {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Decimal limits are rarely exact multiples of a decimal step (0.07 / 0.001 = 70.00000000000001).
constexpr double grid_slack = 1e-9;

bool gaussian(const Prior& p) { return p.kind == Prior::Kind::normal || p.kind == Prior::Kind::truncated_normal; }

double grid_of(const Prior& p) { return p.kind == Prior::Kind::integer ? std::max(1.0, p.step) : p.step; }

struct Interval {
  double low, high;
};

Interval limits(const Prior& p) {
  if (gaussian(p)) return {p.low, p.high};
  return {std::max(p.low, p.a), std::min(p.high, p.b)};
}

// k-th multiple of a step. A step of 1/n gives k / n, the double nearest to the decimal number a reader expects:
// 6 / 10 = 0.6, but 6 * 0.1 = 0.6000000000000001.
double multiple(double k, double step) {
  const double n = std::round(1 / step);
  return n >= 1 && std::abs(n * step - 1) < 1e-12 ? k / n : k * step;
}

// A value on a grid is a continuous draw rounded to the nearest multiple, so the continuous law reaches half a step
// beyond the outermost multiples: that gives them the same weight as the others.
Interval support(const Prior& p) {
  const Interval range = limits(p);
  const double s = grid_of(p);
  if (s <= 0) return range;
  return {(std::ceil(range.low / s - grid_slack) - 0.5) * s, (std::floor(range.high / s + grid_slack) + 0.5) * s};
}

double lower_tail(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double lower_tail_inverse(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p); }

// Probability between two standard scores, from the tail in which it does not cancel.
double between(double low, double high) {
  return low > 0 ? lower_tail(-low) - lower_tail(-high) : lower_tail(high) - lower_tail(low);
}

// Unnormalised probability of [low, high].
double mass(const Prior& p, Interval x) {
  if (gaussian(p)) return between((x.low - p.a) / p.b, (x.high - p.a) / p.b);
  if (p.kind == Prior::Kind::log_uniform) return std::log(x.high / x.low);
  return x.high - x.low;
}

double log_weight(const Prior& p, double x) {  // d mass / dx
  if (gaussian(p)) {
    const double z = (x - p.a) / p.b;
    return -0.5 * z * z - std::log(p.b * std::sqrt(2 * std::numbers::pi));
  }
  return p.kind == Prior::Kind::log_uniform ? -std::log(x) : 0;
}

double log_binomial(std::size_t n, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) sum += std::log(static_cast<double>(n - i) / static_cast<double>(k - i));
  return sum;
}

double subset_log_density(const Prior& p, const std::vector<double>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < 0 || ids[i] >= static_cast<double>(p.set_size) || ids[i] != std::floor(ids[i])) return -infinity;
    if (i > 0 && ids[i] <= ids[i - 1]) return -infinity;
  }
  const double count = static_cast<double>(ids.size());
  if (count < p.low || count > p.high) return -infinity;
  const double probability = p.count_probabilities()[static_cast<std::size_t>(count - p.low)];
  return std::log(probability) - log_binomial(p.set_size, ids.size());
}

std::string shown(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", x);
  return text;
}

[[noreturn]] void refuse(const Prior& p, const std::string& why) {
  throw ScenarioError("prior of " + p.path + ": " + why);
}

void check(const Prior& p) {
  if (p.kind == Prior::Kind::choice) {
    if (p.choices.empty()) refuse(p, "there is nothing to choose from; list at least one value");
    return;
  }
  if (p.kind == Prior::Kind::subset) {
    if (p.low < 0 || p.low > p.high || p.high > static_cast<double>(p.set_size) || p.low != std::floor(p.low) ||
        p.high != std::floor(p.high))
      refuse(p, "a count of " + shown(p.low) + " to " + shown(p.high) +
                    " is not possible; expected whole numbers from 0 to " + std::to_string(p.set_size) +
                    ", the ids there are, the lower one first");
    if (p.b <= 0) refuse(p, "the standard deviation of the count is " + shown(p.b) + "; expected above 0");
    return;
  }
  if (gaussian(p) && !(p.b > 0)) refuse(p, "the standard deviation is " + shown(p.b) + "; expected above 0");
  const Interval range = limits(p);
  if (p.kind == Prior::Kind::log_uniform && !(range.low > 0))
    refuse(p, "a log_uniform prior needs a lower limit above 0, found " + shown(range.low));
  const double s = grid_of(p);
  const Interval wide = support(p);
  if (s > 0 ? !(wide.low < wide.high) : !(range.low < range.high))
    refuse(p, "no value" + (s > 0 ? " that is a multiple of the step " + shown(s) : std::string()) + " lies between " +
                  shown(range.low) + " and " + shown(range.high) + "; widen the range" +
                  (s > 0 ? " or refine the step" : ""));
  if (!(mass(p, wide) > 0))
    refuse(p, "the range " + shown(range.low) + " to " + shown(range.high) + " is so far from the mean " + shown(p.a) +
                  " that its probability is 0; move one to the other");
}

Prior::Kind kind_of(const std::string& path, const std::string& name) {
  using enum Prior::Kind;
  static constexpr std::pair<const char*, Prior::Kind> kinds[] = {{"uniform", uniform},
                                                                  {"normal", normal},
                                                                  {"truncated_normal", truncated_normal},
                                                                  {"log_uniform", log_uniform},
                                                                  {"integer", integer},
                                                                  {"choice", choice},
                                                                  {"subset", subset}};
  for (const auto& [known, kind] : kinds)
    if (name == known) return kind;
  throw ScenarioError("prior of " + path + ": unknown kind '" + name +
                      "'; expected uniform, normal, truncated_normal, log_uniform, integer, choice or subset");
}

std::vector<double> numbers(const Value* list) {
  std::vector<double> out;
  if (list && !list->empty())
    for (const Value& v : list->list()) out.push_back(v.number());
  return out;
}

// The scenario loader leaves out, or writes NaN for, what was not given.
double number_or(const Value& record, std::string_view key, double otherwise) {
  const Value* found = record.find(key);
  return found && !found->empty() && !std::isnan(found->number()) ? found->number() : otherwise;
}

Prior read(const Value& record, const PathInfo& path) {
  Prior p;
  p.path = path.path;
  p.kind = kind_of(path.path, record.find("kind")->text());
  const bool subset = p.kind == Prior::Kind::subset;
  p.set_size = path.set_size;
  const double absent = std::numeric_limits<double>::quiet_NaN();
  p.a = number_or(record, "a", subset ? absent : p.a);
  p.b = number_or(record, "b", subset ? absent : p.b);
  p.low = number_or(record, "low", subset ? 0 : p.low);
  p.high = number_or(record, "high", subset ? static_cast<double>(path.set_size) : p.high);
  p.step = number_or(record, "step", 0);
  p.choices = numbers(record.find("choices"));
  p.truth = numbers(record.find("truth"));
  if (p.kind == Prior::Kind::choice && p.choices.empty())
    for (std::size_t i = 0; i < path.choices.size(); ++i) p.choices.push_back(static_cast<double>(i));
  if (gaussian(p)) {  // a tail never leaves the hard limits of the parameter
    p.low = std::max(p.low, path.minimum);
    p.high = std::min(p.high, path.maximum);
  }
  check(p);
  return p;
}

}  // namespace

double Prior::log_density(const std::vector<double>& value) const {
  if (kind == Kind::subset) return subset_log_density(*this, value);
  const double x = value.at(0);
  if (kind == Kind::choice) {
    const bool listed = std::find(choices.begin(), choices.end(), x) != choices.end();
    return listed ? -std::log(static_cast<double>(choices.size())) : -infinity;
  }
  const double s = grid_of(*this);
  const Interval range = support(*this);
  if (!(x >= range.low && x <= range.high)) return -infinity;
  const double whole = std::log(mass(*this, range));
  if (s <= 0) return log_weight(*this, x) - whole;
  if (std::abs(x / s - std::round(x / s)) > 1e-6) return -infinity;
  return std::log(mass(*this, {x - s / 2, x + s / 2})) - whole;
}

double Prior::quantile(double p) const {
  if (kind == Kind::subset) throw Error("prior of " + path + ": a subset has no quantiles");
  if (kind == Kind::choice) {
    const auto n = choices.size();
    return choices[std::min(n - 1, static_cast<std::size_t>(p * static_cast<double>(n)))];
  }
  const Interval range = support(*this);
  double x = 0;
  if (gaussian(*this)) {
    const double z_low = (range.low - a) / b, z_high = (range.high - a) / b;
    // Above the mean probabilities round to 1 where their complements are still exact.
    const bool upper = z_low > 0;
    const double from = upper ? lower_tail(-z_low) : lower_tail(z_low),
                 to = upper ? lower_tail(-z_high) : lower_tail(z_high);
    const double z = lower_tail_inverse(from + p * (to - from));
    x = std::clamp(a + b * (upper ? -z : z), range.low, range.high);
  } else if (kind == Kind::log_uniform) {
    x = std::clamp(range.low * std::pow(range.high / range.low, p), range.low, range.high);
  } else {
    x = std::min(range.low + p * (range.high - range.low), range.high);
  }
  const double s = grid_of(*this);
  if (s <= 0) return x;
  const double first = std::round(range.low / s + 0.5), last = std::round(range.high / s - 0.5);
  return multiple(std::clamp(std::round(x / s), first, last), s);
}

std::vector<double> Prior::count_probabilities() const {
  std::vector<double> out;
  for (double count = low; count <= high; ++count)
    out.push_back(std::isnan(b) ? 1 : between((count - 0.5 - a) / b, (count + 0.5 - a) / b));
  const double sum = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& p : out) p /= sum;
  return out;
}

std::vector<double> Prior::draw(Random& random) const {
  if (kind != Kind::subset) return {quantile(random.uniform())};
  const std::vector<double> probability = count_probabilities();
  std::size_t extra = 0;
  for (double u = random.uniform() - probability[0]; u > 0 && extra + 1 < probability.size();
       u -= probability[++extra]) {
  }
  std::vector<std::size_t> ids(set_size);
  std::iota(ids.begin(), ids.end(), std::size_t{0});
  random.shuffle(ids);
  std::vector<double> chosen(ids.begin(),
                             ids.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(low) + extra));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<Prior> read_priors(const List& setting, std::span<const PathInfo> paths) {
  std::vector<Prior> priors;
  for (const PathInfo& path : paths) {
    const auto record = std::find_if(setting.begin(), setting.end(), [&](const Value& r) {
      const Value* name = r.find("path");
      return name && name->text() == path.path;
    });
    if (record == setting.end()) throw ScenarioError("there is no prior for " + path.path + "; add one with this path");
    priors.push_back(read(*record, path));
  }
  return priors;
}

}  // namespace tawara
