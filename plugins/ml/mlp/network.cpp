#include "mlp/network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

// Wider vectors where the processor has them, chosen when the library is loaded. No sum is reordered and nothing is
// contracted, so all copies give the same bytes. Not under sanitizers, which are not ready yet when that is chosen.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define TAWARA_MLP_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TAWARA_MLP_CLONES
#endif

constexpr std::size_t tile = 32;  // outputs whose sums stay in registers

template <std::size_t rows>
[[gnu::always_inline]] inline void affine_rows(const double* x, std::size_t in, const double* w, std::size_t out,
                                               const double* bias, double* y) {
  for (std::size_t first = 0; first < out; first += tile) {
    const std::size_t n = std::min(tile, out - first);
    double sum[rows][tile] = {};
    if (n == tile) {
      for (std::size_t i = 0; i < in; ++i)
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t j = 0; j < tile; ++j) sum[r][j] += x[r * in + i] * w[i * out + first + j];
    } else {
      for (std::size_t i = 0; i < in; ++i)
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t j = 0; j < n; ++j) sum[r][j] += x[r * in + i] * w[i * out + first + j];
    }
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < n; ++j) y[r * out + first + j] = sum[r][j] + (bias ? bias[first + j] : 0.0);
  }
}

TAWARA_MLP_CLONES void affine_block(const double* x, std::size_t rows, std::size_t in, const double* w, std::size_t out,
                                    const double* bias, double* y) {
  std::size_t r = 0;
  for (; r + 4 <= rows; r += 4) affine_rows<4>(x + r * in, in, w, out, bias, y + r * out);
  for (; r < rows; ++r) affine_rows<1>(x + r * in, in, w, out, bias, y + r * out);
}

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::tanh:
      return std::tanh(x);
    case Activation::relu:
      return x > 0 ? x : 0;
    case Activation::silu:
      return x / (1 + std::exp(-x));
    case Activation::gelu:
      return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2));
  }
  return x;
}

}  // namespace

Activation activation_named(std::string_view name) {
  for (std::size_t k = 0; k < std::size(activation_names); ++k)
    if (activation_names[k] == name) return static_cast<Activation>(k);
  throw Error("no activation is called '" + std::string(name) + "'");
}

void affine(const double* x, std::size_t rows, std::size_t in, const double* w, std::size_t out, const double* bias,
            double* y) {
  affine_block(x, rows, in, w, out, bias, y);
}

void Network::evaluate(std::span<const double> x, std::size_t rows, std::span<double> y) const {
  std::vector<double> now(x.begin(), x.end()), next;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = layers[l];
    const bool last = l + 1 == layers.size();
    next.resize(rows * layer.out);
    affine(now.data(), rows, layer.in, layer.weights.data(), layer.out, layer.bias.data(), next.data());
    if (!last) {
      for (double& value : next) value = activated(activation, value);
      if (residual && layer.in == layer.out)
        for (std::size_t k = 0; k < next.size(); ++k) next[k] += now[k];
    }
    now.swap(next);
  }
  std::copy(now.begin(), now.end(), y.begin());
}

}  // namespace tawara::mlp
