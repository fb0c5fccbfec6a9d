#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/drug_trial/doses.hpp"
#include "experiments/drug_trial/proportion.hpp"
#include "experiments/drug_trial/response.hpp"
#include "tawara/array.hpp"

namespace tawara::experiments {

/// Columns of the cells' table that tell of one dose: "outcome_e4031_50".
[[nodiscard]] std::string column_of(const char* what, const Dose& dose);

/// How many cells had which outcome.
struct Counts {
  std::array<std::size_t, outcomes.size()> of{};
  void add(Outcome outcome) { ++of[static_cast<std::size_t>(outcome)]; }
  [[nodiscard]] std::size_t count(Outcome outcome) const { return of[static_cast<std::size_t>(outcome)]; }
  [[nodiscard]] std::size_t all() const;
};

/// What was found in the cells of one parent, taken together from their rows.
class Findings {
 public:
  explicit Findings(std::span<const Dose> doses) : doses_(doses), arms_(doses.size()) {}

  /// One dose, over the cells that beat normally without a drug.
  struct Arm {
    Counts counts;
    /// With the drug minus without, ms, of cells that are normal with both.
    std::vector<double> cycle_length_change, APD90_change;
    std::optional<std::uint64_t> first_EAD;  ///< lowest index of a cell with an EAD
    [[nodiscard]] Proportion EAD() const { return proportion_of(counts.count(Outcome::EAD), counts.all()); }
  };
  /// Rows of a shard.
  void take(const Table& cells);

  Counts without;                           ///< a drug, all cells drawn
  std::vector<double> cycle_length, APD90;  ///< ms, of normal cells without a drug
  std::size_t failures = 0;                 ///< rows that are not ok
  std::string first_failure;                ///< "cell 12: nan: text"
  [[nodiscard]] const std::vector<Arm>& arms() const { return arms_; }

 private:
  std::span<const Dose> doses_;
  std::vector<Arm> arms_;  // one per dose
};

}  // namespace tawara::experiments
