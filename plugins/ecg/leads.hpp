#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tawara::ecg {

inline constexpr std::size_t n_leads = 12;
/// I, II, V1..V6: the other four follow from I and II (Einthoven, Goldberger), so they alone are ever computed or
/// averaged.
inline constexpr std::size_t n_independent = 8;

/// The order of leads everywhere in Tawara.
inline constexpr std::array<const char*, n_leads> lead_names = {"I",  "II", "III", "aVR", "aVL", "aVF",
                                                                "V1", "V2", "V3",  "V4",  "V5",  "V6"};
/// Row of each independent lead among the twelve.
inline constexpr std::array<std::size_t, n_independent> independent_rows = {0, 1, 6, 7, 8, 9, 10, 11};

[[nodiscard]] inline std::vector<std::string> lead_labels() { return {lead_names.begin(), lead_names.end()}; }

/// All twelve leads at one sample from the independent eight.
///
/// III = II - I, aVR = -(I + II)/2, aVL = (I - III)/2, aVF = (II + III)/2.
inline std::array<double, n_leads> twelve_leads(std::span<const double, n_independent> eight) {
  const double I = eight[0], II = eight[1], III = II - I;
  return {I,        II,       III,      -(I + II) / 2, (I - III) / 2, (II + III) / 2,
          eight[2], eight[3], eight[4], eight[5],      eight[6],      eight[7]};
}

}  // namespace tawara::ecg
