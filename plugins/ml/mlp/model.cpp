#include "mlp/model.hpp"

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::mlp {

Mixture::Mixture(std::size_t rows, std::size_t targets, bool predicts_sd)
    : rows_(rows),
      targets_(targets),
      predicts_sd_(predicts_sd),
      sum_(rows * targets),
      squares_(rows * targets),
      variance_(rows * targets) {}

void Mixture::add(std::span<const double> output) {
  const std::size_t width = predicts_sd_ ? 2 * targets_ : targets_;
  for (std::size_t r = 0; r < rows_; ++r)
    for (std::size_t t = 0; t < targets_; ++t) {
      const double mean = output[r * width + t];
      sum_[r * targets_ + t] += mean;
      squares_[r * targets_ + t] += mean * mean;
      variance_[r * targets_ + t] += predicts_sd_ ? std::exp(output[r * width + targets_ + t]) : 1;
    }
  members_ += 1;
}

ScaledAnswer Mixture::answer() const {
  ScaledAnswer out{std::vector<double>(sum_.size()), std::vector<double>(sum_.size())};
  for (std::size_t k = 0; k < sum_.size(); ++k) {
    out.mean[k] = sum_[k] / members_;
    const double between = std::max(0.0, squares_[k] / members_ - out.mean[k] * out.mean[k]);
    out.sd[k] = std::sqrt(variance_[k] / members_ + between);
  }
  return out;
}

ScaledAnswer evaluate(const Model& model, std::span<const double> features, std::size_t rows) {
  Mixture mixture(rows, model.targets.size(), model.predicts_sd);
  for (const Network& network : model.members) {
    std::vector<double> output(rows * network.outputs());
    network.evaluate(features, rows, output);
    mixture.add(output);
  }
  return mixture.answer();
}

void ModelRegressor::predict(std::span<const float> traces, std::span<double> mean, std::span<double> sd,
                             std::span<double> novelty) const {
  const std::size_t samples = model_.times.size(), n = traces.size() / samples, targets = model_.targets.size();
  if (traces.size() != n * samples || mean.size() != n * targets || sd.size() != n * targets || novelty.size() != n)
    throw Error("a prediction was asked for with arrays whose sizes do not go together");
  constexpr std::size_t at_once = 32;  // bounds the memory; a row's bytes do not depend on it
  for (std::size_t first = 0; first < n; first += at_once) {
    const std::size_t rows = std::min(at_once, n - first);
    std::vector<double> features(rows * model_.features.count());
    model_.features.apply(traces.subspan(first * samples, rows * samples), rows, features,
                          novelty.subspan(first, rows));
    const ScaledAnswer answer = evaluate(model_, features, rows);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t t = 0; t < targets; ++t) {
        const std::size_t from = r * targets + t, to = (first + r) * targets + t;
        const double scenario = model_.targets[t].scenario;
        mean[to] = (answer.mean[from] * model_.target_sd[t] + model_.target_mean[t]) * scenario;
        sd[to] = answer.sd[from] * model_.sd_factor[t] * model_.target_sd[t] * std::abs(scenario);
      }
  }
}

}  // namespace tawara::mlp
