#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/cell_twins/matching.hpp"
#include "experiments/population/cell_summary.hpp"
#include "tawara/array.hpp"

namespace tawara::experiments {

/// All that becomes of one recording. Parameters in units of the targets' scale.
struct Twin {
  std::uint64_t index = 0;
  std::string status = "ok";  ///< or "cause: text"
  double novelty = nan;
  double noise = nan;               ///< of the recording, in its unit
  double misfit = nan;              ///< what a fit to the noise leaves, as a multiple of a sample's error
  double rms_net = nan, rms = nan;  ///< of what is left of the current, in its unit
  int iterations = 0;
  std::string stop;  ///< why the refinement ended
  bool beats_net = false, beats = false, pulled_back = false;
  Eigen::VectorXd net, net_sd, refined, sd;
  CellSummary::Means free_net, free, free_true;
  std::vector<double> truth;  ///< of the targets, in their units; empty where it is not known
};

/// Half the width of a normal's 90 % interval, in standard deviations.
inline constexpr double interval_90 = 1.6448536;

/// A row per twin with everything: what shards hold.
[[nodiscard]] Table all_of(std::span<const Twin> twins, std::span<const TwinTarget> targets, bool truth,
                           const std::string& signal_unit);

/// From such rows: the refined twins, a row per cell, columns named after parameters.
[[nodiscard]] Table twins_table(const Table& all, std::span<const TwinTarget> targets);
/// The learner's answers, likewise.
[[nodiscard]] Table net_table(const Table& all, std::span<const TwinTarget> targets);
/// By cell: what its free run differs by from the true cell's, before and after refinement.
[[nodiscard]] Table truth_table(const Table& all);
/// By parameter, over the cells that are ok: errors as factors on `scenario`, and how many intervals hold the truth.
[[nodiscard]] Table accuracy_table(const Table& all, std::span<const TwinTarget> targets);

/// Relative error of a quantity of the free run, by row; NaN where one of them does not beat.
[[nodiscard]] std::vector<double> relative_errors(const Table& all, const std::string& prefix, const char* quantity);
/// Rows that are ok.
[[nodiscard]] std::vector<std::size_t> ok_rows(const Table& all);
void append_to(Table& all, const Table& more);

}  // namespace tawara::experiments
