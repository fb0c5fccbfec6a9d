#include "mlp/features.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "mlp/network.hpp"

namespace tawara::mlp {
namespace {

constexpr std::size_t block = 64;              // of cells or samples per task
constexpr std::size_t most_cells = 8000;       // that components are worked out from
constexpr std::size_t most_samples = 2000;     // for which the covariance of samples is: beyond, that of cells
constexpr std::size_t most_cells_long = 2000;  // and then from so many cells
constexpr double same_in_all = 1e-6;           // of a sample's size: rounding of single precision, no variation
constexpr double smallest_component = 1e-11;   // of the largest's variance: below, it is rounding

double compressed(double x, double scale) { return scale > 0 ? scale * std::asinh(x / scale) : x; }

/// Mean and standard deviation of every sample over the cells.
void fit_standard(Features& f, std::span<const float> traces, std::span<const std::size_t> cells,
                  const ParallelFor& parallel) {
  const std::size_t samples = f.samples();
  const auto n = static_cast<double>(cells.size());
  parallel((samples + block - 1) / block, [&](std::size_t task) {
    const std::size_t first = task * block, count = std::min(block, samples - first);
    std::vector<double> sum(count, 0.0), squares(count, 0.0);
    const auto each = [&](auto&& use) {
      for (const std::size_t cell : cells)
        for (std::size_t k = 0; k < count; ++k) use(k, compressed(traces[cell * samples + first + k], f.compression));
    };
    each([&](std::size_t k, double x) { sum[k] += x; });
    each([&](std::size_t k, double x) {
      const double d = x - sum[k] / n;
      squares[k] += d * d;
    });
    for (std::size_t k = 0; k < count; ++k) {
      const double mean = sum[k] / n, sd = std::sqrt(squares[k] / n);
      f.mean[first + k] = mean;
      f.inverse_sd[first + k] = sd > same_in_all * std::abs(mean) && sd > 0 ? 1 / sd : 0;
    }
  });
}

void standardise(const Features& f, const float* trace, double* out) {
  for (std::size_t s = 0; s < f.samples(); ++s)
    out[s] = (compressed(trace[s], f.compression) - f.mean[s]) * f.inverse_sd[s];
}

/// Evenly spread over those there are.
std::vector<std::size_t> some_of(std::span<const std::size_t> cells, std::size_t most) {
  if (cells.size() <= most) return {cells.begin(), cells.end()};
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < most; ++k) out.push_back(cells[k * cells.size() / most]);
  return out;
}

/// a' b by blocks of columns of the result.
Eigen::MatrixXd product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const ParallelFor& parallel) {
  Eigen::MatrixXd out(a.cols(), b.cols());
  constexpr Eigen::Index width = 128;
  parallel(static_cast<std::size_t>((b.cols() + width - 1) / width), [&](std::size_t task) {
    const Eigen::Index first = static_cast<Eigen::Index>(task) * width, count = std::min(width, b.cols() - first);
    out.middleCols(first, count).noalias() = a.transpose() * b.middleCols(first, count);
  });
  return out;
}

/// Principal components of the standardised samples, the largest first.
void fit_components(Features& f, std::span<const float> traces, std::span<const std::size_t> training,
                    const FeatureOptions& options, const ParallelFor& parallel) {
  const bool longer = f.samples() > most_samples;
  const auto cells = some_of(training, longer ? most_cells_long : most_cells);
  const auto samples = static_cast<Eigen::Index>(f.samples()), n = static_cast<Eigen::Index>(cells.size());
  Eigen::MatrixXd standard(samples, n);  // a column per cell
  parallel(cells.size(), [&](std::size_t k) {
    standardise(f, traces.data() + cells[k] * f.samples(), standard.data() + static_cast<Eigen::Index>(k) * samples);
  });
  const bool by_cells = longer || n < samples;
  if (!by_cells) standard.transposeInPlace();
  const Eigen::MatrixXd covariance = product(standard, standard, parallel) / static_cast<double>(n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(covariance);
  const Eigen::VectorXd& variance = solved.eigenvalues();  // ascending
  const Eigen::Index all = variance.size();
  Eigen::Index kept = 0;
  while (kept < all && kept < static_cast<Eigen::Index>(options.kept) && variance[all - 1 - kept] > 0 &&
         variance[all - 1 - kept] > smallest_component * variance[all - 1])
    ++kept;
  f.kept = static_cast<std::size_t>(kept);
  f.basis.assign(f.samples() * f.kept, 0.0);
  f.inverse_scale.resize(f.kept);
  f.weight.resize(f.kept);
  for (Eigen::Index k = 0; k < kept; ++k) {
    Eigen::VectorXd direction = solved.eigenvectors().col(all - 1 - k);
    if (by_cells) direction = standard * direction;
    direction.normalize();
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    if (direction[largest] < 0) direction = -direction;
    for (Eigen::Index s = 0; s < samples; ++s) f.basis[static_cast<std::size_t>(s * kept + k)] = direction[s];
    f.inverse_scale[static_cast<std::size_t>(k)] = 1 / std::sqrt(variance[all - 1 - k]);
    f.weight[static_cast<std::size_t>(k)] = std::pow(variance[all - 1 - k] / variance[all - 1], 0.5 * options.damping);
  }
}

struct Place {
  double inside;   // mean square of the scaled components
  double outside;  // square of what they leave
};

/// @param standard  a cell's samples  @param scaled  its components
Place place_of(const Features& f, const double* standard, const double* scaled) {
  double whole = 0, explained = 0, inside = 0;
  for (std::size_t s = 0; s < f.samples(); ++s) whole += standard[s] * standard[s];
  for (std::size_t k = 0; k < f.kept; ++k) {
    const double component = scaled[k] / f.inverse_scale[k];
    explained += component * component;
    inside += scaled[k] * scaled[k];
  }
  return {f.kept > 0 ? inside / static_cast<double>(f.kept) : 0, std::max(0.0, whole - explained)};
}

/// Standardised samples and scaled components, a row per cell.
struct Turned {
  std::vector<double> standard, scaled;
};
Turned turned(const Features& f, const float* traces, std::size_t rows) {
  Turned out{std::vector<double>(rows * f.samples()), std::vector<double>(rows * f.kept)};
  for (std::size_t r = 0; r < rows; ++r)
    standardise(f, traces + r * f.samples(), out.standard.data() + r * f.samples());
  affine(out.standard.data(), rows, f.samples(), f.basis.data(), f.kept, nullptr, out.scaled.data());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = 0; k < f.kept; ++k) out.scaled[r * f.kept + k] *= f.inverse_scale[k];
  return out;
}

void fit_novelty(Features& f, std::span<const float> traces, std::span<const std::size_t> training,
                 const ParallelFor& parallel) {
  std::vector<Place> places(training.size());
  parallel((training.size() + block - 1) / block, [&](std::size_t task) {
    const std::size_t first = task * block, n = std::min(block, training.size() - first);
    std::vector<float> some;
    for (std::size_t k = first; k < first + n; ++k) {
      const auto trace = traces.subspan(training[k] * f.samples(), f.samples());
      some.insert(some.end(), trace.begin(), trace.end());
    }
    const Turned cells = turned(f, some.data(), n);
    for (std::size_t k = 0; k < n; ++k)
      places[first + k] = place_of(f, cells.standard.data() + k * f.samples(), cells.scaled.data() + k * f.kept);
  });
  double outside = 0;
  for (const Place& p : places) outside += p.outside / static_cast<double>(places.size());
  f.residual_scale = std::max(outside, 1e-10 * static_cast<double>(f.samples()));
  std::vector<double> distances;
  for (const Place& p : places) distances.push_back(std::sqrt(p.inside + p.outside / f.residual_scale));
  const auto farthest = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) * 99 / 100);
  std::nth_element(distances.begin(), farthest, distances.end());
  f.novelty_scale = *farthest > 0 ? *farthest : 1;
}

}  // namespace

void Features::apply(std::span<const float> traces, std::size_t rows, std::span<double> features,
                     std::span<double> novelty) const {
  constexpr std::size_t at_once = 16;
  for (std::size_t first = 0; first < rows; first += at_once) {
    const std::size_t n = std::min(at_once, rows - first);
    const Turned cells = turned(*this, traces.data() + first * samples(), n);
    for (std::size_t k = 0; k < n * count(); ++k)
      features[first * count() + k] = components ? weight[k % kept] * std::asinh(cells.scaled[k]) : cells.standard[k];
    for (std::size_t r = 0; r < n && !novelty.empty(); ++r) {
      const Place p = place_of(*this, cells.standard.data() + r * samples(), cells.scaled.data() + r * kept);
      novelty[first + r] = std::sqrt(p.inside + p.outside / residual_scale) / novelty_scale;
    }
  }
}

Features fit_features(std::span<const float> traces, std::size_t samples, std::span<const std::size_t> training,
                      const FeatureOptions& options, const ParallelFor& parallel) {
  Features f;
  f.compression = options.compression;
  f.components = options.components;
  f.mean.resize(samples);
  f.inverse_sd.resize(samples);
  fit_standard(f, traces, training, parallel);
  fit_components(f, traces, training, options, parallel);
  fit_novelty(f, traces, training, parallel);
  return f;
}

}  // namespace tawara::mlp
