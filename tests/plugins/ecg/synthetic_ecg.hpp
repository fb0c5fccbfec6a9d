#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

/// A 12-lead recording whose every wave we know: P, QRS and T as raised cosines of finite length, so that QRS onset is
/// a definite time. Leads differ in amplitude and sign only, limb leads obey Einthoven.
struct SyntheticEcg {
  double sampling_rate = 500;  // Hz
  double RR = 820;             // ms
  double first_onset = 400;    // ms, of the first QRS
  double seconds = 10;
  double QRS = 90;                     // ms
  double wander = 0;                   // mV of slow sine
  std::vector<std::size_t> odd_beats;  ///< their QRS is upside down

  static double bump(double t, double length) {
    return t <= 0 || t >= length ? 0 : 0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / length);
  }

  /// QRS onsets, ms.
  [[nodiscard]] std::vector<double> onsets() const {
    std::vector<double> result;
    for (double at = first_onset; at < 1000 * seconds; at += RR) result.push_back(at);
    return result;
  }

  /// Beat of lead l (I, II, V1..V6) t ms after its QRS onset, mV.
  [[nodiscard]] double beat(std::size_t l, double t) const {
    constexpr std::array<double, 8> R = {0.8, 1.1, 0.3, 0.6, 1.0, 1.5, 1.3, 0.9};
    constexpr std::array<double, 8> S = {0.1, 0.1, -1.2, -1.5, -0.9, -0.4, -0.2, -0.1};
    constexpr std::array<double, 8> T = {0.2, 0.3, -0.1, 0.3, 0.4, 0.4, 0.3, 0.2};
    return 0.1 * bump(t + 160, 100) + R[l] * bump(t, 0.6 * QRS) + S[l] * bump(t - 0.4 * QRS, 0.6 * QRS) +
           T[l] * bump(t - 230, 170);
  }

  /// I, II, V1..V6 in mV, [lead][sample].
  [[nodiscard]] std::vector<std::vector<double>> eight() const {
    const auto n = static_cast<std::size_t>(seconds * sampling_rate);
    const auto at = onsets();
    std::vector<std::vector<double>> leads(8, std::vector<double>(n));
    for (std::size_t l = 0; l < 8; ++l)
      for (std::size_t j = 0; j < n; ++j) {
        const double t = 1000 * static_cast<double>(j) / sampling_rate;
        leads[l][j] = wander * std::sin(2 * std::numbers::pi * t / 4000 + static_cast<double>(l));
        for (std::size_t b = 0; b < at.size(); ++b) {
          const bool odd = std::find(odd_beats.begin(), odd_beats.end(), b) != odd_beats.end();
          leads[l][j] += (odd ? -1 : 1) * beat(l, t - at[b]);
        }
      }
    return leads;
  }
};
