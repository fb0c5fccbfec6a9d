#pragma once
#include <array>
#include <string>
#include <string_view>

#include "experiments/batched_cells.hpp"
#include "experiments/detectors.hpp"

namespace tawara::experiments {

/// What a cell left alone does in the stretch it is watched for; the first that fits.
enum class Outcome {
  failed,                  ///< V_m is no longer a number, or a parameter has a value it cannot have
  at_rest,                 ///< V_m varies by less than quiescent_range, below the crossing
  depolarised,             ///< the same at or above the crossing
  repolarisation_failure,  ///< V_m never falls below the crossing
  subthreshold,            ///< V_m moves, but no beat
  EAD,                     ///< beats, at least one of them with an EAD, be it cut off by the end
  normal,                  ///< beats regularly: as BeatingCriteria has it, on the whole stretch
  irregular,               ///< beats at changing intervals, stops, or beats fewer than two times
};
/// As columns are called: "EAD", "repolarisation_failure".
[[nodiscard]] std::string_view name_of(Outcome outcome);
/// In the order of columns.
inline constexpr std::array outcomes = {Outcome::normal,       Outcome::EAD,     Outcome::repolarisation_failure,
                                        Outcome::irregular,    Outcome::at_rest, Outcome::depolarised,
                                        Outcome::subthreshold, Outcome::failed};
/// @throws Error  there is none of this name
[[nodiscard]] Outcome outcome_of(std::string_view name);

/// What one cell did.
struct Response {
  Outcome outcome = Outcome::failed;
  int EADs = 0;
  double cycle_length = nan, APD90 = nan;  ///< ms, means over the beats that have them
  std::string problem;                     ///< of a failed one: "nan: text"
};

/// @param criteria  of beats and EADs
/// @param cell      of whose run the last beat is what was watched
[[nodiscard]] Response response_of(const BatchedCell& cell, const BeatCriteria& criteria);

}  // namespace tawara::experiments
