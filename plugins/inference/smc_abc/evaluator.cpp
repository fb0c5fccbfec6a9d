#include "evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tawara/error.hpp"

namespace tawara::smc_abc {

std::int64_t Counts::failed() const {
  std::int64_t sum = 0;
  for (const auto& [cause, failure] : failures) sum += failure.count;
  return sum;
}

std::string Counts::in_words() const {
  std::string text = std::to_string(failed()) + " of " + std::to_string(evaluations) + " simulations failed";
  const char* separator = ": ";
  for (const auto& [cause, failure] : failures) {
    text += separator + cause + " " + std::to_string(failure.count) + " (first: " + failure.text + ")";
    separator = ", ";
  }
  return text;
}

Evaluator::Evaluator(Simulator& simulator, int discrepancy, std::vector<int> scalars, std::vector<std::size_t> grouped)
    : simulator_(simulator), wanted_{discrepancy}, scalars_(std::move(scalars)), grouped_(std::move(grouped)) {
  wanted_.insert(wanted_.end(), scalars_.begin(), scalars_.end());
}

std::vector<Evaluator::Outcome> Evaluator::evaluate(std::span<const Values> rows, double limit, Counts& counts) {
  // Neighbours share a SIMD block, which is fastest when they are alike; a row's bytes do not depend on its neighbours.
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (const std::size_t path : grouped_)
      if (rows[a][path] != rows[b][path]) return rows[a][path] < rows[b][path];
    return false;
  });
  std::vector<Values> sorted;
  for (const std::size_t i : order) sorted.push_back(rows[i]);
  std::vector<Result> results(rows.size());
  simulator_.evaluate(sorted, wanted_, std::vector<double>(rows.size(), limit), results);

  std::vector<Outcome> outcomes(rows.size());
  std::vector<const Result*> by_row(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) by_row[order[i]] = &results[i];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Result& result = *by_row[i];
    if (result.status == Status::cancelled) throw Cancelled();
    ++counts.evaluations;
    Outcome& outcome = outcomes[i];
    outcome.status = result.status;
    std::string cause = result.cause, text = result.text;
    if (result.status == Status::ok) {
      outcome.discrepancy = result.arrays.at(0).number();
      for (std::size_t k = 1; k < wanted_.size(); ++k) outcome.scalars.push_back(result.arrays.at(k).number());
      if (std::isnan(outcome.discrepancy)) {
        outcome.status = Status::failed;
        cause = "nan_discrepancy";
        text = "the discrepancy is not a number";
      }
    }
    if (outcome.status == Status::failed) {
      Counts::Failure& failure = counts.failures[cause];
      if (failure.count++ == 0) failure.text = text;
    }
  }
  return outcomes;
}

}  // namespace tawara::smc_abc
