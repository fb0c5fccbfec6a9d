#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/population/cohort.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"

namespace tawara::experiments {

/// What became of the candidates for one cell, in the order they were drawn.
struct Candidates {
  /// Why one was rejected: what it does when left alone instead of beating (`beating.hpp`), or that a parameter cannot
  /// have the value drawn.
  static constexpr std::array<std::string_view, 6> verdicts = {
      "quiescent", "repolarisation failure", "subthreshold", "irregular", "not finite", "parameter"};
  std::array<int, verdicts.size()> rejected{};  ///< by verdict
  std::optional<std::uint64_t> kept;            ///< the first that beats; nothing where the limit came first

  [[nodiscard]] int drawn() const;
  bool operator==(const Candidates&) const = default;
};

/// A population of cells that beat by themselves. Cell i is the first of its candidates (Cohort::values) that is
/// beating when left alone from the model's initial state, without drugs: leave_alone() with its criteria. So there are
/// as many cells as asked for, and which one a cell is depends on its index alone.
class BeatingFilter {
 public:
  static constexpr int most_drawn = 1000;  ///< candidates for one cell

  /// @param batched  null: on CVODE, ten times as slow. All outlive this.
  BeatingFilter(const IonicModel& model, const BatchedModel* batched, const Cohort& cohort);

  /// On this thread; thread-safe.
  /// @param cells    indices
  /// @param cpu_ms   out: CPU time of this thread
  /// @return one per cell
  /// @throws ScenarioError("keep")  none of the first thousand candidates, or more, beats: counted by verdict
  /// @throws Cancelled
  [[nodiscard]] std::vector<Candidates> find(std::span<const std::uint64_t> cells, double& cpu_ms,
                                             const std::function<bool()>& cancelled = {}) const;

 private:
  const IonicModel& model_;
  const BatchedModel* batched_;
  const Cohort& cohort_;
};

/// Candidates of some cells, by the cell's index.
using CandidatesOf = std::map<std::uint64_t, Candidates>;

/// @throws ScenarioError("keep")  cells that are not drawn from streams of their own cannot be drawn again: those of a
/// Sobol sequence and rows of a design
void require_draws(const Settings& settings, const Cohort& cohort);

/// The parameter `keep`, and whether it says so.
void describe_keep(Descriptor& d);
[[nodiscard]] bool keeps_beating(const Settings& settings);

/// "412 quiescent, 31 irregular"; verdicts that there are none of are left out.
[[nodiscard]] std::string verdicts_in_words(std::span<const double> rejected);

}  // namespace tawara::experiments
