#pragma once
#include <cstddef>

namespace tawara {

/// 16 cells (lane_count) under one held voltage each, through one piece of a voltage command, recorded on the way.
/// Layout as in LaneBlock.
template <class T>
struct HeldBlock {
  T* state = nullptr;             ///< n_states x 16; at the end of the piece when it is done. State 0 is what is held.
  const T* parameters = nullptr;  ///< n_parameters x 16, evaluate parameters in descriptor order
  double duration = 0;            ///< ms, of the piece
  double tolerance = 1;           ///< larger is coarser
  double max_step = 8;            ///< ms

  /// Samples at first, first + every, ..., from 0 (the state as it was put in) to `duration`, ms.
  std::size_t samples = 0;
  double first = 0, every = 1;
  const std::size_t* recorded = nullptr;  ///< observables of the model
  std::size_t n_recorded = 0;
  T* record = nullptr;  ///< out: samples x n_recorded x 16
};

}  // namespace tawara
