#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mlp/network.hpp"

namespace tawara::mlp {

/// What a trainer is made for.
struct TrainerOptions {
  std::vector<Network> initial;  ///< one per member of the ensemble; all of one shape
  std::size_t targets = 0;
  bool gaussian = false;  ///< outputs are means and logarithms of variances; otherwise means
  bool single = true;     ///< precision
  double weight_decay = 0;
  double dropout = 0;
  std::size_t pieces = 1;       ///< that a batch is cut into
  std::string device = "auto";  ///< "cpu", "cuda", "auto"
};

/// Where gradients and steps are computed: the only part that knows LibTorch, whose headers take half a minute to
/// compile.
///
/// gradient() may be called from several threads at once for different (member, piece), predict() and step() for
/// different members. Each computes on the calling thread alone, so bytes do not depend on the threads.
class Trainer {
 public:
  virtual ~Trainer() = default;
  [[nodiscard]] virtual std::string device() const = 0;
  /// Keeps the gradient of a piece's summed loss until the next step().
  /// @param x  rows x inputs  @param y  rows x targets, scaled  @param seed  of what is dropped
  /// @return  the summed loss
  virtual double gradient(std::size_t member, std::size_t piece, const float* x, const float* y, std::size_t rows,
                          std::uint64_t seed) = 0;
  /// Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019) on the sum of the kept
  /// gradients, in the order of pieces, over `rows`. @param number  of this step, from 1
  virtual void step(std::size_t member, std::size_t rows, double learning_rate, std::size_t number) = 0;
  /// @param out  rows x outputs
  virtual void predict(std::size_t member, const float* x, std::size_t rows, double* out) const = 0;
  [[nodiscard]] virtual Network network(std::size_t member) const = 0;

  /// Weights alone, and with what Adam remembers: bytes to be kept as they are.
  [[nodiscard]] virtual std::string weights(std::size_t member) const = 0;
  virtual void set_weights(std::size_t member, std::string_view bytes) = 0;
  [[nodiscard]] virtual std::string state(std::size_t member) const = 0;
  virtual void set_state(std::size_t member, std::string_view bytes) = 0;
};

/// @throws ScenarioError ("device")  there is no such device
[[nodiscard]] std::unique_ptr<Trainer> make_trainer(const TrainerOptions& options);

}  // namespace tawara::mlp
