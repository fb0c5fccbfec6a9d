#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "mlp/training.hpp"

namespace tawara::mlp {

/// Where training stands between two batches.
struct Progression {
  std::size_t epoch = 0;       ///< finished ones
  std::size_t batch = 0;       ///< finished ones of the epoch under way
  double loss_sum = 0;         ///< of these batches
  std::size_t best_epoch = 0;  ///< from 1; 0: none
  bool finished = false;
  Ending ending = Ending::epochs;
  std::vector<Epoch> history;
  struct Member {
    std::string state;    ///< of the trainer: weights and moments
    std::string best;     ///< weights
    double best_MSE = 0;  ///< of validation cells, scaled
  };
  std::vector<Member> members;
};

[[nodiscard]] std::string to_bytes(const Progression& p);
/// @throws DataError  it is damaged
[[nodiscard]] Progression read_progression(std::string_view bytes);

}  // namespace tawara::mlp
