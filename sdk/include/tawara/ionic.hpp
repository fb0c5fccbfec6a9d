#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tawara/export.hpp"

namespace tawara {

/// Cells in structure-of-arrays order: state s of cell c is state[s * stride + c], likewise parameters.
struct CellBlock {
  std::size_t cells = 0;
  std::size_t stride = 0;
  const double* state = nullptr;
  const double* parameters = nullptr;  ///< evaluate parameters, in descriptor order
  std::size_t parameter_stride = 0;    ///< 0: all cells share one set
  const double* I_stim = nullptr;      ///< uA/uF, one per cell; negative depolarises
  double t = 0;                        ///< ms

  [[nodiscard]] double parameter(std::size_t p, std::size_t cell) const {
    return parameter_stride ? parameters[p * parameter_stride + cell] : parameters[p];
  }
};

/// Ability "ionic": a cell model. dV_m/dt = -(I_ion + I_stim), uA/uF = mV/ms.
class TAWARA_EXPORT IonicModel {
 public:
  static constexpr const char* ability_name = "ionic";
  virtual ~IonicModel();

  struct State {
    std::string name;
    std::string unit;
    double initial;
    double tolerance_scale = 1;  ///< typical size, so that one absolute tolerance fits all states
  };
  [[nodiscard]] virtual std::span<const State> states() const = 0;

  /// State 0 is the membrane variable, most often V_m itself: V_m = at_zero + per_unit * state 0 (mV).
  struct Membrane {
    double at_zero = 0, per_unit = 1;
    [[nodiscard]] double V_m(double state) const { return at_zero + per_unit * state; }
    [[nodiscard]] double state(double V_m) const { return (V_m - at_zero) / per_unit; }
  };
  [[nodiscard]] virtual Membrane membrane() const;  ///< V_m itself unless overridden

  /// What can be recorded: V_m first, then Ca_i where there is one, then the currents by name; I_ion, their sum, last.
  struct Observable {
    std::string name;
    std::string unit;
  };
  [[nodiscard]] virtual std::span<const Observable> observables() const = 0;

  struct Stimulus {
    double amplitude;  ///< uA/uF, negative
    double duration;   ///< ms
  };
  /// What paces a resting cell of this model reliably.
  [[nodiscard]] virtual Stimulus default_stimulus() const = 0;

  /// dydt has the layout of block.state. Const and concurrent, no allocation, no exceptions; NaN in, NaN out.
  virtual void rates(const CellBlock& block, double* dydt) const = 0;
  /// out[o * block.stride + cell] for every observable.
  virtual void observe(const CellBlock& block, double* out) const = 0;
};

}  // namespace tawara
