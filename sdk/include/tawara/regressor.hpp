#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "tawara/export.hpp"
#include "tawara/recordings.hpp"

namespace tawara {

/// Ability "regressor": what a learner has learnt, parameters of a cell from its recording. Const and concurrent; the
/// same recording gives the same bytes whatever stands beside it.
class TAWARA_EXPORT Regressor {
 public:
  static constexpr const char* ability_name = "regressor";
  virtual ~Regressor();

  /// Of what it learnt from: a recording to be understood must be of the same signal, in the same unit, under the same
  /// command and conditions, with samples at these times (ms).
  [[nodiscard]] virtual const Recordings::Signal& signal() const = 0;
  [[nodiscard]] virtual std::span<const double> times() const = 0;
  [[nodiscard]] virtual std::span<const Recordings::Step> command() const = 0;
  [[nodiscard]] virtual std::span<const Recordings::Quantity> conditions() const = 0;

  struct Target {
    std::string name;  ///< "myocyte.g_K1"
    std::string unit;
    double scenario;   ///< the value that the cells learnt from varied about
    double low, high;  ///< of the cells learnt from
  };
  [[nodiscard]] virtual std::span<const Target> targets() const = 0;

  /// @param traces   n x times()
  /// @param mean     out: n x targets, in their units
  /// @param sd       out: n x targets, how far each can be trusted: standard deviation of its error
  /// @param novelty  out: n; how far a recording is from those learnt from. 1: as far as the farthest hundredth of
  ///                 them; far above, the answer is a guess
  virtual void predict(std::span<const float> traces, std::span<double> mean, std::span<double> sd,
                       std::span<double> novelty) const = 0;
};

}  // namespace tawara
