#include "smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tawara::propagation {

SmoothingMatrix smoothing_matrix(const Muscle& muscle, double CV_fibre, double CV_sheet, double CV_normal,
                                 double self_distance) {
  Muscle plain = muscle;
  plain.sets = {};
  const FrontMesh mesh = make_front_mesh(plain);
  const LinkGraph edges = edge_links(mesh);
  const double v_max = std::max({CV_fibre, CV_sheet, CV_normal});
  const auto stretch = [&](double v) { return (v_max / v) * (v_max / v); };
  const std::array<double, 3> stretches{stretch(CV_fibre), stretch(CV_sheet), stretch(CV_normal)};

  SmoothingMatrix S;
  S.rows.push_back(0);
  std::vector<std::pair<std::int32_t, double>> row;
  for (std::size_t i = 0; i < mesh.n_nodes(); ++i) {
    row.assign(1, {static_cast<std::int32_t>(i), 1 / self_distance});
    for (const Link& link : edges.of(mesh.internal[i])) {
      row.emplace_back(mesh.original[link.to], 1 / std::sqrt(link.square.time_squared(stretches)));
    }
    std::sort(row.begin(), row.end());
    double sum = 0;
    for (const auto& [column, weight] : row) sum += weight;
    for (const auto& [column, weight] : row) {
      S.columns.push_back(column);
      S.weights.push_back(weight / sum);
    }
    S.rows.push_back(static_cast<std::int32_t>(S.columns.size()));
  }
  return S;
}

std::int32_t SmoothingSchedule::passes_at(double t) const {
  if (t < start || start >= end) return 0;
  const double so_far = std::floor((t - start) / interval) + 1;
  const double at_most = std::ceil((end - start) / interval);
  return static_cast<std::int32_t>(std::min(so_far, at_most));
}

void smooth(const SmoothingMatrix& S, std::size_t width, std::span<const float> x, std::span<float> y) {
  const std::size_t n = S.rows.size() - 1;
  std::vector<double> sum(width);
  for (std::size_t i = 0; i < n; ++i) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::int32_t k = S.rows[i]; k < S.rows[i + 1]; ++k) {
      const float* from = x.data() + static_cast<std::size_t>(S.columns[k]) * width;
      for (std::size_t j = 0; j < width; ++j) sum[j] += S.weights[k] * from[j];
    }
    for (std::size_t j = 0; j < width; ++j) y[i * width + j] = static_cast<float>(sum[j]);
  }
}

}  // namespace tawara::propagation
