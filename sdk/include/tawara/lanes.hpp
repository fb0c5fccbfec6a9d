#pragma once
#include <cstddef>
#include <string_view>

#include "tawara/export.hpp"
#include "tawara/hold.hpp"

namespace tawara {

/// Cells that are stepped together. One cache line of doubles and two; whatever the width of the machine's vectors.
inline constexpr std::size_t lane_count = 16;

/// Up to 16 cells, each on its own clock: x of lane l is x[l], state s of it state[s * lane_count + l], likewise
/// parameters.
template <class T>
struct LaneBlock {
  T* state = nullptr;              ///< n_states x 16, replaced in lanes whose step is accepted
  T* previous = nullptr;           ///< n_states x 16, the state before `state`; replaced likewise
  const T* parameters = nullptr;   ///< n_parameters x 16, evaluate parameters in descriptor order
  const T* I_stim = nullptr;       ///< uA/uF, during the step; negative depolarises
  const T* dt = nullptr;           ///< ms, the step to try; 0: this lane rests
  const T* dt_previous = nullptr;  ///< ms, the step that led from `previous` to `state`; 0: there is none, start anew
  T tolerance = 1;                 ///< of the error below; larger is coarser
  T* error = nullptr;              ///< out: the largest change of slope over its tolerance; NaN for a broken cell
  bool* accepted = nullptr;        ///< out: the step was taken (error at most 1.5)
};

/// Steps of one model in one precision and on one instruction set. Const and concurrent; no allocation, no exceptions.
/// What happens in a lane depends on that lane alone.
template <class T>
class TAWARA_EXPORT LaneStepper {
 public:
  virtual ~LaneStepper();
  /// Extrapolated exponential midpoint, one evaluation: coefficients at the state extrapolated to the middle of the
  /// step, then gates, chain and relaxing states exactly, the others linearly. Second order; the first step after a
  /// start takes two evaluations. Source: Perego and Veneziani, ETNA 2009 (extrapolation); model/README.md.
  virtual void step(const LaneBlock<T>& block) const = 0;
  /// The same while the voltage is held: state 0 stays, so gates and chain are exact for any dt.
  virtual void step_held(const LaneBlock<T>& block) const = 0;
  /// Held cells through a whole piece of a command at once, by steps that all 16 share, and recorded on the way: the
  /// fast way to clamp many cells alike. A broken cell has NaN in its states. @return steps taken
  virtual long hold(const HeldBlock<T>& block) const {
    (void)block;
    return 0;
  }
  [[nodiscard]] virtual bool holds() const { return false; }  ///< hold() is there
  /// Rush and Larsen's first-order step of `dt` in every lane, no error control.
  virtual void rush_larsen(const LaneBlock<T>& block) const = 0;
  /// out[o * lane_count + l] for every observable of the model.
  virtual void observe(const T* state, const T* parameters, T* out) const = 0;
};

extern template class LaneStepper<double>;
extern template class LaneStepper<float>;

/// Ability "batched": an ionic model that can be stepped in lanes. Optional; without it cells run on CVODE, slower.
class TAWARA_EXPORT BatchedModel {
 public:
  static constexpr const char* ability_name = "batched";
  virtual ~BatchedModel();
  /// Made (tables built) on first use; thread-safe.
  [[nodiscard]] virtual const LaneStepper<double>& double_lanes() const = 0;
  [[nodiscard]] virtual const LaneStepper<float>& float_lanes() const = 0;
  /// Instruction set in use: "avx512", "avx2", "sse4", "baseline".
  [[nodiscard]] virtual std::string_view isa() const = 0;
};

}  // namespace tawara
