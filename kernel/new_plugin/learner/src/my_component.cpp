#include "my_component.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace my_component {

// ---- The computation ------------------------------------------------------------------------------------------------

std::vector<double> solve(std::vector<double> A, std::vector<double> B, std::size_t n) {
  const std::size_t m = B.size() / n;
  for (std::size_t j = 0; j < n; ++j) {  // Cholesky: A = L L^T, in its lower triangle
    for (std::size_t k = 0; k < j; ++k) A[j * n + j] -= A[j * n + k] * A[j * n + k];
    A[j * n + j] = std::sqrt(A[j * n + j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) A[i * n + j] -= A[i * n + k] * A[j * n + k];
      A[i * n + j] /= A[j * n + j];
    }
  }
  for (std::size_t r = 0; r < m; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < i; ++k) B[i * m + r] -= A[i * n + k] * B[k * m + r];
      B[i * m + r] /= A[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t k = i + 1; k < n; ++k) B[i * m + r] -= A[k * n + i] * B[k * m + r];
      B[i * m + r] /= A[i * n + i];
    }
  }
  return B;
}

Ridge::Ridge(const tawara::Recordings& recordings, std::size_t cells, double ridge, tawara::Host& host)
    : signal_(recordings.signal()),
      times_(recordings.times().begin(), recordings.times().end()),
      command_(recordings.command().begin(), recordings.command().end()),
      conditions_(recordings.conditions().begin(), recordings.conditions().end()) {
  const auto varied = recordings.varied();
  if (varied.empty())
    throw tawara::DataError("nothing is known to vary among the recorded cells, so there is nothing to learn");
  // Cells one by one, so that recordings may be larger than memory. Every fifth is held back.
  std::vector<float> trace(times_.size()), learnt, held_back;
  std::vector<double> learnt_values, held_back_values;
  std::size_t used = 0;
  for (std::size_t i = 0; i < recordings.cells() && used < cells; ++i) {
    if (host.cancelled()) throw tawara::Cancelled();
    const tawara::Table known = recordings.known(i, 1);
    if (known.at("status").texts[0] != "ok") continue;
    recordings.read(i, 1, trace);
    const bool aside = ++used % 5 == 0;
    (aside ? held_back : learnt).insert((aside ? held_back : learnt).end(), trace.begin(), trace.end());
    for (const auto& q : varied) (aside ? held_back_values : learnt_values).push_back(known.at(q.name).numbers[0]);
  }
  if (used < 10)
    throw tawara::DataError("only " + std::to_string(used) + " of " + std::to_string(recordings.cells()) +
                            " cells can be learnt from (status \"ok\"); expected at least 10");
  for (std::size_t j = 0; j < varied.size(); ++j) {
    Target target{varied[j].name, varied[j].unit, varied[j].value, learnt_values[j], learnt_values[j]};
    for (std::size_t v = j; v < learnt_values.size(); v += varied.size()) {
      target.low = std::min(target.low, learnt_values[v]);
      target.high = std::max(target.high, learnt_values[v]);
    }
    targets_.push_back(target);
  }
  learn(learnt, learnt_values, ridge, host);
  judge(held_back, held_back_values);
}

void Ridge::learn(std::span<const float> traces, std::span<const double> values, double ridge, tawara::Host& host) {
  const std::size_t samples = times_.size(), targets = targets_.size(), n = traces.size() / samples;
  const auto count = static_cast<double>(n);
  centre_.assign(samples, 0);
  scale_.assign(samples, 0);
  intercept_.assign(targets, 0);
  for (std::size_t j = 0; j < traces.size(); ++j) centre_[j % samples] += traces[j] / count;
  for (std::size_t j = 0; j < traces.size(); ++j) scale_[j % samples] += std::pow(traces[j] - centre_[j % samples], 2);
  for (double& s : scale_) s = s > 0 ? std::sqrt(s / count) : 1;  // 1: a sample that is the same in all cells
  for (std::size_t j = 0; j < values.size(); ++j) intercept_[j % targets] += values[j] / count;

  // X: cells x samples, standardised. Weights X^T (X X^T/samples + ridge)^-1 Y/samples: a system as large as there are
  // cells, however many samples they have.
  std::vector<double> X(traces.size()), A(n * n), Y(values.begin(), values.end());
  for (std::size_t j = 0; j < X.size(); ++j) X[j] = standardised(j % samples, traces[j]);
  for (std::size_t j = 0; j < Y.size(); ++j) Y[j] -= intercept_[j % targets];
  host.parallel_for(n, [&](std::size_t a) {
    if (host.cancelled()) throw tawara::Cancelled();
    for (std::size_t b = 0; b < n; ++b) {
      double sum = 0;
      for (std::size_t k = 0; k < samples; ++k) sum += X[a * samples + k] * X[b * samples + k];
      A[a * n + b] = sum / static_cast<double>(samples) + (a == b ? ridge : 0);
    }
  });
  const std::vector<double> alpha = solve(std::move(A), std::move(Y), n);
  weights_.assign(samples * targets, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < samples; ++k)
      for (std::size_t j = 0; j < targets; ++j)
        weights_[k * targets + j] += X[i * samples + k] * alpha[i * targets + j] / static_cast<double>(samples);

  std::vector<double> distances(n, 0);
  for (std::size_t j = 0; j < X.size(); ++j) distances[j / samples] = std::max(distances[j / samples], std::abs(X[j]));
  std::sort(distances.begin(), distances.end());
  usual_distance_ = std::max(distances[(n - 1) * 99 / 100], 1e-9);
}

void Ridge::judge(std::span<const float> traces, std::span<const double> values) {
  const std::size_t targets = targets_.size(), n = values.size() / targets;
  error_.assign(targets, 0);
  std::vector<double> mean(values.size()), sd(values.size()), novelty(n), variance(targets, 0);
  predict(traces, mean, sd, novelty);
  for (std::size_t j = 0; j < values.size(); ++j) {
    error_[j % targets] += std::pow(mean[j] - values[j], 2) / static_cast<double>(n);
    variance[j % targets] += std::pow(intercept_[j % targets] - values[j], 2) / static_cast<double>(n);
  }
  for (std::size_t j = 0; j < targets; ++j) {
    explained_.push_back(1 - error_[j] / variance[j]);
    // No error on a few cells is no certainty.
    error_[j] = std::max(std::sqrt(error_[j]), 1e-6 * (targets_[j].high - targets_[j].low) + 1e-300);
  }
}

// Called from several threads: const. Each recording for itself, so that it gets the same answer whatever stands beside
// it. NaN in a recording is NaN in the answer.
void Ridge::predict(std::span<const float> traces, std::span<double> mean, std::span<double> sd,
                    std::span<double> novelty) const {
  const std::size_t samples = times_.size(), targets = targets_.size();
  for (std::size_t i = 0; i < traces.size() / samples; ++i) {
    const auto row = mean.subspan(i * targets, targets);
    std::copy(intercept_.begin(), intercept_.end(), row.begin());
    std::copy(error_.begin(), error_.end(), sd.begin() + static_cast<std::ptrdiff_t>(i * targets));
    double farthest = 0;
    for (std::size_t k = 0; k < samples; ++k) {
      const double x = standardised(k, traces[i * samples + k]);
      for (std::size_t j = 0; j < targets; ++j) row[j] += weights_[k * targets + j] * x;
      farthest = std::max(farthest, std::abs(x));
    }
    novelty[i] = std::isnan(row[0]) ? row[0] : farthest / usual_distance_;
  }
}

// ---- The component --------------------------------------------------------------------------------------------------

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("learner.my_component", "Parameters of a cell from its recording, by ridge regression");
  d.doc =
      "Each parameter that varies among the recorded cells is a linear function of all samples, these standardised "
      "over "
      "the cells. Every fifth cell is held back: the error on those is the uncertainty of every answer. Novelty is the "
      "largest standardised distance of a sample. What depends on the signal otherwise than linearly is missed.";
  d.integer("cells", 1000).allowed(10, 5000).says("Learns from the first so many; time grows as their cube.");
  d.number("ridge", "1", 1e-3).above(0).usual(1e-6, 1).log().says("Larger: smoother, less sensitive to noise.");
  // A slot takes any instance that offers that interface: a population, files of shards, your own.
  d.slot("recordings", "").offers("recordings").says("Of cells whose parameters are known.");
  d.constant_table("accuracy")
      .shown_as(tawara::Hint::table)
      .says(
          "A row per parameter: of cells held back, the error as a share of the range learnt from, and the share of "
          "variance explained.");
  d.constant("explained", "1", "").summary_as("explained").says("Share of variance explained, mean over parameters.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : cells_(static_cast<std::size_t>(settings.integer("cells"))), ridge_(settings.number("ridge")) {}

// A learner learns here, once. What it returns is asked through Regressor::predict.
std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  const auto& recordings = context.input("recordings").as<tawara::Recordings>();
  auto learnt = std::make_unique<Ridge>(recordings, cells_, ridge_, context.host());
  std::vector<std::string> parameter;
  std::vector<double> error;
  double explained = 0;
  for (std::size_t j = 0; j < learnt->targets().size(); ++j) {
    const auto& target = learnt->targets()[j];
    parameter.push_back(target.name);
    error.push_back(learnt->error()[j] / (target.high - target.low));  // so that one column has one unit
    explained += learnt->explained()[j] / static_cast<double>(learnt->targets().size());
  }
  tawara::Table accuracy;
  accuracy.add_text("parameter", std::move(parameter)).add("error", "1", std::move(error));
  accuracy.add("explained", "1", learnt->explained());
  context.put("accuracy", std::move(accuracy));
  context.put("explained", explained);
  return learnt;
}

}  // namespace my_component
