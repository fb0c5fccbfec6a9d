#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "monodomain/team.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"

namespace tawara::propagation::monodomain {

enum class Precision { f64, f32 };

/// The cells of one model at some nodes of the tissue, 16 to a block, all stepped by the same dt.
///
/// Between their steps diffusion moves V_m. A step is the lanes' extrapolated exponential midpoint, one evaluation of
/// the model and of second order: what it extrapolates is the change of the cell's own step before, so V_m's jump by
/// diffusion does not count as a slope. dt should be 2^k/1024 ms, for which the model's tables are made.
class TissueCells {
 public:
  virtual ~TissueCells();

  /// One step of every cell. @param V  mV, one per node of the tissue, in and out
  /// @param I_stim  uA/uF, one per node; empty: none
  virtual void step(std::span<double> V, double dt, std::span<const double> I_stim, Team& team) = 0;
  /// Give V_m of every cell's state to the tissue.
  virtual void write_V(std::span<double> V) const = 0;
  /// State s of the cell at place i of `nodes`.
  [[nodiscard]] virtual double state(std::size_t i, std::size_t s) const = 0;
  [[nodiscard]] virtual std::size_t bytes() const = 0;
  /// The first node whose cell could not be stepped (a state would have been no number; it stays as it was), or -1.
  [[nodiscard]] virtual std::ptrdiff_t first_broken() const = 0;

  /// @param nodes       their places in the tissue, ascending
  /// @param parameters  evaluate parameters: one set of n_parameters, or one per node: parameter p of node i is
  ///                    parameters[p * nodes + i]
  /// @param state       one state for all, or one per node likewise; empty: the model's initial state
  static std::unique_ptr<TissueCells> make(const IonicModel& model, const BatchedModel& batched, Precision precision,
                                           std::vector<std::uint32_t> nodes, std::size_t n_parameters,
                                           std::span<const double> parameters, std::span<const double> state = {});
};

}  // namespace tawara::propagation::monodomain
