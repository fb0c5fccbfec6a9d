#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "box_mesh.hpp"
#include "electrodes/electrode_set.hpp"
#include "pseudo/action_potentials.hpp"
#include "pseudo/lead_field.hpp"
#include "tawara/random.hpp"

/// A whole ecg.pseudo problem on a box of muscle: smoothing as in Camps et al. (a pass at 100 ms and every 20 ms on),
/// and an independent way to its ECG: V_m stored in double, smoothed pass by pass, summed tetrahedron by tetrahedron.
struct ActivationCase {
  BoxMesh mesh;
  std::vector<double> electrodes;
  std::size_t n_samples = 450;
  std::vector<std::int32_t> passes, rows, columns;
  std::vector<double> weights;
  std::vector<float> AP;
  std::size_t n_entries = 0, AP_samples = 0;
  double upstroke = 0;
  std::vector<float> LAT;
  std::vector<std::int32_t> AP_entry;

  explicit ActivationCase(BoxMesh muscle = box_mesh({6, 7, 5}, 4.0)) : mesh(std::move(muscle)) {
    for (const auto& x : tawara::ecg::electrodes_by_rule({0, 0, 0}, {}))
      electrodes.insert(electrodes.end(), x.begin(), x.end());
    for (std::size_t j = 0; j < n_samples; ++j) passes.push_back(j < 100 ? 0 : static_cast<int>((j - 100) / 20) + 1);
    smooth_by_distance(0.5);
  }

  /// Action potentials with a 1 ms upstroke at `at` ms and APD90 from 200 ms on, in steps of 3 ms.
  void realistic_potentials(std::size_t entries, double at) {
    n_entries = entries;
    AP_samples = 500;
    upstroke = at;
    AP.clear();
    for (std::size_t e = 0; e < entries; ++e)
      for (std::size_t j = 0; j < AP_samples; ++j) {
        const double t = static_cast<double>(j) - at, APD = 200 + 3.0 * static_cast<double>(e);
        const double up = 1 / (1 + std::exp(-t / 0.3)), down = 1 / (1 + std::exp((t - 0.9 * APD) / 14));
        const double notch = 1 - 0.15 * std::exp(-0.5 * std::pow((t - 20) / 12, 2)) - 0.0008 * std::max(t, 0.0);
        AP.push_back(static_cast<float>(-88 + 122 * up * down * notch));
      }
  }

  void random_potentials(std::size_t entries, tawara::Random& random) {
    n_entries = entries;
    AP_samples = 400;
    upstroke = 10.3;
    AP.clear();
    for (std::size_t i = 0; i < entries * AP_samples; ++i) AP.push_back(static_cast<float>(random.uniform(-90, 40)));
  }

  /// Activation sweeping over the box from a corner with some noise; entries at random.
  void random_activation(tawara::Random& random, double CV = 0.6) {
    LAT.clear();
    AP_entry.clear();
    for (std::size_t x = 0; x < mesh.n_nodes(); ++x) {
      const double far = std::hypot(mesh.nodes[3 * x] + 12, mesh.nodes[3 * x + 1] + 14, mesh.nodes[3 * x + 2] + 10);
      LAT.push_back(static_cast<float>(far / CV + random.uniform(0, 3)));
      AP_entry.push_back(static_cast<std::int32_t>(random.below(n_entries)));
    }
  }

  [[nodiscard]] tawara::ecg::ApTable table() const { return {AP, n_entries, AP_samples, upstroke}; }
  [[nodiscard]] tawara::ecg::SmoothingView smoothing() const { return {rows, columns, weights}; }
  [[nodiscard]] tawara::ecg::Activation activation() const { return {LAT, AP_entry}; }

  /// V_m by definition: nodes x samples.
  [[nodiscard]] std::vector<double> voltage() const {
    const std::size_t n = mesh.n_nodes();
    std::vector<double> V(n * n_samples), one_pass(n);
    for (std::size_t x = 0; x < n; ++x)
      for (std::size_t j = 0; j < n_samples; ++j) {
        const double s = static_cast<double>(j) - LAT[x] + upstroke;
        const double clamped = std::clamp(s, 0.0, static_cast<double>(AP_samples - 1));
        const auto k = std::min(static_cast<std::size_t>(clamped), AP_samples - 2);
        const float* row = &AP[static_cast<std::size_t>(AP_entry[x]) * AP_samples];
        V[x * n_samples + j] = row[k] + (clamped - static_cast<double>(k)) * (static_cast<double>(row[k + 1]) - row[k]);
      }
    for (std::size_t j = 0; j < n_samples; ++j)
      for (int pass = 0; pass < passes[j]; ++pass) {
        for (std::size_t i = 0; i < n; ++i) {
          one_pass[i] = 0;
          for (auto k = rows[i]; k < rows[i + 1]; ++k)
            one_pass[i] += weights[k] * V[static_cast<std::size_t>(columns[k]) * n_samples + j];
        }
        for (std::size_t i = 0; i < n; ++i) V[i * n_samples + j] = one_pass[i];
      }
    return V;
  }

  /// Samples x 8 by the tetrahedral sum over that V_m.
  [[nodiscard]] std::vector<double> explicit_ecg() const {
    using namespace tawara::ecg;
    const auto V = voltage();
    std::vector<double> eight(n_samples * 8);
    double total = 0;
    for (std::size_t c = 0; c < mesh.tetrahedra.size() / 4; ++c)
      total += volume(corners(mesh.nodes, mesh.tetrahedra, c));
    for (std::size_t j = 0; j < n_samples; ++j) {
      std::array<double, 10> phi{};
      for (std::size_t c = 0; c < mesh.tetrahedra.size() / 4; ++c) {
        const auto p = corners(mesh.nodes, mesh.tetrahedra, c);
        const auto g = shape_gradients(p);
        Point gradient{};
        for (std::size_t k = 0; k < 4; ++k)
          gradient = gradient + V[static_cast<std::size_t>(mesh.tetrahedra[4 * c + k]) * n_samples + j] * g[k];
        for (std::size_t e = 0; e < 10; ++e) {
          const Point r = centroid(p) - Point{electrodes[3 * e], electrodes[3 * e + 1], electrodes[3 * e + 2]};
          phi[e] += volume(p) / total * dot(gradient, r) / std::pow(norm(r), 3);
        }
      }
      double* out = &eight[8 * j];
      out[0] = phi[LA] - phi[RA];
      out[1] = phi[LL] - phi[RA];
      for (std::size_t k = 0; k < 6; ++k) out[2 + k] = phi[V1 + k] - (phi[LA] + phi[RA] + phi[LL]) / 3;
    }
    return eight;
  }

 private:
  /// Weights 1/distance over the neighbours and a node itself at `self` mm; rows sum to one.
  void smooth_by_distance(double self) {
    std::vector<std::map<std::int32_t, double>> near(mesh.n_nodes());
    for (std::size_t c = 0; c < mesh.tetrahedra.size(); c += 4)
      for (std::size_t a = 0; a < 4; ++a)
        for (std::size_t b = 0; b < 4; ++b) {
          const std::int32_t i = mesh.tetrahedra[c + a], j = mesh.tetrahedra[c + b];
          double d = 0;
          for (int k = 0; k < 3; ++k) d += std::pow(mesh.nodes[3 * i + k] - mesh.nodes[3 * j + k], 2);
          near[static_cast<std::size_t>(i)][j] = i == j ? 1 / self : 1 / std::sqrt(d);
        }
    rows = {0};
    for (const auto& row : near) {
      double sum = 0;
      for (const auto& [j, w] : row) sum += w;
      for (const auto& [j, w] : row) {
        columns.push_back(j);
        weights.push_back(w / sum);
      }
      rows.push_back(static_cast<std::int32_t>(columns.size()));
    }
  }
};

/// Largest difference as a fraction of the largest value.
inline double relative_difference(const std::vector<double>& found, const std::vector<double>& expected) {
  double difference = 0, peak = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference = std::max(difference, std::abs(found[i] - expected[i]));
    peak = std::max(peak, std::abs(expected[i]));
  }
  return difference / peak;
}
