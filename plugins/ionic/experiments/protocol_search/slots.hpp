#pragma once
#include <optional>
#include <span>
#include <vector>

#include "experiments/protocol_search/stepped_cells.hpp"
#include "tawara/random.hpp"
#include "tawara/settings.hpp"

namespace tawara::experiments {

/// A command of equal slots, each at a fixed voltage or at one that is searched for among candidates.
struct SlotPlan {
  double slot;                               ///< ms
  std::vector<std::optional<double>> fixed;  ///< one per slot, mV; nothing: searched
  std::vector<double> candidates;            ///< mV, ascending

  /// @throws ScenarioError  a duration or a fixed time that is no whole number of slots, no candidates, no slot to
  /// search
  [[nodiscard]] static SlotPlan read(const Settings& settings);
  [[nodiscard]] double duration() const { return slot * static_cast<double>(fixed.size()); }
  /// The voltages to try in a slot.
  [[nodiscard]] std::vector<double> tried(std::size_t at) const;
};

/// Of the candidates with the least error the one nearest to the voltage before, of these the lower one.
[[nodiscard]] std::size_t best_candidate(std::span<const double> V, std::span<const double> mse, double V_before);

// Commands as long as the plan's, to compare with. All begin with the plan's first slot, in which cells come to rest.

/// Up through the candidates slot by slot, down again, and so on.
[[nodiscard]] std::vector<Segment> staircase(const SlotPlan& plan);
/// From the lowest candidate to the highest in half of the time and back, in steps of `step` ms: close to a ramp.
[[nodiscard]] std::vector<Segment> ramp(const SlotPlan& plan, double step);
/// Candidates at random.
[[nodiscard]] std::vector<Segment> random_slots(const SlotPlan& plan, Random random);

}  // namespace tawara::experiments
