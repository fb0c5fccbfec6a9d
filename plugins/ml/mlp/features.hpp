#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace tawara::mlp {

using ParallelFor = std::function<void(std::size_t, const std::function<void(std::size_t)>&)>;

/// What a network sees of a recording.
///
/// A current under a step clamp spans three orders of magnitude, and what tells most is often in what is small. So each
/// sample is standardised over the training cells (first compressed as scale * asinh(x / scale) where asked), and, as
/// neighbouring samples say nearly the same, the standardised samples are turned onto their principal components, z
/// once scaled to unit spread. Small components tell much and are where few cells are learnt by heart, and their tails
/// are heavy: the network sees weight * asinh(z), weight falling with a component's spread.
struct Features {
  double compression = 0;                ///< scale of the asinh, in the signal's unit; 0: none
  bool components = true;                ///< the network sees components; otherwise standardised samples
  std::vector<double> mean, inverse_sd;  ///< of a (compressed) sample; 0: the same in all training cells, so left out
  std::size_t kept = 0;
  std::vector<double> basis;          ///< samples x kept, orthonormal columns
  std::vector<double> inverse_scale;  ///< kept: one over the standard deviation of a component
  std::vector<double> weight;         ///< kept: how large the network sees it
  double residual_scale = 1;          ///< mean square of what is outside the kept components
  double novelty_scale = 1;           ///< distance of the farthest hundredth of the training cells

  [[nodiscard]] std::size_t samples() const { return mean.size(); }
  [[nodiscard]] std::size_t count() const { return components ? kept : samples(); }

  /// @param traces   rows x samples  @param features  rows x count()
  /// @param novelty  rows: distance from the training cells, 1 at their farthest hundredth. May be empty
  void apply(std::span<const float> traces, std::size_t rows, std::span<double> features,
             std::span<double> novelty) const;
};

struct FeatureOptions {
  bool components = true;
  std::size_t kept = 400;  ///< at most
  double damping = 0.5;    ///< weight of a component: its standard deviation, the largest being 1, to this power
  double compression = 0;
};

/// @param traces  cells x samples  @param training  which cells to look at
/// @param parallel  results do not depend on how it spreads its work
[[nodiscard]] Features fit_features(std::span<const float> traces, std::size_t samples,
                                    std::span<const std::size_t> training, const FeatureOptions& options,
                                    const ParallelFor& parallel);

}  // namespace tawara::mlp
