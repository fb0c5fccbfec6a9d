#include "lead_field.hpp"

#include <algorithm>
#include <set>

#include "../electrodes/electrode_set.hpp"
#include "../tetrahedra.hpp"

namespace tawara::ecg {
namespace {

/// (x - x_e) / |x - x_e|^3 combined into the eight independent leads.
std::array<Point, n_independent> lead_vectors(const Point& x, std::span<const double> electrodes) {
  std::array<Point, n_electrodes> field;
  for (std::size_t e = 0; e < n_electrodes; ++e) {
    const Point r = x - Point{electrodes[3 * e], electrodes[3 * e + 1], electrodes[3 * e + 2]};
    const double distance = norm(r);
    field[e] = (1 / (distance * distance * distance)) * r;
  }
  const Point wilson = (1.0 / 3) * (field[LA] + field[RA] + field[LL]);
  std::array<Point, n_independent> leads;
  leads[0] = field[LA] - field[RA];
  leads[1] = field[LL] - field[RA];
  for (std::size_t k = 0; k < 6; ++k) leads[2 + k] = field[V1 + k] - wilson;
  return leads;
}

}  // namespace

std::vector<double> lead_field(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                               std::span<const double> electrodes) {
  std::vector<double> L(nodes.size() / 3 * n_independent);
  double total = 0;
  for (std::size_t c = 0; c < tetrahedra.size() / 4; ++c) {
    const auto p = corners(nodes, tetrahedra, c);
    const double V = volume(p);
    total += V;
    const auto gradients = shape_gradients(p);
    const auto leads = lead_vectors(centroid(p), electrodes);
    for (std::size_t k = 0; k < 4; ++k) {
      double* row = &L[static_cast<std::size_t>(tetrahedra[4 * c + k]) * n_independent];
      for (std::size_t l = 0; l < n_independent; ++l) row[l] += V * dot(gradients[k], leads[l]);
    }
  }
  for (double& value : L) value /= total;
  return L;
}

std::vector<double> folded(std::span<const double> L, const SmoothingView& S) {
  std::vector<double> LS(L.size());
  for (std::size_t i = 0; i + 1 < S.rows.size(); ++i) {
    const double* from = &L[i * n_independent];
    for (auto k = S.rows[i]; k < S.rows[i + 1]; ++k) {
      double* to = &LS[static_cast<std::size_t>(S.columns[k]) * n_independent];
      for (std::size_t l = 0; l < n_independent; ++l) to[l] += S.weights[k] * from[l];
    }
  }
  return LS;
}

std::vector<Segment> segments(std::span<const std::int32_t> passes, std::size_t first, std::size_t last) {
  std::vector<Segment> result;
  for (std::size_t j = first; j < last; ++j) {
    if (result.empty() || passes[j] != result.back().passes) result.push_back({j, j, passes[j]});
    result.back().last = j + 1;
  }
  return result;
}

std::vector<std::vector<double>> folded_lead_fields(std::vector<double> L, const SmoothingView& S,
                                                    std::span<const std::int32_t> passes) {
  const std::set<std::int32_t> used(passes.begin(), passes.end());
  const std::int32_t most = used.empty() ? 0 : *used.rbegin();
  std::vector<std::vector<double>> fields(static_cast<std::size_t>(most) + 1);
  for (std::int32_t m = 0; m <= most; ++m) {
    if (m > 0) L = folded(L, S);
    if (used.contains(m)) fields[static_cast<std::size_t>(m)] = L;
  }
  return fields;
}

}  // namespace tawara::ecg
