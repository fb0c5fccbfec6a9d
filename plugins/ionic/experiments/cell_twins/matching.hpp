#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/protocol.hpp"
#include "tawara/recordings.hpp"
#include "tawara/regressor.hpp"

namespace tawara::experiments {

/// A parameter of the cell that a twin takes from the recording. Inside, it is counted in units of `scale`.
struct TwinTarget {
  std::string path;  ///< with the name of the cell in this scenario: "myocyte.g_K1"
  std::string unit;
  std::size_t argument;  ///< of the cell
  double scenario;       ///< what learnt cells varied about; what this scenario sets, without a learner
  double scale;          ///< |scenario|, so that values are factors; half the range where that is 0
  double low, high;      ///< bounds, within the limits of the parameter
  double mean, sd;       ///< of the prior, before a recording; in units of `scale`
};

/// "g_K1" of "myocyte.g_K1".
[[nodiscard]] std::string_view parameter_of(std::string_view path);

/// What a learner knows, as parameters of this cell, matched by what follows the dot.
/// @param widen  bounds are the learner's range with this part of it added at both ends
/// @throws ScenarioError("learner")  a target that is no evaluate parameter of the cell or has another unit there
[[nodiscard]] std::vector<TwinTarget> targets_of(const Regressor& learner, const std::string& learner_name,
                                                 const Input& cell, double widen);
/// The same of priors, where there is no learner.
/// @throws ScenarioError("parameters")  none, or one that is no number of the cell
[[nodiscard]] std::vector<TwinTarget> targets_of(const PrepareContext& context, const Input& cell, double widen);

/// Which observable of the cell was recorded. @throws ScenarioError("recordings")  none, or in another unit
[[nodiscard]] std::size_t recorded_observable(const Recordings& recordings, const std::string& name, const Input& cell);

/// The command of a protocol's first sweep.
/// @throws ScenarioError("protocol")  it does not clamp, or has ramps
[[nodiscard]] std::vector<Recordings::Step> clamp_command(const Protocol::Drive& drive, const std::string& protocol);

/// "" where both are the same, else where they differ: "step 3 (from 500 ms) is -20 mV for 250 ms here and 10 mV for
/// 250 ms there".
[[nodiscard]] std::string difference(std::span<const Recordings::Step> here, std::span<const Recordings::Step> there);

/// Whether what was learnt from, what was recorded and the cell go together: signal, command, conditions. What the
/// learner's targets are may differ.
/// @param learner  may be null
/// @return warnings
/// @throws ScenarioError("learner", "recordings", "protocol")  with the remedy
std::vector<std::string> check_match(const Recordings& recordings, const std::string& recordings_name,
                                     const Regressor* learner, const std::string& learner_name,
                                     std::span<const Recordings::Step> command, const std::string& protocol,
                                     const Input& cell, std::span<const TwinTarget> targets);

/// The cells' true parameters, where the recordings know them.
class KnownTruth {
 public:
  /// @param warning  out: why the truth is not known although something is said to vary, or ""
  KnownTruth(const Recordings& recordings, const Input& cell, std::string& warning);
  [[nodiscard]] bool known() const { return known_; }
  /// All arguments of the cell that a row of Recordings::known() describes.
  [[nodiscard]] std::vector<double> arguments(const Table& known, std::size_t row) const;

 private:
  bool known_ = false;
  std::vector<double> scenario_;
  struct Varied {
    std::string column;
    std::size_t argument;
  };
  std::vector<Varied> varied_;
};

}  // namespace tawara::experiments
