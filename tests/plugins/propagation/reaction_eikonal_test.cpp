#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "meshes.hpp"
#include "reaction_eikonal/apd_field.hpp"
#include "reaction_eikonal/smoothing.hpp"
#include "reaction_eikonal/voltage.hpp"

using namespace tawara::propagation;
using test::Mesh;

TEST_CASE("the APD field spans exactly APD_min to APD_max along the chosen gradient") {
  const ApdCoordinates x{{0, 0.25f, 0.5f, 1}, {0, 0, 0, 0}, {1, 1, 0, 0}, {0.5f, 0, 0, 1}};
  std::vector<float> APD(4);
  apd_field(x, {.g_ab = 1, .g_pa = 0, .g_tv = 0, .g_tm = 0}, 200, 300, APD);
  CHECK(APD == std::vector<float>{200, 225, 250, 300});
  apd_field(x, {.g_ab = -1, .g_pa = 0.7, .g_tv = 0, .g_tm = 0}, 200, 300, APD);
  CHECK(APD == std::vector<float>{300, 275, 250, 200});
  std::vector<float> scaled(4);
  apd_field(x, {.g_ab = 0.3, .g_pa = 0, .g_tv = -0.2, .g_tm = 0.5}, 200, 300, APD);
  apd_field(x, {.g_ab = 0.6, .g_pa = 0, .g_tv = -0.4, .g_tm = 1.0}, 200, 300, scaled);
  for (int i = 0; i < 4; ++i) CHECK(APD[i] == doctest::Approx(scaled[i]).epsilon(1e-6));
}

TEST_CASE("without gradients every node has the middle APD") {
  const ApdCoordinates x{{0, 1}, {0, 1}, {0, 1}, {0, 1}};
  std::vector<float> APD(2);
  apd_field(x, {0, 0, 0, 0}, 200, 300, APD);
  CHECK(APD == std::vector<float>{250, 250});
}

TEST_CASE("the nearest dictionary entry is found as a plain search finds it") {
  std::mt19937 engine(1);
  for (const int size : {1, 2, 7, 171}) {
    std::vector<double> APD90(size);
    for (double& a : APD90) a = std::floor(180 + 170.0 * (static_cast<double>(engine()) / 4294967295.0));
    std::sort(APD90.begin(), APD90.end());
    const NearestEntry nearest(APD90);
    for (double APD = 150; APD < 380; APD += 0.37) {
      const double distance = std::abs(APD90[nearest.of(static_cast<float>(APD))] - APD);
      for (const double a : APD90) CHECK(distance <= std::abs(a - APD) + 1e-4);
    }
  }
}

namespace {

Mesh block() { return test::kuhn_box({4, 3, 3}, 1.5, 0.2, test::oblique(30, 10)); }

}  // namespace

TEST_CASE("smoothing averages: rows sum to 1, weights fall with the stretched distance") {
  const Mesh mesh = block();
  const SmoothingMatrix S = smoothing_matrix(mesh.muscle(), 0.65, 0.51, 0.48, 0.5);
  CHECK(S.rows.size() == mesh.n() + 1);
  for (std::size_t i = 0; i < mesh.n(); ++i) {
    double sum = 0, self = 0;
    for (auto k = S.rows[i]; k < S.rows[i + 1]; ++k) {
      sum += S.weights[k];
      if (S.columns[k] == static_cast<std::int32_t>(i)) self = S.weights[k];
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-12));
    for (auto k = S.rows[i]; k < S.rows[i + 1]; ++k) {
      const auto j = static_cast<std::size_t>(S.columns[k]);
      if (j == i) continue;
      const Speeds relative{1, 0.51 / 0.65, 0.48 / 0.65, 1, 1};
      const double d = test::straight_time(mesh.node(i), mesh.node(j), test::oblique(30, 10), relative);
      CHECK(S.weights[k] / self == doctest::Approx(0.5 / d).epsilon(1e-9));
    }
  }
}

TEST_CASE("passes begin at 100 ms, come every 20 ms and stop at 450 ms") {
  const SmoothingSchedule schedule{100, 20, 450};
  CHECK(schedule.passes_at(99) == 0);
  CHECK(schedule.passes_at(100) == 1);
  CHECK(schedule.passes_at(119) == 1);
  CHECK(schedule.passes_at(120) == 2);
  CHECK(schedule.passes_at(449) == 18);
  CHECK(schedule.passes_at(499) == 18);
  CHECK(SmoothingSchedule{100, 20, 100}.passes_at(300) == 0);
}

TEST_CASE("V_m is the action potential shifted to LAT, averaged as often as passes say") {
  const Mesh mesh = block();
  const std::size_t n = mesh.n(), T = 60;
  const SmoothingMatrix S = smoothing_matrix(mesh.muscle(), 0.65, 0.51, 0.48, 0.5);
  std::mt19937 engine(8);
  const auto in = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(engine()) / 4294967295.0);
  };
  std::vector<float> AP(3 * T), LAT(n);
  std::vector<std::int32_t> entry(n);
  for (float& v : AP) v = static_cast<float>(in(-90, 40));
  for (std::size_t i = 0; i < n; ++i) {
    LAT[i] = static_cast<float>(in(0, 30));
    entry[i] = static_cast<std::int32_t>(engine() % 3);
  }
  const Repolarisation r{LAT, entry, AP, T, 4.0};

  SUBCASE("one node's own voltage") {
    const float* row = &AP[entry[5] * T];
    CHECK(unsmoothed_V_m(r, 5, -1000) == row[0]);
    CHECK(unsmoothed_V_m(r, 5, 1000) == row[T - 1]);
    CHECK(unsmoothed_V_m(r, 5, LAT[5]) == doctest::Approx(row[4]));
    CHECK(unsmoothed_V_m(r, 5, LAT[5] + 10.25) == doctest::Approx(0.75 * row[14] + 0.25 * row[15]));
  }
  SUBCASE("against the definition, with a dense matrix") {
    constexpr std::size_t n_samples = 70;
    std::vector<double> t(n_samples);
    std::vector<std::int32_t> passes(n_samples);
    const SmoothingSchedule schedule{30, 5, 60};
    for (std::size_t j = 0; j < n_samples; ++j) {
      t[j] = static_cast<double>(j);
      passes[j] = schedule.passes_at(t[j]);
    }
    CHECK(passes.back() == 6);
    std::vector<float> V_m(n * n_samples);
    int pauses = 0;
    reaction_eikonal_V_m(r, S, t, passes, V_m, [&] { ++pauses; });
    CHECK(pauses > 0);
    double worst = 0;
    for (std::size_t j = 0; j < n_samples; ++j) {
      std::vector<double> v(n);
      for (std::size_t i = 0; i < n; ++i) v[i] = unsmoothed_V_m(r, i, t[j]);
      for (std::int32_t pass = 0; pass < passes[j]; ++pass) {
        std::vector<double> next(n, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
          for (auto k = S.rows[i]; k < S.rows[i + 1]; ++k) next[i] += S.weights[k] * v[S.columns[k]];
        }
        v = next;
      }
      for (std::size_t i = 0; i < n; ++i) worst = std::max(worst, std::abs(v[i] - V_m[i * n_samples + j]));
    }
    CHECK(worst < 1e-4);
  }
}
