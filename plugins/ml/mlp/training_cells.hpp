#pragma once
#include <cstddef>
#include <vector>

#include "tawara/host.hpp"
#include "tawara/recordings.hpp"
#include "tawara/regressor.hpp"

namespace tawara::mlp {

/// Recordings and what is known of their cells, in memory, and which part of the split each belongs to.
struct TrainingCells {
  std::size_t samples = 0;
  std::vector<std::size_t> cells;  ///< usable ones: indices into the recordings; what follows has a row for each
  std::vector<float> traces;       ///< cells x samples
  std::vector<double> factors;     ///< cells x targets: value / the scenario's value
  std::vector<Regressor::Target> targets;               ///< low and high of the training cells
  std::vector<std::size_t> training, validation, test;  ///< rows
  std::size_t left_out = 0;                             ///< cells with another status than ok, or with gaps
};

struct Split {
  double training = 0.7, validation = 0.1;  ///< the rest is for the test
};
enum class PartName { training, validation, test };
/// By the cell's index alone, evenly spread: a population that grows keeps each cell in its part.
[[nodiscard]] PartName part_of(std::size_t cell, const Split& split);

/// @param most  of the recordings' cells, the first ones; 0: all
/// @param beside  numbers that will be kept for each cell beside its samples; counted when memory is checked
/// @throws ScenarioError  nothing is known of the cells, a scenario value is 0, or there are too few cells
/// @throws DataError  they do not fit into the memory that is free
[[nodiscard]] TrainingCells read_training_cells(const Recordings& recordings, std::size_t most, const Split& split,
                                                std::size_t beside, Host& host);

/// Bytes that the machine could still give; 0 where it does not say.
[[nodiscard]] double available_memory();

}  // namespace tawara::mlp
