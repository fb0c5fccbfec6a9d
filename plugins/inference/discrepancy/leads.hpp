#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "tawara/array.hpp"

namespace tawara::discrepancy {

inline constexpr std::size_t n_leads = 12;
inline constexpr std::array<const char*, n_leads> lead_names = {"I",  "II", "III", "aVR", "aVL", "aVF",
                                                                "V1", "V2", "V3",  "V4",  "V5",  "V6"};

/// The first `n` samples of every lead of an n_leads x stride row-major recording.
struct LeadsView {
  const double* data = nullptr;
  std::size_t stride = 0, n = 0;
  [[nodiscard]] std::span<const double> lead(std::size_t l) const { return {data + l * stride, n}; }
};

/// @param longest  samples beyond this many are not looked at
/// @throws DataError unless the array is 12 x (at least 3)
[[nodiscard]] LeadsView view(const Array& leads, std::size_t longest, const char* whose);

/// Whether the QRS of each lead points mainly upwards: |max| >= |min| of the first n_qrs samples about the baseline.
using Polarity = std::array<bool, n_leads>;
[[nodiscard]] Polarity polarity(LeadsView raw, std::size_t n_qrs);

/// Baseline and scale that make recordings in different units comparable.
///
/// Every lead loses the mean of its first and last-but-one sample. Limb leads are divided by the mean QRS amplitude of
/// I and II, chest leads by that of V1-V6; the amplitude of a lead is its |max| over the first n_qrs samples where the
/// observed QRS points upwards, else its |min|. A group without amplitude keeps its scale.
struct Normalisation {
  std::array<double, n_leads> baseline{}, scale{};
};
[[nodiscard]] Normalisation normalisation(LeadsView raw, const Polarity& observed_polarity, std::size_t n_qrs);

/// One lead, normalised, and continued with its last value to `out.size()`.
void normalise(LeadsView raw, const Normalisation& how, std::size_t lead, std::span<double> out);

}  // namespace tawara::discrepancy
