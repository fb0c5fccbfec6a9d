#include "subset_move.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tawara::smc_abc {
namespace {

constexpr double smoothing = 0.2;       // share of even odds in the chance of an id being on
constexpr double kin_unchanged = 0.25;  // how often a kept subset is proposed as it is

std::size_t index(double id) { return static_cast<std::size_t>(id); }
bool holds(const Ids& ids, double id) { return std::binary_search(ids.begin(), ids.end(), id); }
void insert(Ids& ids, double id) { ids.insert(std::upper_bound(ids.begin(), ids.end(), id), id); }

Ids without(const Ids& a, const Ids& b) {
  Ids out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// Index drawn in proportion to weights.
template <class Weight>
std::size_t pick(std::size_t n, double sum, Random& random, Weight weight) {
  double u = random.uniform() * sum;
  std::size_t last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight(i);
    if (w <= 0) continue;
    last = i;
    if ((u -= w) <= 0) break;
  }
  return last;
}

}  // namespace

SubsetMove::SubsetMove(const Prior& prior, std::vector<Ids> kept)
    : n_(prior.set_size), low_(index(prior.low)), high_(index(prior.high)), kept_(std::move(kept)), weight_(n_) {
  const double share = 1.0 / static_cast<double>(kept_.size());
  count_probability_ = prior.count_probabilities();
  for (double& p : count_probability_) p *= 0.5;
  double mean_count = 0;
  for (const Ids& ids : kept_) {
    count_probability_[ids.size() - low_] += 0.5 * share;
    mean_count += share * static_cast<double>(ids.size());
    for (const double id : ids) weight_[index(id)] += share;
  }
  for (double& w : weight_)
    w = std::clamp((1 - smoothing) * w + smoothing * mean_count / static_cast<double>(n_), 1e-3, 1 - 1e-3);

  symmetric_.assign(n_ + 1, std::vector<double>(high_ + 1, 0.0));
  symmetric_[n_][0] = 1;
  for (std::size_t i = n_; i-- > 0;)
    for (std::size_t k = 0; k <= high_; ++k) {
      const double odds = weight_[i] / (1 - weight_[i]);
      symmetric_[i][k] = symmetric_[i + 1][k] + (k > 0 ? odds * symmetric_[i + 1][k - 1] : 0);
    }
}

double SubsetMove::weight_outside(const Ids& ids) const {
  double sum = 0;
  for (std::size_t i = 0; i < n_; ++i)
    if (!holds(ids, static_cast<double>(i))) sum += weight_[i];
  return sum;
}

int SubsetMove::ways(std::size_t count) const { return can_add(count) + can_remove(count) + can_swap(count); }

Ids SubsetMove::draw_local(const Ids& from, Random& random) const {
  const std::size_t count = from.size();
  Ids to = from;
  if (ways(count) == 0) return to;
  // The j-th of what is possible, in the order add, remove, swap.
  auto j = random.below(static_cast<std::uint64_t>(ways(count)));
  const bool add = can_add(count) && j-- == 0;
  const bool remove = !add && can_remove(count) && j-- == 0;
  if (!add) to.erase(to.begin() + static_cast<std::ptrdiff_t>(random.below(count)));
  if (!remove) {
    const auto weight = [&](std::size_t i) { return holds(from, static_cast<double>(i)) ? 0.0 : weight_[i]; };
    insert(to, static_cast<double>(pick(n_, weight_outside(from), random, weight)));
  }
  return to;
}

double SubsetMove::local_probability(const Ids& from, const Ids& to) const {
  const std::size_t count = from.size();
  if (ways(count) == 0) return from == to ? 1 : 0;
  const Ids gained = without(to, from), lost = without(from, to);
  const double way = 1.0 / ways(count);
  const double leaves = 1.0 / static_cast<double>(std::max<std::size_t>(count, 1));
  if (gained.empty() && lost.size() == 1 && can_remove(count)) return way * leaves;
  if (gained.size() != 1 || lost.size() > 1) return 0;
  const double joins = weight_[index(gained[0])] / weight_outside(from);
  if (lost.empty()) return can_add(count) ? way * joins : 0;
  return can_swap(count) ? way * leaves * joins : 0;
}

Ids SubsetMove::draw_kin(Random& random) const {
  const Ids& kin = kept_[random.below(kept_.size())];
  return random.uniform() < kin_unchanged ? kin : draw_local(kin, random);
}

double SubsetMove::kin_probability(const Ids& to) const {
  double sum = 0;
  for (const Ids& kin : kept_)
    sum += (kin == to ? kin_unchanged : 0) + (1 - kin_unchanged) * local_probability(kin, to);
  return sum / static_cast<double>(kept_.size());
}

Ids SubsetMove::draw_independent(Random& random) const {
  std::size_t left =
      low_ + pick(count_probability_.size(), 1, random, [&](std::size_t i) { return count_probability_[i]; });
  Ids ids;
  for (std::size_t i = 0; i < n_ && left > 0; ++i) {
    const double skip = symmetric_[i + 1][left] / symmetric_[i][left];
    if (random.uniform() < skip) continue;
    ids.push_back(static_cast<double>(i));
    --left;
  }
  return ids;
}

double SubsetMove::independent_probability(const Ids& to) const {
  double p = count_probability_[to.size() - low_] / symmetric_[0][to.size()];
  for (const double id : to) p *= weight_[index(id)] / (1 - weight_[index(id)]);
  return p;
}

SubsetMove::Proposal SubsetMove::propose(const Ids& current, Random& random) const {
  const double kernel = random.uniform();
  if (kernel < 0.5) {
    Ids to = draw_local(current, random);
    const double ratio = to == current ? 0 : std::log(local_probability(to, current) / local_probability(current, to));
    return {std::move(to), ratio};
  }
  const bool kin = kernel < 0.75;
  Ids to = kin ? draw_kin(random) : draw_independent(random);
  const double ratio = kin ? std::log(kin_probability(current) / kin_probability(to))
                           : std::log(independent_probability(current) / independent_probability(to));
  return {std::move(to), ratio};
}

ChoiceMove::ChoiceMove(const Prior& prior, std::span<const double> kept)
    : values_(prior.choices), probability_(values_.size(), 0.5 / static_cast<double>(values_.size())) {
  for (std::size_t i = 0; i < values_.size(); ++i)
    probability_[i] +=
        0.5 * static_cast<double>(std::count(kept.begin(), kept.end(), values_[i])) / static_cast<double>(kept.size());
}

double ChoiceMove::probability(double value) const {
  return probability_[static_cast<std::size_t>(std::find(values_.begin(), values_.end(), value) - values_.begin())];
}

double ChoiceMove::propose(double current, Random& random, double& log_ratio) const {
  const double to = values_[pick(values_.size(), 1, random, [&](std::size_t i) { return probability_[i]; })];
  log_ratio = std::log(probability(current) / probability(to));
  return to;
}

}  // namespace tawara::smc_abc
