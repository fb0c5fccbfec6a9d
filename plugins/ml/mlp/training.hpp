#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "mlp/trainer.hpp"
#include "tawara/host.hpp"

namespace tawara::mlp {

/// Cells of one part of the split.
struct Part {
  std::vector<std::size_t> cells;  ///< indices into the recordings
  std::vector<float> features;     ///< cells x inputs; empty where noise makes them anew for each batch
  std::vector<float> targets;      ///< cells x targets, scaled
};

struct LearningProblem {
  std::size_t inputs = 0, targets = 0;
  std::vector<double> target_sd;  ///< of factors: scaled errors times this are errors of factors
  Part training, validation;
  /// The features of a training cell with the noise of that epoch and member; empty: without noise.
  std::function<void(std::size_t k, std::size_t epoch, std::size_t member, float* out)> noisy;
};

enum class Schedule { constant, cosine };

struct TrainingOptions {
  std::vector<std::size_t> hidden;
  Activation activation = Activation::silu;
  bool residual = false, gaussian = false, single = true;
  std::size_t members = 1, batch = 64, epochs = 100, patience = 20;
  double learning_rate = 1e-3, weight_decay = 0, dropout = 0;
  Schedule schedule = Schedule::cosine;
  double time_limit = 0;    ///< s; 0: none
  double save_every = 300;  ///< s
  std::string device = "auto";
};

/// A row of the history. Errors are of the ensemble's mean, on the validation cells.
struct Epoch {
  double training_loss, validation_loss, MAE, MSE, learning_rate;
};

enum class Ending { epochs, patience, time_limit };

struct Trained {
  std::vector<Network> members;  ///< each at its best validation error
  std::vector<Epoch> history;
  std::size_t best_epoch = 0;  ///< last in which a member became better, from 1
  Ending ending = Ending::epochs;
};

/// Every draw is a stream of the host's, every sum has a fixed order, and all of it stands in the saved state: threads
/// and interruptions change nothing.
/// @throws Cancelled  after saving its state; DataError  the saved state is damaged or of something else
[[nodiscard]] Trained train(const LearningProblem& problem, const TrainingOptions& options, Host& host);

}  // namespace tawara::mlp
