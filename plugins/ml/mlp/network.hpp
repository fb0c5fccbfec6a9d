#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace tawara::mlp {

enum class Activation { tanh, relu, silu, gelu };  ///< the order is that of model files

/// In the order of Activation.
inline constexpr std::string_view activation_names[] = {"tanh", "relu", "silu", "gelu"};
[[nodiscard]] Activation activation_named(std::string_view name);

/// y = x W + b. @param x  rows x in  @param w  in x out  @param bias  out, or nullptr for 0  @param y  rows x out
/// A row's bytes do not depend on how many rows there are.
void affine(const double* x, std::size_t rows, std::size_t in, const double* w, std::size_t out, const double* bias,
            double* y);

/// A fully connected network, evaluated without any library.
///
/// Every layer but the last is followed by the activation; with `residual`, a layer as wide as its input adds that
/// input. Computed in double precision also where the weights were trained in single.
struct Network {
  struct Layer {
    std::size_t in = 0, out = 0;
    std::vector<double> weights;  ///< in x out
    std::vector<double> bias;     ///< out
  };
  Activation activation = Activation::tanh;
  bool residual = false;
  std::vector<Layer> layers;

  [[nodiscard]] std::size_t inputs() const { return layers.front().in; }
  [[nodiscard]] std::size_t outputs() const { return layers.back().out; }
  /// @param x  rows x inputs  @param y  rows x outputs
  void evaluate(std::span<const double> x, std::size_t rows, std::span<double> y) const;
};

}  // namespace tawara::mlp
