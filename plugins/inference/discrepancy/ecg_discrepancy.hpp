#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "leads.hpp"

namespace tawara::discrepancy {

struct LeadFit {
  double pcc;   ///< Pearson's r
  double rmse;  ///< of normalised leads, over the largest |observed| sample of the lead
};

struct Fit {
  double discrepancy;
  double pcc;  ///< mean over the leads
};

/// The observed side of a comparison: normalised leads and what is needed of them again and again.
///
/// Built once and then refilled: assign() allocates only when the size grows.
class Target {
 public:
  Target(std::vector<std::size_t> leads, std::size_t n_qrs) : leads_(std::move(leads)), n_qrs_(n_qrs) {}

  /// @param length  samples to compare: the longer of the two recordings
  /// @throws DataError  a compared lead is flat or not finite
  void assign(LeadsView observed, std::size_t length);

  [[nodiscard]] std::size_t length() const { return length_; }
  [[nodiscard]] std::size_t n_qrs() const { return n_qrs_; }
  [[nodiscard]] const std::vector<std::size_t>& leads() const { return leads_; }
  [[nodiscard]] const Polarity& polarity() const { return polarity_; }
  /// The k-th compared lead, `length` samples.
  [[nodiscard]] std::span<const double> lead(std::size_t k) const { return {samples_.data() + k * length_, length_}; }
  [[nodiscard]] std::span<const double> samples() const { return samples_; }     ///< of all compared leads, a row each
  [[nodiscard]] double peak(std::size_t k) const { return peak_[k]; }            ///< largest |sample|
  [[nodiscard]] double sum_squares(std::size_t k) const { return squares_[k]; }  ///< about the mean

 private:
  std::vector<std::size_t> leads_;
  std::size_t n_qrs_, length_ = 0;
  Polarity polarity_{};
  std::vector<double> samples_, peak_, squares_;
};

/// Pearson's r and relative RMSE of two leads of one length. A flat simulated lead, for which r has no value, gets r =
/// 0: it explains nothing.
[[nodiscard]] LeadFit compare(std::span<const double> simulated, std::span<const double> observed,
                              double observed_peak);

/// Mismatch of a simulated with an observed ECG,
///
///   D = 100 mean_l (1 - r_l)^2 + 2 mean_l RMSE_l / max|observed_l|
///
/// over the leads l of the target, each lead normalised as in leads.hpp and continued with its last value where it is
/// the shorter one. Source: Camps et al., Med Image Anal 2025 (103361), and their published code; max|.| in place of
/// |max|, which blows up in a lead without an upward deflection.
///
/// @param lead_fits  empty, or one per compared lead: filled in
/// @param compared   empty, or a row of target.length() samples per compared lead: the simulated leads as compared
/// @param scratch    at least target.length() numbers
[[nodiscard]] Fit ecg_discrepancy(LeadsView simulated, const Target& target, std::span<double> scratch,
                                  std::span<LeadFit> lead_fits = {}, std::span<double> compared = {});

/// A number that ecg_discrepancy() of no ECG beginning with these samples can fall below.
///
/// Whatever follows, regressing the observed on the simulated lead (intercept free, slope not negative) leaves at least
/// the residual SSE_Q that the known samples leave by themselves. With T = target.length() and SST the observed sum of
/// squares about its mean, therefore r_l <= sqrt(1 - SSE_Q / SST); and since the normalisation only shifts and
/// (positively) scales the simulated lead, T RMSE_l^2 >= SSE_Q.
///
/// @param qrs  raw simulated leads, their first samples only
[[nodiscard]] double lower_bound(LeadsView qrs, const Target& target);

}  // namespace tawara::discrepancy
