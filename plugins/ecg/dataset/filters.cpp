#include "filters.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tawara::ecg {
namespace {

constexpr double pi = std::numbers::pi;

/// One second-order section, a0 = 1.
struct Section {
  double b0, b1, b2, a1, a2;
};

/// Bilinear transform of the analogue section of quality Q.
Section section(Pass pass, double cut_off, double sampling_rate, double Q) {
  const double K = std::tan(pi * cut_off / sampling_rate), norm = 1 / (1 + K / Q + K * K);
  const double a1 = 2 * (K * K - 1) * norm, a2 = (1 - K / Q + K * K) * norm;
  if (pass == Pass::low) return {K * K * norm, 2 * K * K * norm, K * K * norm, a1, a2};
  return {norm, -2 * norm, norm, a1, a2};
}

/// In place, as if the first value had lasted for ever.
void run(const Section& s, std::span<double> x) {
  const double first = x.front(), steady = first * (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
  double z2 = s.b2 * first - s.a2 * steady;
  double z1 = s.b1 * first - s.a1 * steady + z2;
  for (double& value : x) {
    const double in = value;
    value = s.b0 * in + z1;
    z1 = s.b1 * in - s.a1 * value + z2;
    z2 = s.b2 * in - s.a2 * value;
  }
}

/// Sample j of a signal continued by point reflection about its ends.
double reflected(std::span<const double> x, std::ptrdiff_t j) {
  const auto last = static_cast<std::ptrdiff_t>(x.size()) - 1;
  if (j < 0) return 2 * x.front() - x[static_cast<std::size_t>(std::min(-j, last))];
  if (j > last) return 2 * x.back() - x[static_cast<std::size_t>(std::max<std::ptrdiff_t>(2 * last - j, 0))];
  return x[static_cast<std::size_t>(j)];
}

double sinc(double x) { return x == 0 ? 1 : std::sin(pi * x) / (pi * x); }

/// Blackman-Harris window, u in -1..1: side lobes below -92 dB (Harris, Proc IEEE 1978).
double window(double u) {
  if (std::abs(u) >= 1) return 0;
  const double c = std::cos(pi * u);
  return 0.35875 + 0.48829 * c + 0.14128 * (2 * c * c - 1) + 0.01168 * (4 * c * c - 3) * c;
}

}  // namespace

std::vector<double> zero_phase(std::span<const double> signal, Pass pass, double cut_off, double sampling_rate) {
  if (!(cut_off > 0) || cut_off >= sampling_rate / 2 || signal.size() < 2) return {signal.begin(), signal.end()};
  const auto pad = static_cast<std::ptrdiff_t>(std::min(signal.size() - 1, static_cast<std::size_t>(sampling_rate)));
  const auto n = static_cast<std::ptrdiff_t>(signal.size());
  std::vector<double> x;
  x.reserve(static_cast<std::size_t>(n + 2 * pad));
  for (std::ptrdiff_t j = -pad; j < n + pad; ++j) x.push_back(reflected(signal, j));
  for (int direction = 0; direction < 2; ++direction) {
    for (const double angle : {pi / 8, 3 * pi / 8})
      run(section(pass, cut_off, sampling_rate, 0.5 / std::cos(angle)), x);
    std::ranges::reverse(x);
  }
  return {x.begin() + pad, x.end() - pad};
}

std::vector<double> resampled(std::span<const double> signal, double from_rate, double to_rate) {
  if (from_rate == to_rate || signal.size() < 2) return {signal.begin(), signal.end()};
  const double band = std::min(1.0, to_rate / from_rate);  // of the old half rate that is kept
  const double half = 16 / band;                           // old samples either side
  const double seconds = static_cast<double>(signal.size() - 1) / from_rate;
  std::vector<double> result(static_cast<std::size_t>(std::floor(seconds * to_rate + 1e-9)) + 1);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double at = static_cast<double>(i) * from_rate / to_rate;
    double sum = 0, weight = 0;
    for (auto j = static_cast<std::ptrdiff_t>(std::ceil(at - half)); static_cast<double>(j) <= at + half; ++j) {
      const double u = at - static_cast<double>(j), w = sinc(band * u) * window(u / half);
      sum += w * reflected(signal, j);
      weight += w;
    }
    result[i] = sum / weight;
  }
  return result;
}

std::vector<double> moving_average(std::span<const double> signal, std::size_t half) {
  std::vector<double> sums(signal.size() + 1), result(signal.size());
  for (std::size_t j = 0; j < signal.size(); ++j) sums[j + 1] = sums[j] + signal[j];
  for (std::size_t j = 0; j < signal.size(); ++j) {
    const std::size_t first = j > half ? j - half : 0, last = std::min(j + half + 1, signal.size());
    result[j] = (sums[last] - sums[first]) / static_cast<double>(last - first);
  }
  return result;
}

}  // namespace tawara::ecg
