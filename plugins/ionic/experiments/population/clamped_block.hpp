#pragma once
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "experiments/population/run_cells.hpp"

namespace tawara::experiments {

/// Cells of a population under a step clamp, sixteen at a time (ClampedCells): from edge to edge with gates exact, many
/// times as fast as lanes with a clock each. The sixteen share the sizes of their steps, so blocks are fixed: block b
/// is cells 16 b to 16 b + 15, whichever of them belong to the population or are asked for. A cell's bytes depend on
/// its index alone.
class ClampedBlock {
 public:
  /// Does this plan run in blocks? The command has no ramps, and the model's steppers hold().
  [[nodiscard]] static bool suits(const CellsPlan& plan);

  /// @param plan  outlives this
  explicit ClampedBlock(const CellsPlan& plan);
  /// From the model's initial state to the end of the last sweep, which is recorded.
  void run(std::uint64_t block);

  static std::uint64_t block_of(std::uint64_t index) { return index / lane_count; }
  static std::size_t lane_of(std::uint64_t index) { return static_cast<std::size_t>(index % lane_count); }

  /// States of this lane's cell are no numbers.
  [[nodiscard]] bool broken(std::size_t lane) const;
  /// Its samples and steps.
  [[nodiscard]] BatchedCell cell(std::size_t lane) const;

 private:
  template <class T>
  void run_in(std::uint64_t block, std::vector<T>& record);

  const CellsPlan& plan_;
  std::size_t samples_, observables_;
  std::variant<std::vector<double>, std::vector<float>> record_;  // samples x recorded x 16
  std::vector<double> states_;                                    // at the end, n_states x 16
  std::vector<double> varied_, arguments_;
  long steps_ = 0;
};

}  // namespace tawara::experiments
