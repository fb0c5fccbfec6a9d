#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/population/candidates.hpp"

namespace tawara::experiments {

/// What a search has found so far: enough to go on to the same bytes. Records and states are computed again from it.
struct SearchState {
  std::vector<Candidates> cells;  ///< empty where all are kept
  struct Slot {
    std::vector<double> V, mse, strength;  ///< of each candidate
    std::size_t chosen = 0;
    bool operator==(const Slot&) const = default;
  };
  std::vector<Slot> slots;

  [[nodiscard]] std::string text() const;
  /// @throws DataError  it is not what text() writes
  [[nodiscard]] static SearchState read(std::string_view text);
  bool operator==(const SearchState&) const = default;
};

}  // namespace tawara::experiments
