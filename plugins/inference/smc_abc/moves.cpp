#include "moves.hpp"

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::smc_abc {

Moves::Moves(Evaluator& evaluator, const Host& host, const Space& space, std::span<const Values> kept,
             std::span<Particle> moving, std::size_t first, int iteration, double threshold, double scale)
    : evaluator_(evaluator),
      host_(host),
      space_(space),
      moving_(moving),
      first_(first),
      iteration_(iteration),
      threshold_(threshold),
      number_move_(space, kept, scale),
      moved_(moving.size(), 0) {
  for (const std::size_t s : space.subsets) {
    std::vector<Ids> sets;
    for (const Values& values : kept) sets.push_back(values[s]);
    subset_moves_.emplace_back(space.priors[s], std::move(sets));
  }
  for (const std::size_t c : space.choices) {
    std::vector<double> chosen;
    for (const Values& values : kept) chosen.push_back(values[c][0]);
    choice_moves_.emplace_back(space.priors[c], chosen);
  }
}

double Moves::propose_discrete(Values& values, Random& random) const {
  const std::size_t k = random.below(subset_moves_.size() + choice_moves_.size());
  if (k < subset_moves_.size()) {
    SubsetMove::Proposal proposal = subset_moves_[k].propose(values[space_.subsets[k]], random);
    values[space_.subsets[k]] = std::move(proposal.ids);
    return proposal.log_ratio;
  }
  double log_ratio = 0;
  double& value = values[space_.choices[k - subset_moves_.size()]][0];
  value = choice_moves_[k - subset_moves_.size()].propose(value, random, log_ratio);
  return log_ratio;
}

void Moves::half_step(const char* purpose, const Propose& propose, Tally& tally, Counts& counts) {
  if (host_.cancelled()) throw Cancelled();
  const std::uint64_t when = (static_cast<std::uint64_t>(iteration_) << 32) | static_cast<std::uint64_t>(steps_);
  std::vector<Values> rows;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    Random random = host_.random(purpose, when, first_ + i);
    Values values = moving_[i].values;
    const double log_ratio = propose(values, random);
    ++tally.proposed;
    if (values == moving_[i].values) continue;
    const double log_odds = space_.log_prior(values) - space_.log_prior(moving_[i].values) + log_ratio;
    if (!(std::log(random.uniform()) < log_odds)) continue;
    rows.push_back(std::move(values));
    whose.push_back(i);
  }
  if (rows.empty()) return;
  const auto outcomes = evaluator_.evaluate(rows, threshold_, counts);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (outcomes[k].status != Status::ok || outcomes[k].discrepancy > threshold_) continue;
    moving_[whose[k]] = {std::move(rows[k]), outcomes[k].discrepancy, outcomes[k].scalars};
    moved_[whose[k]] = 1;
    ++tally.accepted;
  }
}

void Moves::step(Counts& counts) {
  if (!subset_moves_.empty() || !choice_moves_.empty())
    half_step(
        "discrete move", [this](Values& v, Random& r) { return propose_discrete(v, r); }, discrete_, counts);
  if (!space_.numbers.empty())
    half_step(
        "number move",
        [this](Values& v, Random& r) {
          number_move_.propose(v, r);
          return 0.0;
        },
        number_, counts);
  ++steps_;
}

double Moves::moved_fraction() const {
  return static_cast<double>(std::count(moved_.begin(), moved_.end(), 1)) / static_cast<double>(moved_.size());
}

double Moves::acceptance() const {
  return Tally{discrete_.proposed + number_.proposed, discrete_.accepted + number_.accepted}.ratio();
}

double Moves::number_acceptance() const { return number_.ratio(); }

}  // namespace tawara::smc_abc
