#include "experiments/drug_trial/findings.hpp"

#include <fmt/format.h>

#include <numeric>

namespace tawara::experiments {

std::string column_of(const char* what, const Dose& dose) {
  return fmt::format("{}_{}_{:g}", what, dose.name, dose.concentration);
}

std::size_t Counts::all() const { return std::accumulate(of.begin(), of.end(), std::size_t{0}); }

void Findings::take(const Table& cells) {
  const Table::Column &index = cells.at("index"), &outcome = cells.at("outcome"), &status = cells.at("status");
  const std::vector<double>&length = cells.at("cycle_length").numbers, &duration = cells.at("APD90").numbers;
  for (std::size_t row = 0; row < cells.rows(); ++row) {
    const Outcome found = outcome_of(outcome.texts[row]);
    without.add(found);
    if (found == Outcome::normal) {
      cycle_length.push_back(length[row]);
      APD90.push_back(duration[row]);
    }
    if (status.texts[row] == "ok") continue;
    if (++failures == 1) first_failure = fmt::format("cell {:.0f}: {}", index.numbers[row], status.texts[row]);
  }
  for (std::size_t d = 0; d < arms_.size(); ++d) {
    const Table::Column& with = cells.at(column_of("outcome", doses_[d]));
    const std::vector<double>&length_with = cells.at(column_of("cycle_length", doses_[d])).numbers,
          &duration_with = cells.at(column_of("APD90", doses_[d])).numbers;
    Arm& arm = arms_[d];
    for (std::size_t row = 0; row < cells.rows(); ++row) {
      if (outcome_of(outcome.texts[row]) != Outcome::normal) continue;
      const Outcome found = outcome_of(with.texts[row]);
      arm.counts.add(found);
      if (found == Outcome::EAD && !arm.first_EAD) arm.first_EAD = static_cast<std::uint64_t>(index.numbers[row]);
      if (found != Outcome::normal) continue;
      arm.cycle_length_change.push_back(length_with[row] - length[row]);
      arm.APD90_change.push_back(duration_with[row] - duration[row]);
    }
  }
}

}  // namespace tawara::experiments
