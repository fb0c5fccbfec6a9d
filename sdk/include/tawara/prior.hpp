#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tawara/export.hpp"
#include "tawara/random.hpp"
#include "tawara/simulator.hpp"
#include "tawara/value.hpp"

namespace tawara {

/// What is believed about one parameter before the data. In a scenario:
///
///   { path = "activation.CV_sheet", uniform = ["25 cm/s", "60 cm/s"], step = "1 cm/s" }
///   { path = "myocyte.scale_I_Kr", log_uniform = [0.5, 2] }
///   { paths = ["myocyte.g_K1", "myocyte.g_Kr"], within = 0.4 }
///   { path = "twin.APD_min", truncated_normal = [220, 20], range = [180, 260] }
///   { path = "myocyte.layer", choice = ["endo", "epi"] }
///   { path = "activation.root_nodes", subset = { count = { normal = [6, 1], range = [3, 9] } } }
///
/// `within = 0.4` is uniform, 40 % to either side of what the scenario sets; `paths` gives the same prior to each.
/// The kernel has validated it, converted units and turned choices into indices. `truth` is optional everywhere: the
/// planted value, for recovery reports.
struct TAWARA_EXPORT Prior {
  enum class Kind { uniform, normal, truncated_normal, log_uniform, integer, choice, subset };
  std::string path;
  Kind kind = Kind::uniform;
  double a = 0,
         b = 1;  ///< limits (uniform, log_uniform, integer); mean and standard deviation (normal ones, subset count)
  double low = -std::numeric_limits<double>::infinity();  ///< range: support of the value; of the count for a subset
  double high = std::numeric_limits<double>::infinity();
  double step = 0;  ///< values are multiples of it when > 0
  std::vector<double> choices;
  std::size_t set_size = 0;  ///< subset: filled in from PathInfo
  std::vector<double> truth;

  /// Log density (up to a constant) of a value, -inf outside the support. A subset has the density of its count, spread
  /// evenly over the subsets of that size.
  [[nodiscard]] double log_density(const std::vector<double>& value) const;
  [[nodiscard]] std::vector<double> draw(Random& random) const;
  /// Quantile of a one-number prior, so that space-filling designs can be made on the unit cube. @throws Error for
  /// subset
  [[nodiscard]] double quantile(double p) const;
  /// Probability of each count low..high of a subset; sums to 1.
  [[nodiscard]] std::vector<double> count_probabilities() const;
};

/// Read the validated value of a `priors` parameter. @param paths from the simulator, same order
[[nodiscard]] TAWARA_EXPORT std::vector<Prior> read_priors(const List& setting, std::span<const PathInfo> paths);

}  // namespace tawara
