#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/biomarkers.hpp"
#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// A family of action potentials of one cell: each is one beat with one parameter multiplied, after many beats without.
struct DictionaryRecipe {
  int baseline_beats = 100;
  std::size_t varied = 0;        ///< index of the evaluate parameter
  double low = 0.02, high = 50;  ///< its multiplier
  std::size_t entries = 300;     ///< at most
  cvode::Tolerances tolerances;
};

struct Variant {
  double multiplier = 1;
  Biomarkers biomarkers;
  std::vector<float> AP;  ///< mV at 0, 1, 2, ... ms; empty when the beat has no APD90
};

/// The upstroke (t_up50) of every row falls on this sample exactly, so that a row can be laid on an activation time.
/// Early enough to leave the whole foot of a beat that a slow stimulus starts, up to 15 ms.
inline constexpr int upstroke_sample = 20;

/// V_m of a beat at 1 ms, shifted so that t_up50 is sample `upstroke_sample`; V_rest before the beat, the last value
/// after.
[[nodiscard]] std::vector<float> aligned_action_potential(const Beat& beat, double t_up50, std::size_t samples);

/// Runs body(i) for i < n, possibly in parallel.
using ForEach = std::function<void(std::size_t n, const std::function<void(std::size_t)>& body)>;

/// Every variant that was run, by multiplier. Multipliers are first spread evenly on a log scale, then added where
/// neighbours' APD90 differ by more than the range over `entries`: even steps in APD90 rather than in the parameter.
/// @param base  evaluate parameters of the unvaried cell
/// A variant whose integration fails has an empty AP and the solver's words in biomarkers.problem.
[[nodiscard]] std::vector<Variant> explore_variants(const IonicModel& model, const std::string& name,
                                                    std::span<const double> base, const Protocol::Drive& drive,
                                                    const DictionaryRecipe& recipe, const ForEach& for_each);

/// Why a variant is refused by the published ranges (Camps et al.), "" when it is accepted. Calcium ranges are not
/// asked of models without calcium.
[[nodiscard]] std::string refusal(const Biomarkers& biomarkers);

/// At most `entries` of the variants, spread evenly in APD90, sorted by it; no APD90 twice.
[[nodiscard]] std::vector<Variant> thin(std::vector<Variant> variants, std::size_t entries);

}  // namespace tawara::experiments
